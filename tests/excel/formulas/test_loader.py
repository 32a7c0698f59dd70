import threading

import pytest

from tests.excel.formulas.conftest import invoice, line
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.errors import SettingError, StoreError

HOUR_S = 3600.0
REFUSED = Failure(Status.NOT_ALLOWED, "Login with Amazon does not accept the secret.")
BROKEN = Failure(Status.FAILED, "No connection.")


def ask(loader, *numbers, cell="D2", **options):
    return loader.look_up([line(number) for number in numbers], cell, **options)


@pytest.fixture
def settle(loader, clock, cells):
    """Let time pass until all that was asked for is in and told to the cells."""

    def pass_time() -> None:
        clock.turn_until(lambda: not loader._asked_for and cells.finished > 0, at_most_s=60)
        cells.finished = 0

    return pass_time


def test_a_cell_is_calculated_again_when_its_answer_is_in(loader, settle, cells, amazon):
    assert ask(loader, 1) == {}
    settle()
    assert cells.calculated == ["D2"]
    assert ask(loader, 1)[line(1)].invoice_number == "INV-1"
    assert amazon.batches == [[line(1)]]


def test_answers_are_in_the_store_before_a_cell_is_calculated(loader, settle, store, cells):
    seen = []
    cells.recalculate = lambda _cells: seen.append(store.known("account", [line(1)]))
    ask(loader, 1)
    settle()
    assert seen[0][line(1)].answer == invoice(line(1))


def test_what_the_store_knows_is_not_asked(loader, store, amazon):
    store.save("account", {line(1): invoice(line(1))}, at=1.0)
    assert ask(loader, 1)[line(1)].status is Status.FOUND
    assert amazon.clients == 0


def test_equal_line_items_share_a_request_in_flight(loader, settle, amazon, clock, cells):
    amazon.may_answer.clear()
    ask(loader, 1, cell="D2")
    clock.turn_until(lambda: bool(amazon.batches), at_most_s=5)
    ask(loader, 1, cell="D3")
    amazon.may_answer.set()
    settle()
    assert amazon.batches == [[line(1)]]
    assert sorted(cells.calculated) == ["D2", "D3"]


def test_an_array_gets_all_at_once_if_that_is_quick(loader, clock, cells, amazon):
    found = {}
    thread = threading.Thread(target=lambda: found.update(ask(loader, *range(60), waits=True)))
    thread.start()
    clock.turn_until(lambda: not thread.is_alive(), at_most_s=60)
    assert len(found) == 60
    assert [len(batch) for batch in amazon.batches] == [25, 25, 10]
    assert cells.calculated == []


def test_an_array_that_takes_long_is_partial_and_calculated_once_again(
    loader, clock, cells, amazon, settle
):
    found = {}

    def slow(lines):
        if line(30) in lines:
            amazon.may_answer.clear()
            assert amazon.may_answer.wait(20)
        return {one: invoice(one) for one in lines}

    amazon.behaviour = slow
    thread = threading.Thread(target=lambda: found.update(ask(loader, *range(60), waits=True)))
    thread.start()
    clock.turn_until(lambda: not thread.is_alive(), at_most_s=60)
    assert set(found) == {line(number) for number in range(25)}
    assert cells.calculated == []
    amazon.may_answer.set()
    settle()
    assert cells.calculated == ["D2"]
    assert len(ask(loader, *range(60))) == 60


def test_a_long_array_is_calculated_by_and_by_and_never_holds_up_excel_again(
    make_loader, amazon, cells, clock
):
    loader = make_loader(wait_s=0)
    amazon.may_answer.clear()
    shown = [len(ask(loader, *range(1000), waits=True))]
    waited = clock.waited_s[threading.current_thread().name]

    def calculate(_cells) -> None:
        shown.append(len(ask(loader, *range(1000), waits=True)))

    cells.recalculate = calculate
    amazon.may_answer.set()
    clock.turn_until(lambda: not loader._asked_for and cells.finished > 0, at_most_s=60)
    assert shown[0] == 0
    assert shown[-1] == 1000
    assert 4 <= len(shown) <= 8
    assert shown == sorted(shown)
    assert clock.waited_s[threading.current_thread().name] == waited
    assert len(amazon.batches) == 40


