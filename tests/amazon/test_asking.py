"""Worker threads, with questions that are answered by a function instead of Amazon."""

import threading
import time
from collections import Counter

import pytest

from xlsx_addin.amazon.asking import Asking, Refusing
from xlsx_addin.amazon.errors import Refusal
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.waiting import Cancelled, SystemClock
from xlsx_addin.core.answers import NOT_RETURNED, Answer
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import AccessDenied, ServerFault, SignInRefused

REFUSAL = Refusal("No such line.", status=400, request_id="id-4")


def answer(line_items, _cancel, sending):
    sending()
    return dict.fromkeys(line_items, NOT_RETURNED)


def refuse(poison):
    """Refuse every question about one of these."""

    def ask(line_items, cancel, sending):
        if poison & set(line_items):
            raise REFUSAL
        return answer(line_items, cancel, sending)

    return ask


@pytest.fixture
def start(request):
    """Begin asking; whatever the test does, no worker may be left when it ends."""
    before = threading.active_count()

    def begin(ask_batch, line_items, cancel=None, *, interrupt=lambda: None, more=None, **options):
        asking = Asking(
            ask_batch,
            line_items,
            cancel or threading.Event(),
            refusing=Refusing(lambda words: Answer(refusal=words), "line items"),
            clock=SystemClock(),
            options=ClientOptions(**({"grace_s": 0.5} | options)),
            interrupt=interrupt,
            more=more,
        )
        return asking.results()

    yield begin
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.001)
    assert threading.active_count() == before


def once(batches) -> dict:
    """Join batches, in which every line item must come once."""
    batches = list(batches)
    assert max(Counter(line for batch in batches for line in batch).values(), default=1) == 1
    return {line: one for batch in batches for line, one in batch.items()}


def statuses(results) -> Counter:
    return Counter(getattr(one, "status", "answered") for one in results.values())


@pytest.mark.parametrize("count", [0, 1, 25, 26, 1000])
def test_every_line_item_comes_exactly_once(start, count: int) -> None:
    results = once(start(answer, range(count)))
    assert sorted(results) == list(range(count))
    assert set(results.values()) <= {NOT_RETURNED}


def test_nothing_starts_before_the_first_result_is_wanted(start) -> None:
    asked = []
    results = start(lambda *args: asked.append(args), range(5))
    assert asked == []
    results.close()


def test_equal_line_items_are_asked_about_once(start) -> None:
    asked = []

    def ask(line_items, *rest):
        asked.extend(line_items)
        return answer(line_items, *rest)

    assert once(start(ask, [1, 2, 1])) == {1: NOT_RETURNED, 2: NOT_RETURNED}
    assert asked == [1, 2]


def test_results_come_as_soon_as_they_are_there(start) -> None:
    others_may_go_on = threading.Event()

    def ask(line_items, *rest):
        if 0 not in line_items:
            assert others_may_go_on.wait(5)
        return answer(line_items, *rest)

    results = start(ask, range(75))
    assert list(next(results)) == list(range(25))
    others_may_go_on.set()
    assert len(once(results)) == 50


def test_workers_are_added_while_requests_are_on_their_way(start) -> None:
    together = threading.Barrier(4)

    def ask(line_items, cancel, sending):
        sending()
        together.wait(5)
        return dict.fromkeys(line_items, NOT_RETURNED)

    assert len(once(start(ask, range(100)))) == 100


@pytest.mark.parametrize(("batches", "most"), [(3, 64), (40, 5)])
def test_there_are_no_more_workers_than_batches_or_allowed(start, batches: int, most: int) -> None:
    working, highest, lock = set(), [0], threading.Lock()

    def ask(line_items, cancel, sending):
        with lock:
            working.add(threading.get_ident())
        sending()
        with lock:
            highest[0] = max(highest[0], threading.active_count())
        time.sleep(0.002)
        return dict.fromkeys(line_items, NOT_RETURNED)

    before = threading.active_count()
    assert len(once(start(ask, range(25 * batches), max_workers=most))) == 25 * batches
    assert 1 < highest[0] - before <= min(batches, most)


def test_nobody_is_added_while_a_worker_waits_to_send(start) -> None:
    threads = set()

    def ask(line_items, cancel, sending):
        threads.add(threading.get_ident())
        time.sleep(0.001)
        return dict.fromkeys(line_items, NOT_RETURNED)

    before = threading.active_count()
    for _ in start(ask, range(250)):
        assert threading.active_count() <= before + 1
    assert len(threads) == 1


