import pytest

from xlsx_addin.amazon.agenda import Agenda


def drain(agenda: Agenda) -> list[list[int]]:
    taken = []
    while (part := agenda.take()) is not None:
        taken.append(list(part.items))
    return taken


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (25, [25]), (26, [25, 1]), (75, [25, 25, 25])]
)
def test_line_items_are_cut_into_batches_of_25(count: int, sizes: list[int]) -> None:
    agenda = Agenda(range(count))
    assert len(agenda) == len(sizes)
    batches = drain(agenda)
    assert [len(batch) for batch in batches] == sizes
    assert [line for batch in batches for line in batch] == list(range(count))


def test_the_halves_of_a_refused_batch_go_before_other_batches() -> None:
    agenda = Agenda(range(9), batch_size=3)
    part = agenda.take()
    assert agenda.refuse(part) is False
    assert drain(agenda) == [[0, 1], [2], [3, 4, 5], [6, 7, 8]]


def test_a_line_that_stands_alone_is_refused_for_good() -> None:
    agenda = Agenda([1], batch_size=3)
    assert agenda.refuse(agenda.take()) is True
    assert agenda.take() is None


@pytest.mark.parametrize(
    ("poison", "requests", "refused_batches"),
    [({3}, 11, 0), (set(), 1, 0), ({0, 24}, 17, 0), (set(range(25)), 49, 1)],
)
def test_poison_is_found_by_halving(poison: set, requests: int, refused_batches: int) -> None:
    agenda = Agenda(range(25))
    asked, found = 0, set()
    while (part := agenda.take()) is not None:
        asked += 1
        if poison & set(part.items) and agenda.refuse(part):
            found |= set(part.items)
    assert found == poison
    assert asked == requests
    assert agenda.refused_batches == refused_batches


@pytest.mark.parametrize("line", range(25))
def test_one_poison_line_costs_ten_more_requests_at_most(line: int) -> None:
    agenda = Agenda(range(25))
    asked = 0
    while (part := agenda.take()) is not None:
        asked += 1
        if line in part.items:
            agenda.refuse(part)
    assert asked <= 11