def test_what_may_change_is_asked_again_after_its_time(loader, settle, amazon, clock):
    amazon.behaviour = lambda lines: dict.fromkeys(lines, Answer())
    ask(loader, 1)
    settle()
    for _ in range(3):
        assert ask(loader, 1)[line(1)].status is Status.NO_INVOICE_YET
    clock.turn(4 * HOUR_S - 60)
    ask(loader, 1)
    assert len(amazon.batches) == 1
    clock.turn(120)
    # What was known stays on show until there is news.
    assert ask(loader, 1)[line(1)].status is Status.NO_INVOICE_YET
    settle()
    assert len(amazon.batches) == 2


def test_a_refresh_asks_again_about_what_may_change_only(make_loader, amazon, clock, store):
    store.save("account", {line(1): invoice(line(1)), line(2): Answer()}, at=clock.now() - 5)
    loader = make_loader(asks_again_before=clock.now())
    assert set(ask(loader, 1, 2)) == {line(1), line(2)}
    clock.turn_until(lambda: not loader._asked_for, at_most_s=60)
    assert amazon.batches == [[line(2)]]


def test_a_clock_that_was_put_back_does_not_make_formulas_ask_for_ever(make_loader, amazon, clock):
    amazon.behaviour = lambda lines: dict.fromkeys(lines, Answer())
    loader = make_loader(asks_again_before=clock.now() + HOUR_S)
    ask(loader, 1)
    clock.turn_until(lambda: not loader._asked_for, at_most_s=60)
    assert ask(loader, 1)[line(1)].status is Status.NO_INVOICE_YET
    assert not loader._asked_for


def test_a_failed_line_ends_and_is_not_asked_by_recalculation(loader, settle, amazon, cells):
    amazon.behaviour = lambda lines: dict.fromkeys(lines, BROKEN)
    ask(loader, 1)
    settle()
    assert cells.calculated == ["D2"]
    for _ in range(3):
        assert ask(loader, 1)[line(1)].message == "No connection."
    assert len(amazon.batches) == 1


def test_a_failure_is_asked_again_after_its_time(loader, settle, amazon, clock):
    amazon.behaviour = lambda lines: dict.fromkeys(lines, BROKEN)
    ask(loader, 1)
    settle()
    clock.turn(4 * HOUR_S)
    assert ask(loader, 1) == {}


def test_a_failure_keeps_what_was_known(loader, settle, amazon, store, clock):
    pending = invoice(line(1))._replace(
        details=(invoice(line(1)).details[0]._replace(consolidated_invoice_number="Pending"),)
    )
    store.save("account", {line(1): pending}, at=clock.now() - 5 * HOUR_S)
    amazon.behaviour = lambda lines: dict.fromkeys(lines, BROKEN)
    ask(loader, 1)
    settle()
    outcome = ask(loader, 1)[line(1)]
    assert (outcome.status, outcome.invoice_number) == (Status.FAILED, "INV-1")


class Ends:
    """A run that gets a verdict at its first batch and takes no more."""

    def __init__(self, failure):
        self.failure = failure
        self.may_answer = threading.Event()

    def __call__(self, more, cancel):
        assert self.may_answer.wait(20)
        yield dict.fromkeys(more(cancel), self.failure)


def test_a_verdict_ends_all_that_waits(loader, settle, amazon, cells):
    amazon.ask_as_they_come = verdict = Ends(REFUSED)
    for number in range(60):
        ask(loader, number, cell=f"D{number}")
    verdict.may_answer.set()
    settle()
    assert len(cells.calculated) == 60
    assert {one.message for one in ask(loader, *range(60)).values()} == {REFUSED.cause}