def test_a_failed_batch_fails_alone(start) -> None:
    def ask(line_items, *rest):
        if 30 in line_items:
            raise ServerFault("Broken.", request_id="id-9")
        return answer(line_items, *rest)

    results = once(start(ask, range(75)))
    assert {line for line, one in results.items() if one != NOT_RETURNED} == set(range(25, 50))
    assert results[30].status is Status.FAILED
    assert results[30].cause == "Broken. Amazon's request id: id-9."


@pytest.mark.parametrize("error", [AccessDenied("No role."), SignInRefused("No consent.")])
def test_a_definite_no_ends_the_run(start, error) -> None:
    asked = []

    def ask(line_items, *rest):
        asked.append(line_items)
        if 0 in line_items:
            return answer(line_items, *rest)
        raise error

    results = once(start(ask, range(1000), max_workers=1))
    assert len(asked) == 2
    assert statuses(results) == {"answered": 25, Status.NOT_ALLOWED: 975}
    assert results[999].cause == str(error)


def test_a_mistake_of_ours_loses_no_line_item(start, caplog) -> None:
    def ask(line_items, *rest):
        if 0 in line_items:
            raise ZeroDivisionError
        return answer(line_items, *rest)

    results = once(start(ask, range(50)))
    assert statuses(results) == {Status.FAILED: 25, "answered": 25}
    assert "ZeroDivisionError" in caplog.text


def test_a_line_item_that_got_lost_fails(start) -> None:
    def ask(line_items, *rest):
        return answer(line_items[1:], *rest)

    results = once(start(ask, range(50)))
    assert statuses(results) == {"answered": 48, Status.FAILED: 2}
    assert "lost" in results[0].cause


def test_a_refused_line_is_found_and_the_others_get_their_answers(start) -> None:
    results = once(start(refuse({3, 30}), range(60)))
    assert {line for line, one in results.items() if one == Answer(refusal="No such line.")} == {
        3,
        30,
    }
    assert statuses(results) == {"answered": 60}


def test_a_single_line_that_is_refused_is_refused(start) -> None:
    assert once(start(refuse({0}), [0])) == {0: Answer(refusal="No such line.")}


def test_one_refused_batch_alone_is_refused(start) -> None:
    results = once(start(refuse(set(range(25))), range(25)))
    assert set(results.values()) == {Answer(refusal="No such line.")}


def test_when_everything_is_refused_the_run_stops_and_no_id_is_blamed(start) -> None:
    asked = []

    def ask(line_items, *_rest):
        asked.append(line_items)
        raise REFUSAL

    results = once(start(ask, range(1000)))
    assert statuses(results) == {Status.FAILED: 1000}
    assert "refuses whole batches" in results[0].cause
    assert "No such line." in results[0].cause
    assert "id-4" in results[0].cause
    assert len(asked) < 2 * 49 + 10


def test_two_refused_batches_stop_a_run_that_had_answers(start) -> None:
    results = once(start(refuse(set(range(25, 1000))), range(1000), max_workers=1))
    assert statuses(results) == {"answered": 75, Status.FAILED: 925}
    assert results[0] == NOT_RETURNED
    assert results[74] == Answer(refusal="No such line.")
    assert "refuses whole batches" in results[999].cause


def test_refusals_wait_for_the_first_answer(start) -> None:
    (batch,) = start(refuse(set(range(25))), range(26), max_workers=1)
    assert len(batch) == 26
    assert batch[0] == Answer(refusal="No such line.")


def test_a_cancel_leaves_what_was_not_asked(start) -> None:
    cancel = threading.Event()
    asked = []

    def ask(line_items, *rest):
        asked.append(line_items)
        if len(asked) == 3:
            cancel.set()
        return answer(line_items, *rest)

    results = once(start(ask, range(1000), cancel, max_workers=1))
    assert len(asked) == 3
    assert statuses(results) == {"answered": 75, Status.CANCELLED: 925}


def test_a_cancel_beforehand_asks_nothing(start) -> None:
    cancel = threading.Event()
    cancel.set()
    results = once(start(lambda *_: pytest.fail("asked"), range(30), cancel))
    assert statuses(results) == {Status.CANCELLED: 30}


def test_a_cancel_ends_those_who_wait_for_their_turn(start) -> None:
    cancel = threading.Event()

    def ask(line_items, stop, sending):
        sending()
        cancel.set()
        if stop.wait(5):
            raise Cancelled
        return {}

    results = once(start(ask, range(100), cancel))
    assert statuses(results) == {Status.CANCELLED: 100}


def test_an_answer_that_comes_shortly_after_the_cancel_counts(start) -> None:
    cancel = threading.Event()

    def ask(line_items, stop, sending):
        cancel.set()
        assert stop.wait(5)
        return dict.fromkeys(line_items, NOT_RETURNED)

    results = once(start(ask, range(100), cancel, max_workers=1))
    assert statuses(results) == {"answered": 25, Status.CANCELLED: 75}


