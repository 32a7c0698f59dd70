"""Counting calls into the host in memory, and disturbing them."""

import pytest

from tests.hosts.memory.errors import RPC_E_CALL_REJECTED, VBA_E_IGNORE, Busy, ComError


def test_a_block_is_one_call_whatever_its_size(memory_host, sheet):
    small, large = sheet["A1:A2"], sheet["A1:F5000"]
    with memory_host.counting() as count:
        small.impl.raw_value = 1
        _ = small.raw_value
    assert count.calls == 2
    with memory_host.counting() as count:
        large.impl.raw_value = [[1] * 6] * 5000
        _ = large.raw_value
        large.number_format = "@"
    assert count.calls == 3
    assert count.members == {"Range.raw_value": 2, "Range.number_format": 1}


def test_cell_by_cell_is_a_call_or_more_each(memory_host, sheet):
    with memory_host.counting() as count:
        for row in range(1, 101):
            sheet.range((row, 1)).value = row
    assert count.calls >= 200


def test_what_each_thing_costs(memory_host, sheet):
    costs = {}

    def cost(name, action):
        with memory_host.counting() as count:
            action()
        costs[name] = count.calls

    cells = sheet["A1:B2"]
    cost("address of a range", lambda: sheet.range("A1"))
    cost("two corners", lambda: sheet.range((1, 1), (2, 2)))
    cost("where it is", lambda: cells.row)
    cost("where it was", lambda: cells.row)
    cost("member of api", lambda: cells.api.Locked)
    cost("member of a member of api", lambda: cells.api.EntireRow.Hidden)
    cost("hidden rows", lambda: cells.rows.hidden)
    cost("screen", lambda: sheet.book.app.screen_updating)
    assert costs == {
        "address of a range": 1,
        "two corners": 3,
        "where it is": 5,
        "where it was": 0,
        "member of api": 1,
        "member of a member of api": 2,
        "hidden rows": 3,
        # The application, its number, which xlwings asks for, and the setting.
        "screen": 3 + 1,
    }


def test_all_calls_of_a_host_are_counted_and_what_a_user_does_is_none(memory_host, sheet, tmp_path):
    book = sheet.book
    before = memory_host.calls
    sheet["A1"].impl.raw_value = 1
    assert memory_host.calls == before + 2
    memory_host.insert_row(sheet, 1)
    memory_host.sort_rows(sheet, 1, 3, by=1)
    memory_host.delete_row(sheet, 1)
    memory_host.save(book, tmp_path / "book.xlsx")
    memory_host.close(memory_host.open(tmp_path / "book.xlsx"))
    assert memory_host.calls == before + 2


def test_counts_may_be_nested_and_end_with_an_error(memory_host, sheet):
    with memory_host.counting() as outer:
        _ = sheet.name
        with pytest.raises(ComError), memory_host.counting() as inner:
            sheet.range("nothing")
        _ = sheet.name
    assert (outer.calls, inner.calls) == (3, 1)


@pytest.mark.parametrize(
    ("how", "hresult", "inside"),
    [
        (Busy.CALL_REJECTED, RPC_E_CALL_REJECTED, None),
        (Busy.EDITING, VBA_E_IGNORE, None),
        (Busy.EDITING_INSIDE, -2147352567, VBA_E_IGNORE),
    ],
)
def test_a_busy_application_refuses_the_next_calls(memory_host, sheet, how, hresult, inside):
    cell = sheet["A1"]
    memory_host.busy(2, how)
    for _ in range(2):
        with pytest.raises(ComError) as caught:
            cell.impl.raw_value = "x"
        assert caught.value.hresult == caught.value.args[0] == hresult
        excepinfo = caught.value.args[2]
        assert (excepinfo and excepinfo[5]) == inside
    assert cell.raw_value is None
    cell.impl.raw_value = "x"
    assert cell.raw_value == "x"


def test_every_part_of_the_application_is_busy(memory_host, sheet):
    app, book, cells = sheet.book.app, sheet.book, sheet["A1:B2"]
    table = sheet.tables.add(cells, name="Purchases")
    actions = [
        lambda: app.api.Ready,
        lambda: app.hwnd,
        lambda: app.books,
        lambda: book.name,
        lambda: book.sheets,
        lambda: sheet.used_range,
        lambda: sheet.api.ProtectContents,
        lambda: cells.api.Locked,
        lambda: table.range,
        lambda: table.api.Resize(cells.api),
    ]
    for action in actions[:2] + actions[3:]:
        memory_host.busy()
        with pytest.raises(ComError):
            action()
    memory_host.busy()
    with pytest.raises(ComError):
        len(app.books)


def test_being_busy_can_be_ended(memory_host, sheet):
    memory_host.busy(1000)
    memory_host.busy(0)
    assert sheet.name == "Sheet1"


def test_a_user_sorts_in_the_middle_of_a_run(memory_host, sheet):
    cells = sheet["A1:A3"]
    cells.value = [[3], [1], [2]]
    memory_host.on_call(lambda _: memory_host.sort_rows(sheet, 1, 3, by=1), at=2)
    seen = [[row[0] for row in cells.raw_value] for _ in range(3)]
    assert seen == [[3, 1, 2], [1, 2, 3], [1, 2, 3]]


def test_a_hook_runs_before_each_call_until_it_is_taken_back(memory_host, sheet):
    seen = []
    forget = memory_host.on_call(lambda call: seen.append(call.member))
    _ = sheet.name
    _ = sheet["A1"].raw_value
    forget()
    forget()
    _ = sheet.name
    assert seen == ["Sheet.name", "Sheet.range", "Range.raw_value"]


def test_a_hook_may_wait_for_a_member(memory_host, sheet):
    seen = []
    memory_host.on_call(lambda call: seen.append(call.number), at=2, member="Range.raw_value")
    _ = sheet["A1"].raw_value
    assert seen == []
    _ = sheet["A1"].raw_value
    _ = sheet["A1"].raw_value
    assert len(seen) == 1


def test_what_a_hook_does_is_not_counted_and_not_busy(memory_host, sheet):
    cell = sheet["A1"]
    other = sheet["B1"]
    memory_host.on_call(lambda _: setattr(other, "value", "by hand"), at=1)
    memory_host.busy()
    with memory_host.counting() as count, pytest.raises(ComError):
        _ = cell.raw_value
    assert count.calls == 1
    assert other.raw_value == "by hand"


def test_a_hook_may_raise(memory_host, sheet):
    def fail(call):
        raise ComError(-1, "power cut")

    memory_host.on_call(fail, at=1)
    with pytest.raises(ComError, match="power cut"):
        _ = sheet.name
    assert sheet.name == "Sheet1"
