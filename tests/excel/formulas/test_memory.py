import pytest

from tests.excel.formulas.conftest import invoice, line
from xlsx_addin.excel.formulas.memory import Memory
from xlsx_addin.jobs.tools import JobTools


@pytest.fixture
def read(store):
    """The line items that were read from the store, a list each time."""
    read = []
    known = store.known

    def note(account, line_items):
        read.append(list(line_items))
        return known(account, line_items)

    store.known = note
    return read


@pytest.fixture
def memory(store, amazon, clock, read):
    store.save("account", {line(number): invoice(line(number)) for number in range(9)}, at=1.0)
    return Memory(JobTools(store, amazon.connect, "account", clock.now), most=4)


def known(memory, *numbers):
    return memory.known([line(number) for number in numbers]).keys()


def test_what_was_read_is_remembered(memory, read):
    assert known(memory, 1, 2) == {line(1), line(2)}
    assert known(memory, 1, 2, 3) == {line(1), line(2), line(3)}
    assert read == [[line(1), line(2)], [line(3)]]


def test_what_is_not_known_is_looked_up_each_time(memory, read):
    assert known(memory, 99) == known(memory, 99) == set()
    assert read == [[line(99)]] * 2


def test_what_comes_when_the_memory_is_full_takes_the_place_of_what_was(memory, read):
    known(memory, 1, 2, 3)
    known(memory, 4, 5)
    read.clear()
    known(memory, 4, 5)
    assert read == []
    known(memory, 1)
    assert read == [[line(1)]]


def test_more_than_fits_is_known_all_the_same(memory, read):
    for _ in range(2):
        assert len(known(memory, *range(6))) == 6
    assert [len(lines) for lines in read] == [6, 6]