def test_a_request_that_hangs_is_broken_off_after_the_grace(start) -> None:
    cancel, broken_off = threading.Event(), threading.Event()

    def ask(line_items, stop, sending):
        cancel.set()
        assert broken_off.wait(5)
        raise Cancelled

    began = time.monotonic()
    results = once(start(ask, range(50), cancel, interrupt=broken_off.set, grace_s=0.05))
    assert statuses(results) == {Status.CANCELLED: 50}
    assert 0.05 <= time.monotonic() - began < 1


def test_closing_the_generator_ends_the_workers_at_once(start) -> None:
    broken_off = threading.Event()

    def ask(line_items, stop, sending):
        if 0 in line_items:
            return answer(line_items, stop, sending)
        assert broken_off.wait(5)
        raise Cancelled

    results = start(ask, range(100), interrupt=broken_off.set, grace_s=60)
    next(results)
    results.close()
    assert not [one for one in threading.enumerate() if one.name == "xlsx-addin-ask"]


class Feed:
    """Gives batches one after the other; more come when a test says so."""

    def __init__(self, *batches) -> None:
        self.batches = list(batches)
        self.taken = 0
        self.changed = threading.Condition()
        self.ended = False

    def give(self, batch) -> None:
        with self.changed:
            self.batches.append(batch)
            self.changed.notify_all()

    def end(self) -> None:
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def __call__(self, stop):
        with self.changed:
            while not self.batches and not self.ended and not stop.is_set():
                self.changed.wait(0.005)
            if self.batches and not stop.is_set():
                self.taken += 1
                return self.batches.pop(0)
            return ()


@pytest.fixture
def feed():
    feed = Feed()
    yield feed
    feed.end()


def test_line_items_are_asked_about_as_they_come(start, feed) -> None:
    results = start(answer, (), more=feed)
    feed.give(range(25))
    assert next(results).keys() == set(range(25))
    feed.give(range(25, 30))
    assert next(results).keys() == set(range(25, 30))
    feed.end()
    assert list(results) == []


def test_nobody_fetches_while_a_batch_waits_to_be_sent(start, feed) -> None:
    may_send = threading.Event()
    fetched, seen = [], []

    def ask(line_items, cancel, sending):
        fetched.append(line_items)
        assert may_send.wait(5)
        return answer(line_items, cancel, sending)

    def let_go():
        seen.append(len(fetched))
        may_send.set()

    for number in range(4):
        feed.give([number])
    feed.end()
    timer = threading.Timer(0.1, let_go)
    timer.start()
    assert once(start(ask, (), more=feed)).keys() == {0, 1, 2, 3}
    timer.join()
    assert seen == [1]


def test_a_worker_fetches_while_requests_are_on_their_way(start, feed) -> None:
    together = threading.Barrier(4)

    def ask(line_items, cancel, sending):
        sending()
        together.wait(5)
        return dict.fromkeys(line_items, NOT_RETURNED)

    for number in range(4):
        feed.give([number])
    feed.end()
    assert once(start(ask, (), more=feed)).keys() == set(range(4))


def test_halves_of_a_refused_batch_go_while_others_fetch(start, feed) -> None:
    feed.give(range(25))
    results = start(refuse({3}), (), more=feed)
    found = {}
    while len(found) < 25:
        found |= next(results)
    assert found[3] == Answer(refusal="No such line.")
    feed.end()
    assert list(results) == []


def test_refusals_are_told_when_nothing_else_is_in_question(start, feed) -> None:
    feed.give([1])
    results = start(refuse({1}), (), more=feed)
    assert next(results) == {1: Answer(refusal="No such line.")}


def test_refused_single_line_items_do_not_mean_that_the_api_changed(start, feed) -> None:
    for number in range(5):
        feed.give([number])
    feed.end()
    results = once(start(refuse(set(range(5))), (), more=feed))
    assert set(results.values()) == {Answer(refusal="No such line.")}


def test_a_verdict_ends_fetching(start, feed) -> None:
    def ask(line_items, *_rest):
        raise AccessDenied("No role.")

    feed.give([1])
    feed.give([2])
    results = once(start(ask, (), more=feed))
    assert statuses(results) == {Status.NOT_ALLOWED: len(results)}
    assert feed.taken == len(results) == 1


def test_a_cancel_ends_those_who_fetch(start, feed) -> None:
    cancel = threading.Event()
    feed.give([1])
    results = start(answer, (), cancel, more=feed)
    assert next(results) == {1: NOT_RETURNED}
    cancel.set()
    assert list(results) == []
