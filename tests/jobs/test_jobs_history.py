import pytest

from xlsx_addin.jobs.history import name_of, result_in_words, run_as_json, seconds_of
from xlsx_addin.store.contract import Caller, RunRecord


def record(*, ended_at=2.0, **fields):
    return RunRecord(1, "key\nLines", "/home/ann/march.xlsx", "Lines", 1.0, ended_at, **fields)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (record(), "done"),
        (record(counts={"Found": 900, "No invoice yet": 3, "Failed": 0}), "done"),
        (record(counts={"Found": 900, "Failed": 3}), "3 Failed"),
        (
            record(counts={"Check IDs": 1, "Failed": 1234, "Not allowed": 2, "requests": None}),
            "1,234 Failed, 2 Not allowed, 1 Check IDs",
        ),
        (record(cancelled=True, counts={"Cancelled": 50}), "stopped, 50 Cancelled"),
        (record(cancelled=True, error="sheet-protected"), "error sheet-protected"),
        (record(ended_at=None), "did not end"),
    ],
)
def test_a_result_is_told_in_words(run, words):
    assert result_in_words(run) == words


def test_a_run_that_is_still_at_work_has_no_result_yet():
    assert result_in_words(record(ended_at=None), under_way=True) == "under way"
    assert result_in_words(record(), under_way=True) == "done"


@pytest.mark.parametrize(("ended_at", "seconds"), [(2.5, 1.5), (None, None), (0.5, None)])
def test_a_clock_that_was_set_back_tells_no_duration(ended_at, seconds):
    assert seconds_of(record(ended_at=ended_at)) == seconds


def test_a_run_can_be_told_without_persons_and_folders():
    run = record(caller=Caller("ann", "refresh", "0.1.0"))
    whole, names = run_as_json(run), run_as_json(run, names_only=True)
    assert (whole["who"], whole["workbook"]) == ("ann", "/home/ann/march.xlsx")
    assert (names["who"], names["workbook"]) == ("", "march.xlsx")
    assert "ann" not in str(names)
    assert whole["started"] == "1970-01-01T00:00:01+00:00"


@pytest.mark.parametrize(
    "path", ["/home/ann/march.xlsx", "C:\\Users\\ann\\march.xlsx", "march.xlsx", "a\\b/march.xlsx"]
)
def test_the_name_of_a_workbook_is_known_on_every_system(path):
    assert name_of(path) == "march.xlsx"
