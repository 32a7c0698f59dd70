from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.formulas.waiting import Waiting

A, B, C = (LineItem("o", name, "s") for name in "abc")


def test_a_waiter_is_ready_when_all_is_there():
    waiting = Waiting()
    waiting.add("cell", [A, B])
    assert waiting.settle([A]) == []
    assert waiting.settle([B]) == ["cell"]
    assert waiting.settle([A, B]) == []


def test_one_line_item_may_have_many_waiters():
    waiting = Waiting()
    for cell in ("1", "2", "3"):
        waiting.add(cell, [A])
    assert sorted(waiting.settle([A])) == ["1", "2", "3"]


def test_a_cell_with_two_formulas_waits_for_both():
    waiting = Waiting()
    waiting.add("cell", [A])
    waiting.add("cell", [B])
    assert waiting.settle([B]) == []
    assert waiting.settle([A]) == ["cell"]


def test_who_left_is_not_called():
    waiting = Waiting()
    waiting.add("one", [A, B])
    waiting.add("two", [A])
    waiting.remove("one")
    waiting.remove("nobody")
    assert waiting.settle([A, B, C]) == ["two"]