def test_after_a_refused_sign_in_nobody_asks_for_a_while(loader, settle, amazon, clock):
    amazon.ask_as_they_come = verdict = Ends(REFUSED)
    verdict.may_answer.set()
    ask(loader, 1)
    settle()
    assert ask(loader, 2)[line(2)].status is Status.NOT_ALLOWED
    assert not loader._asked_for
    clock.turn(901)
    assert ask(loader, 2) == {}


def test_other_verdicts_hold_for_those_who_waited(loader, settle, amazon):
    amazon.ask_as_they_come = verdict = Ends(BROKEN)
    verdict.may_answer.set()
    ask(loader, 1)
    settle()
    del amazon.ask_as_they_come
    assert ask(loader, 2) == {}
    settle()
    assert ask(loader, 2)[line(2)].status is Status.FOUND


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SettingError("Not set up.", next_step="Set it up."), Status.NOT_ALLOWED, "Set it up."),
        (StoreError("The disk is full."), Status.FAILED, "The disk is full."),
        (ZeroDivisionError(), Status.FAILED, "unexpected"),
    ],
)
def test_whatever_goes_wrong_every_cell_ends(loader, settle, amazon, cells, error, status, words):
    amazon.connect_error = error
    ask(loader, 1)
    settle()
    assert cells.calculated == ["D2"]
    outcome = ask(loader, 1)[line(1)]
    assert outcome.status is status
    assert words in outcome.message


def test_a_store_that_fails_ends_every_cell(loader, settle, store, cells):
    def fail(*_words, **_options):
        raise StoreError("The disk is full.")

    store.save = fail
    for number in range(30):
        ask(loader, number, cell=f"D{number}")
    settle()
    assert len(cells.calculated) == 30
    assert ask(loader, 7)[line(7)].message == "The disk is full."


def test_without_a_thread_nothing_is_asked_for(loader, settle, amazon, monkeypatch):
    def no_thread(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError):
            ask(loader, 1)
    assert ask(loader, 1) == {}
    settle()
    assert ask(loader, 1)[line(1)].status is Status.FOUND


def test_one_client_serves_questions_that_come_soon(loader, settle, amazon, clock):
    ask(loader, 1)
    settle()
    clock.turn(30)
    ask(loader, 2)
    settle()
    assert (amazon.clients, amazon.open_clients) == (1, 1)
    clock.turn_until(lambda: loader._thread is None, at_most_s=90)
    assert amazon.open_clients == 0
    ask(loader, 3)
    settle()
    assert amazon.clients == 2


def test_what_another_process_saves_is_noticed(loader, store, clock):
    store.save("account", {line(1): invoice(line(1))}, at=1.0)
    assert ask(loader, 1)[line(1)].invoice_number == "INV-1"
    store.save("account", {line(1): invoice(line(2))}, at=2.0)
    store.revision = lambda: 1
    assert ask(loader, 1)[line(1)].invoice_number == "INV-1"
    clock.turn(1)
    assert ask(loader, 1)[line(1)].invoice_number == "INV-2"


def test_closing_ends_every_cell(loader, amazon, cells):
    stopped = Failure(Status.CANCELLED, "Stopped.")

    def ask_until_cancelled(more, cancel):
        assert cancel.wait(20)
        yield dict.fromkeys(more(threading.Event()), stopped)

    amazon.ask_as_they_come = ask_until_cancelled
    loader._gathering.due_in = lambda _now: 0
    ask(loader, 1)
    loader.close()
    assert not loader._asked_for
    assert cells.calculated == ["D2"]
    assert ask(loader, 1)[line(1)].status is Status.CANCELLED


def test_a_formula_outside_of_a_cell_calculates_nothing(loader, settle, cells):
    ask(loader, 1, cell="")
    settle()
    assert cells.calculated == []
