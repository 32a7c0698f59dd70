import threading

import pytest

from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.jobs.progress import Progress


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    return ProgressState(clock)


def test_it_is_a_watcher_of_jobs(state):
    watcher: Progress = state
    assert watcher is state


def test_before_asking_there_is_no_measure(state):
    view = state.view()
    assert (view.fraction, view.seconds_left, view.time_left) == (None, None, "")
    assert view.line == "Refreshing invoices: Reading the workbook"


def test_while_asking_the_line_tells_how_far_it_is(state, clock):
    state.begin(4_000)
    state.advance(250)
    for _ in range(20):
        clock.now += 1
        state.advance(50)
    view = state.view()
    assert (view.done, view.total, view.fraction) == (1_250, 4_000, 0.3125)
    assert view.sentence == "Asking Amazon"
    assert view.line == "Refreshing invoices: 1,250 of 4,000 line items, about 1 minute left"


def test_silence_is_said_instead_of_a_time(state, clock):
    state.begin(4_000)
    state.advance(25)
    clock.now += 25
    view = state.view()
    assert view.seconds_left is None
    assert view.line == "Refreshing invoices: 25 of 4,000 line items, waiting for Amazon"


def test_after_asking_the_results_are_written(state):
    state.begin(100)
    state.advance(100)
    state.end()
    view = state.view()
    assert (view.fraction, view.time_left) == (1.0, "")
    assert view.line == "Refreshing invoices: Writing the results"


def test_what_the_job_says_is_shown(state):
    state.say("Saving march.xlsx")
    assert state.view().sentence == "Saving march.xlsx"
    assert state.view().line == "Refreshing invoices: Saving march.xlsx"


def test_statuses_are_summed_in_the_order_of_the_words(state):
    state.count({Status.FAILED: 2, Status.FOUND: 20})
    state.count({Status.FOUND: 5, Status.PENDING: 0})
    assert list(state.view().statuses.items()) == [(Status.FOUND, 25), (Status.FAILED, 2)]


def test_a_view_stays_as_it_was(state):
    state.begin(100)
    state.count({Status.FOUND: 1})
    before = state.view()
    state.advance(50)
    state.count({Status.FOUND: 1})
    assert (before.done, dict(before.statuses)) == (0, {Status.FOUND: 1})
    with pytest.raises(TypeError):
        before.statuses[Status.FOUND] = 7


def test_asking_again_starts_anew(state):
    state.begin(100)
    state.advance(100)
    state.count({Status.FOUND: 100})
    state.end()
    state.begin(10)
    view = state.view()
    assert (view.done, view.total, view.fraction, dict(view.statuses)) == (0, 10, 0.0, {})


@pytest.mark.parametrize("step", ["begin", "end"])
def test_stopping_stays_said_until_the_job_says_more(state, step):
    state.begin(100)
    state.stop()
    state.begin(100) if step == "begin" else state.end()
    view = state.view()
    assert view.sentence.startswith("Stopping: finished rows are written")
    assert view.line == f"Refreshing invoices: {view.sentence}"
    assert (view.seconds_left, view.time_left) == (None, "")
    state.say("Saving march.xlsx")
    assert state.view().sentence == "Saving march.xlsx"


def test_more_answers_than_were_asked_for_do_not_overflow_the_bar(state):
    state.begin(10)
    state.advance(25)
    assert state.view().fraction == 1.0


def test_the_line_fits_into_excels_status_bar(state):
    state.say("Saving " + "very " * 100 + "long.xlsx")
    line = state.view().line
    assert len(line) <= 255
    assert line.endswith("…")


def test_many_threads_may_tell_at_once(state):
    state.begin(8_000)

    def tell():
        for _ in range(1_000):
            state.advance(1)
            state.count({Status.FOUND: 1})
            state.view()

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = state.view()
    assert (view.done, dict(view.statuses)) == (8_000, {Status.FOUND: 8_000})
