"""The contract of stores as tests.

A store's test module subclasses `StoreContract` and gives the fixture `store`.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail, KnownAnswer
from xlsx_addin.core.cells import Area
from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey, DocumentKind
from xlsx_addin.core.feed import FeedPage, FeedRecord, Window
from xlsx_addin.core.layout import Region
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.payments import KnownPayment, PaymentAnswer
from xlsx_addin.core.snapshots import Entry, Overwritten, Snapshot
from xlsx_addin.store.contract import (
    Caller,
    Filled,
    RunRecord,
    Store,
    UndoRecord,
    Written,
)

ACCOUNT = "account"
LINE = LineItem("123-4567890-1234567", "11111111111111", "D22222222")

INVOICE = Answer((Detail("INV-1", "2026-03-04"),))
OTHER = Answer((Detail("INV-2", "2026-03-05"),))
TWO = Answer((Detail("INV-1"), Detail("INV-2", invoice_type="CREDIT_MEMO")))
TWO_REVERSED = Answer(TWO.details[::-1])
PENDING = Answer((Detail("INV-1", "2026-03-04", "Pending"),))
CONSOLIDATED = Answer((Detail("INV-1", "2026-03-04", "CONS-1"),))
REFUSED = Answer(refusal="The shipment does not exist.")
NONE_YET = Answer()
ALL_NULL = Answer((Detail(),))
ODD = Answer((Detail('"\\\x00\ud800é\u2028', invoice_issuer="[],{}"), Detail(currency_code="EUR")))

ANSWERS = (
    INVOICE,
    TWO,
    PENDING,
    CONSOLIDATED,
    REFUSED,
    NONE_YET,
    ALL_NULL,
    NOT_RETURNED,
    ODD,
    Answer((), returned=False, refusal="both"),
)

HISTORIES = {
    "one answer": ([INVOICE], INVOICE, None),
    "an equal answer": ([INVOICE, INVOICE], INVOICE, None),
    "a different answer": ([INVOICE, OTHER], OTHER, INVOICE),
    "an equal answer keeps previous": ([INVOICE, OTHER, OTHER], OTHER, INVOICE),
    "only the last different one": ([INVOICE, OTHER, TWO], TWO, OTHER),
    "nothing before was settled": ([NOT_RETURNED, NONE_YET, PENDING, INVOICE], INVOICE, None),
    "a settled one before an unsettled one": ([INVOICE, NONE_YET], NONE_YET, INVOICE),
    "kept over several unsettled ones": ([INVOICE, NONE_YET, PENDING, OTHER], OTHER, INVOICE),
    "back to what it was": ([INVOICE, NONE_YET, INVOICE], INVOICE, None),
    "back and forth": ([INVOICE, OTHER, INVOICE], INVOICE, OTHER),
    "a refusal is settled": ([REFUSED, INVOICE], INVOICE, REFUSED),
    "details in another order": ([INVOICE, TWO, TWO_REVERSED], TWO, INVOICE),
    "a detail more": ([INVOICE, Answer(INVOICE.details * 2)], Answer(INVOICE.details * 2), INVOICE),
}

ODD_IDS = (
    LineItem("1", "23", "4"),
    LineItem("12", "3", "4"),
    LineItem("1", "2", "34"),
    LineItem("4", "23", "1"),
    LineItem("01", "23", "4"),
    LineItem("1.0", "23", "4"),
    LineItem("a", "b", "c"),
    LineItem("A", "b", "c"),
    LineItem("a", "B", "c"),
    LineItem("a", "b", "C"),
    LineItem("'", '"', "\\"),
    LineItem("%", "_", "?"),
    LineItem("[1]", "null", "{}"),
    LineItem("é", "e\u0301", "\u2028"),
    LineItem("注文", "🧾", "ß"),
    LineItem("x" * 100, "-", ";--"),
)

FIRST = Written("INV-1", "2026-03-04", "")
SECOND = Written("INV-1; INV-2", "2026-03-05", "CONS-1")


class FailingAnswers(Mapping[LineItem, Answer]):
    """Answers of which the second one fails."""

    def __getitem__(self, line_item: LineItem) -> Answer:
        if line_item != LINE:
            raise ArithmeticError
        return INVOICE

    def __iter__(self) -> Iterator[LineItem]:
        yield LINE
        yield LINE._replace(shipment_id="other")

    def __len__(self) -> int:
        return 2


def save_all(store: Store, answers: list[Answer]) -> None:
    """Save answers of LINE one after the other, at the times 1, 2, 3 ..."""
    for at, answer in enumerate(answers, start=1):
        store.save(ACCOUNT, {LINE: answer}, at=float(at))


def start(store: Store, book: str = "book", at: float = 1.0) -> int:
    return store.start_run(book, "march.xlsx", "Lines", at=at)


class StoreContract:
    """What holds for every store."""

    def test_nothing_is_known_at_first(self, store: Store) -> None:
        assert store.known(ACCOUNT, [LINE]) == {}

    def test_the_revision_does_not_change_by_what_one_saves_oneself(self, store: Store) -> None:
        before = store.revision()
        store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        store.known(ACCOUNT, [LINE])
        assert store.revision() == before

    @pytest.mark.parametrize("answer", ANSWERS, ids=repr)
    def test_an_answer_comes_back_as_it_was_saved(self, store: Store, answer: Answer) -> None:
        store.save(ACCOUNT, {LINE: answer}, at=1.5)
        assert store.known(ACCOUNT, [LINE]) == {LINE: KnownAnswer(answer, 1.5, 1.5)}

    @pytest.mark.parametrize(
        ("answers", "answer", "previous"), HISTORIES.values(), ids=HISTORIES.keys()
    )
    def test_the_last_different_settled_answer_is_kept_as_previous(
        self, store: Store, answers: list[Answer], answer: Answer, previous: Answer | None
    ) -> None:
        save_all(store, answers)
        known = store.known(ACCOUNT, [LINE])[LINE]
        assert known == KnownAnswer(answer, float(len(answers)), 1.0, previous)

    def test_only_lines_that_were_asked_about_come_back(self, store: Store) -> None:
        sibling, stranger = LINE._replace(shipment_id="other"), LineItem("unknown", "1", "2")
        store.save(ACCOUNT, {LINE: INVOICE, sibling: OTHER}, at=1.0)
        known = store.known(ACCOUNT, [LINE, LINE, stranger])
        assert list(known) == [LINE]
        assert all(type(line_item) is LineItem for line_item in known)

    def test_asking_about_nothing_gives_nothing(self, store: Store) -> None:
        save_all(store, [INVOICE])
        assert store.known(ACCOUNT, []) == {}

    def test_saving_nothing_changes_nothing(self, store: Store) -> None:
        save_all(store, [INVOICE])
        store.save(ACCOUNT, {}, at=2.0)
        assert store.known(ACCOUNT, [LINE])[LINE].answered_at == 1.0

    def test_accounts_are_kept_apart(self, store: Store) -> None:
        store.save("one", {LINE: INVOICE}, at=1.0)
        store.save("two", {LINE: OTHER}, at=2.0)
        assert store.known("one", [LINE])[LINE] == KnownAnswer(INVOICE, 1.0, 1.0)
        assert store.known("two", [LINE])[LINE] == KnownAnswer(OTHER, 2.0, 2.0)
        assert store.known("three", [LINE]) == {}

    def test_ids_are_exact(self, store: Store) -> None:
        answers = {ids: Answer((Detail(str(n)),)) for n, ids in enumerate(ODD_IDS)}
        store.save(ACCOUNT, answers, at=1.0)
        known = store.known(ACCOUNT, ODD_IDS)
        assert {line_item: found.answer for line_item, found in known.items()} == answers

    def test_thousands_of_lines_come_back(self, store: Store) -> None:
        answers = {
            LineItem(str(order), str(line), "S"): Answer((Detail(f"{order}-{line}"),))
            for order in range(1500)
            for line in range(2)
        }
        store.save(ACCOUNT, answers, at=1.0)
        known = store.known(ACCOUNT, answers)
        assert {line_item: found.answer for line_item, found in known.items()} == answers

    def test_a_failed_save_leaves_nothing(self, store: Store) -> None:
        with pytest.raises(ArithmeticError):
            store.save(ACCOUNT, FailingAnswers(), at=1.0)
        assert store.known(ACCOUNT, [LINE]) == {}

    def test_threads_share_a_store(self, store: Store) -> None:
        batches = [
            {LineItem(f"{thread}-{batch}", str(line), "S"): INVOICE for line in range(5)}
            for thread in range(4)
            for batch in range(10)
        ]
        failures: list[BaseException] = []

        def save(own: list[dict[LineItem, Answer]]) -> None:
            try:
                for batch in own:
                    store.save(ACCOUNT, batch, at=1.0)
                    assert len(store.known(ACCOUNT, batch)) == len(batch)
            except BaseException as error:  # noqa: BLE001  # told to the test's own thread
                failures.append(error)

        threads = [threading.Thread(target=save, args=(batches[n::4],)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert all(len(store.known(ACCOUNT, batch)) == len(batch) for batch in batches)

    def test_nothing_is_on_record_at_first(self, store: Store) -> None:
        assert store.written([LINE]) == {}

    def test_every_value_written_for_a_line_stays_on_record(self, store: Store) -> None:
        store.record_written([(LINE, FIRST)])
        store.record_written(iter([(LINE, SECOND), (LINE, FIRST)]))
        assert store.written([LINE]) == {LINE: frozenset({FIRST, SECOND})}
        (values,) = store.written([LINE]).values()
        assert all(type(value) is Written for value in values)

    def test_only_whole_values_are_on_record(self, store: Store) -> None:
        store.record_written([(LINE, FIRST), (LINE, SECOND)])
        mixed = Written(FIRST.invoice_number, SECOND.invoice_date, "")
        assert store.on_record([FIRST, mixed]) == {FIRST}
        assert store.on_record([]) == frozenset()

    def test_records_of_lines_are_kept_apart(self, store: Store) -> None:
        records = [(ids, Written(str(n), "", "\U0001f600")) for n, ids in enumerate(ODD_IDS)]
        store.record_written(records)
        assert store.written(ODD_IDS) == {ids: frozenset({cells}) for ids, cells in records}
        assert set(store.written(ODD_IDS[:1])) == {ODD_IDS[0]}

    def test_a_failed_record_leaves_nothing(self, store: Store) -> None:
        def values() -> Iterator[tuple[LineItem, Written]]:
            yield LINE, FIRST
            raise ArithmeticError

        with pytest.raises(ArithmeticError):
            store.record_written(values())
        assert store.written([LINE]) == {}

    def test_recording_nothing_is_allowed(self, store: Store) -> None:
        store.record_written([])
        assert store.written([]) == {}

    def test_runs_are_listed_newest_first(self, store: Store) -> None:
        first = store.start_run("book", "a.xlsx", "Lines", at=1.0)
        second = store.start_run("other", "b.xlsx", "Sheet 2", at=2.0)
        third = start(store, at=3.0)
        store.end_run(first, at=4.5, counts={"rows": 7, "Found": 6})
        store.end_run(second, at=5.0, counts={}, cancelled=True)
        assert store.runs() == [
            RunRecord(third, "book", "march.xlsx", "Lines", 3.0),
            RunRecord(second, "other", "b.xlsx", "Sheet 2", 2.0, 5.0, cancelled=True),
            RunRecord(first, "book", "a.xlsx", "Lines", 1.0, 4.5, counts={"rows": 7, "Found": 6}),
        ]
        assert [run.number for run in store.runs(2)] == [third, second]

    def test_a_run_tells_who_started_it_and_how_it_ended(self, store: Store) -> None:
        caller = Caller("Zoë 山田", "button refresh", "0.1.0")
        number = store.start_run(
            "book", "a.xlsx", "", at=1.0, policy="all", kind="payments", caller=caller
        )
        store.place_run(number, "book\nLines", "Lines é")
        assert store.run(number) == RunRecord(
            number, "book\nLines", "a.xlsx", "Lines é", 1.0, kind="payments", caller=caller
        )
        store.end_run(number, at=2.0, counts={"rows": 7, "requests": None}, error="no-room")
        ended = store.run(number)
        assert ended == store.runs()[0]
        assert ended is not None
        assert (ended.ended_at, ended.error, ended.cancelled) == (2.0, "no-room", False)
        assert ended.counts == {"rows": 7, "requests": None}

    def test_a_run_that_never_was_is_none(self, store: Store) -> None:
        assert store.run(1) is None
        store.place_run(1, "book", "Lines")
        assert store.run(1) is None
        start(store)
        assert store.run(0) is None
        assert store.run(-1) is None

    def test_an_error_leaves_a_refresh_unfinished(self, store: Store) -> None:
        store.end_run(start(store, at=1.0), at=2.0, counts={}, error="sheet-protected")
        assert store.unfinished_since("book") == 1.0

    def test_other_jobs_neither_end_a_refresh_nor_count_as_one(self, store: Store) -> None:
        store.start_run("book", "a.xlsx", "Lines", at=1.0, kind="payments")
        assert store.unfinished_since("book") is None
        start(store, at=2.0)
        other = store.start_run("book", "a.xlsx", "Lines", at=3.0, kind="payments")
        store.end_run(other, at=4.0, counts={})
        assert store.unfinished_since("book") == 2.0
        store.start_run("book", "a.xlsx", "Lines", at=5.0, kind="payments")
        assert store.unfinished_since("book", kind="payments") == 5.0

    def test_any_file_name_can_be_recorded(self, store: Store) -> None:
        store.start_run("book", "caf\udce9.xlsx", "Lines", at=1.0, caller=Caller(who="caf\udce9"))
        assert store.runs()[0].path.startswith("caf")
        assert store.runs()[0].caller.who.startswith("caf")

    def test_the_end_of_an_unknown_run_is_passed_over(self, store: Store) -> None:
        store.end_run(99, at=1.0, counts={})
        assert store.runs() == []

    @pytest.mark.parametrize(
        ("ends", "since"),
        [
            ("", None),
            ("completed", None),
            ("crashed", 0.0),
            ("cancelled", 0.0),
            ("crashed cancelled crashed", 0.0),
            ("crashed completed", None),
            ("completed crashed", 1.0),
            ("crashed completed cancelled crashed", 2.0),
        ],
    )
    def test_unfinished_runs_count_from_the_last_completed_one(
        self, store: Store, ends: str, since: float | None
    ) -> None:
        for at, end in enumerate(ends.split()):
            number = start(store, at=float(at))
            if end != "crashed":
                store.end_run(number, at=at + 0.5, counts={}, cancelled=end == "cancelled")
        assert store.unfinished_since("book") == since

    def test_unfinished_runs_of_one_policy_can_be_told(self, store: Store) -> None:
        store.start_run("book", "a.xlsx", "Lines", at=1.0)
        store.start_run("book", "a.xlsx", "Lines", at=2.0, policy="all")
        assert store.unfinished_since("book") == 1.0
        assert store.unfinished_since("book", "all") == 2.0
        assert store.unfinished_since("book", "recheck") is None
        store.end_run(store.start_run("book", "a.xlsx", "Lines", at=3.0), at=4.0, counts={})
        assert store.unfinished_since("book", "all") is None

    def test_runs_of_other_books_do_not_count(self, store: Store) -> None:
        start(store, "one", at=1.0)
        store.end_run(start(store, "two", at=2.0), at=3.0, counts={})
        assert store.unfinished_since("one") == 1.0
        assert store.unfinished_since("two") is None

    def test_a_clock_set_back_does_not_confuse_runs(self, store: Store) -> None:
        start(store, at=100.0)
        store.end_run(start(store, at=50.0), at=60.0, counts={})
        start(store, at=10.0)
        assert store.unfinished_since("book") == 10.0

    # What refreshes overwrote

    SNAPSHOT = Snapshot(
        "Lines é",
        [
            Entry(2, LINE, None),
            Entry(
                3,
                LineItem("1", "2", "3"),
                {0: Overwritten("old", None), 3: Overwritten(None, "Found")},
            ),
            Entry(4, None, {1: Overwritten(date(2026, 3, 4), date(1905, 1, 1))}),
        ],
        "tblLines",
        {"order": "A"},
        Region("Lines é", Area(1, 1, 4, 8), Area(3, 2, 3, 2)),
    )

    def test_a_snapshot_comes_back_as_it_was_kept(self, store: Store) -> None:
        store.keep_undo(7, "book", self.SNAPSHOT, at=4.5)
        assert store.last_undo("book") == UndoRecord(7, 4.5, self.SNAPSHOT)

    def test_the_last_run_of_the_workbook_is_undone_first(self, store: Store) -> None:
        for run, book in ((1, "book"), (2, "book"), (3, "other")):
            store.keep_undo(run, book, replace(self.SNAPSHOT, sheet=str(run)), at=float(run))
        store.keep_undo(2, "book", replace(self.SNAPSHOT, sheet="2 again"), at=2.5)
        assert store.last_undo("book") == UndoRecord(
            2, 2.5, replace(self.SNAPSHOT, sheet="2 again")
        )
        store.drop_undo(2)
        found = store.last_undo("book")
        assert found is not None
        assert found.run == 1
        store.drop_undo(1)
        assert store.last_undo("book") is None

    def test_without_a_snapshot_there_is_nothing_to_undo(self, store: Store) -> None:
        assert store.last_undo("book") is None
        store.drop_undo(1)

    def test_a_document_is_kept_with_all_that_is_known_of_it(self, store: Store) -> None:
        record = DocumentRecord(
            DocumentKey(DocumentKind.CREDIT_MEMO, "A/1 \ud800"),
            DocumentState.SAVED,
            2.5,
            way=1,
            options={"invoiceId": "A/1", "documentType": "Credits"},
            reports=1,
            report_id="ID1",
            requested_at=1.5,
            document_id="D1",
            path="/a/b.pdf",
            sha256="00",
            size=7,
            words="Nothing.",
        )
        store.keep_document(ACCOUNT, record)
        assert store.documents(ACCOUNT, [record.key]) == {record.key: record}

    def test_a_document_is_of_one_account_and_one_kind(self, store: Store) -> None:
        invoice = DocumentRecord(DocumentKey(DocumentKind.INVOICE, "A-1"))
        credit = DocumentKey(DocumentKind.CREDIT_MEMO, "A-1")
        store.keep_document(ACCOUNT, invoice)
        store.keep_document(ACCOUNT, invoice.moved(DocumentState.GONE, 3.0, words="No."))
        found = store.documents(ACCOUNT, [credit, invoice.key])
        assert [one.words for one in found.values()] == ["No."]
        assert store.documents("other", [invoice.key]) == {}
        assert store.documents(ACCOUNT, []) == {}

    # Payments

    PAYMENTS = (
        PaymentAnswer("Closed", "2025-06-07T23:59:59Z"),
        PaymentAnswer("Disputed \ud800é", None),
        PaymentAnswer(returned=False),
        PaymentAnswer(error=""),
        PaymentAnswer(refusal="No."),
    )

    @pytest.mark.parametrize("answer", PAYMENTS)
    def test_a_payment_comes_back_as_it_was_saved(
        self, store: Store, answer: PaymentAnswer
    ) -> None:
        store.save_payments(ACCOUNT, {"INV-1": answer}, at=4.5)
        assert store.known_payments(ACCOUNT, ["INV-1", "INV-2"]) == {
            "INV-1": KnownPayment(answer, 4.5)
        }

    def test_a_later_payment_takes_the_place_of_the_earlier(self, store: Store) -> None:
        for at, answer in enumerate(self.PAYMENTS, start=1):
            store.save_payments(ACCOUNT, {"INV-1": answer}, at=float(at))
        assert store.known_payments(ACCOUNT, ["INV-1"]) == {
            "INV-1": KnownPayment(self.PAYMENTS[-1], 5.0)
        }

    def test_payments_of_one_account_are_not_those_of_another(self, store: Store) -> None:
        store.save_payments("one", {"INV-1": self.PAYMENTS[0]}, at=1.0)
        assert store.known_payments("two", ["INV-1"]) == {}
        store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        assert store.known_payments(ACCOUNT, ["INV-1"]) == {}

    def test_invoice_numbers_are_told_apart_exactly(self, store: Store) -> None:
        numbers = ["a", "A", "'", "%", "_", "é", "e\u0301", "01", "1", "x" * 255, '"', "[1]", "🧾"]
        answers = {one: PaymentAnswer(status=str(n)) for n, one in enumerate(numbers)}
        store.save_payments(ACCOUNT, answers, at=1.0)
        known = store.known_payments(ACCOUNT, numbers)
        assert {one: payment.answer for one, payment in known.items()} == answers

    def test_many_payments_are_found_at_once(self, store: Store) -> None:
        answers = {f"INV-{n}": PaymentAnswer("Closed") for n in range(3000)}
        store.save_payments(ACCOUNT, answers, at=1.0)
        assert store.known_payments(ACCOUNT, answers).keys() == answers.keys()
        store.save_payments(ACCOUNT, {}, at=2.0)
        assert store.known_payments(ACCOUNT, []) == {}

    # What other jobs filled in

    FILLED = (
        Filled("INV-1", "Payment Status", "Closed"),
        Filled("INV-1", "Payment Status", "Issued"),
        Filled("INV-1; INV-2", "Payment Due Date", "2026-03-04"),
        Filled("é\n", "Invoice PDF", ""),
    )

    def test_all_that_was_filled_in_for_a_key_stays_on_record(self, store: Store) -> None:
        store.record_filled(self.FILLED[:3])
        store.record_filled(self.FILLED[1:])
        store.record_filled([])
        assert set(store.filled(["INV-1"])) == set(self.FILLED[:2])
        assert set(store.filled([one.key for one in self.FILLED])) == set(self.FILLED)
        assert not store.filled(["INV-2"])
        assert not store.filled([])

    DAY_S = 86_400
    WEEK = Window(datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 3, 10, tzinfo=UTC))
    UNTIL_NOW = WEEK._replace(end=datetime(2025, 3, 5, 12, 30, tzinfo=UTC))
    LONG_AFTER = WEEK.end.timestamp() + 10 * DAY_S

    def test_pages_come_back_as_they_came(self, store: Store) -> None:
        bodies = [b'{"transactions": []}', b"", "é\x00".encode() * 1000]
        tokens = ["a", "b", ""]
        for number, (body, token) in enumerate(zip(bodies, tokens, strict=True)):
            page = FeedPage(self.WEEK, number, body, token, damaged=number)
            store.save_page(ACCOUNT, page, at=self.LONG_AFTER + number)
            known = store.feed(ACCOUNT, [self.WEEK, self.UNTIL_NOW])
            damaged = sum(range(number + 1))
            assert known == {self.WEEK: FeedRecord(self.LONG_AFTER, number + 1, token, damaged)}
        assert store.feed_pages(ACCOUNT, self.WEEK) == bodies
        assert store.feed("other", [self.WEEK]) == {}
        assert store.feed_pages("other", self.WEEK) == []

    def test_page_0_begins_its_window_anew(self, store: Store) -> None:
        for number, token in enumerate(["a", "b", ""]):
            store.save_page(ACCOUNT, FeedPage(self.WEEK, number, b"old", token), at=1.0)
        store.save_page(ACCOUNT, FeedPage(self.WEEK, 0, b"new", "c"), at=2.0)
        assert store.feed(ACCOUNT, [self.WEEK])[self.WEEK] == FeedRecord(2.0, 1, "c")
        assert store.feed_pages(ACCOUNT, self.WEEK) == [b"new"]

    @pytest.mark.parametrize("number", [1, 3])
    def test_a_page_that_does_not_follow_is_passed_over(self, store: Store, number: int) -> None:
        for follows, token in enumerate(["a", "b"]):
            store.save_page(ACCOUNT, FeedPage(self.WEEK, follows, b"kept", token), at=1.0)
        store.save_page(ACCOUNT, FeedPage(self.WEEK, number, b"other", "c"), at=2.0)
        assert store.feed(ACCOUNT, [self.WEEK])[self.WEEK] == FeedRecord(1.0, 2, "b")
        assert store.feed_pages(ACCOUNT, self.WEEK) == [b"kept"] * 2

    def test_a_page_of_a_window_never_begun_is_passed_over(self, store: Store) -> None:
        store.save_page(ACCOUNT, FeedPage(self.WEEK, 1, b"lost"), at=1.0)
        assert store.feed(ACCOUNT, [self.WEEK]) == {}

    def test_a_window_that_ended_too_early_gives_way(self, store: Store) -> None:
        now = self.UNTIL_NOW.end.timestamp()
        store.save_page(ACCOUNT, FeedPage(self.UNTIL_NOW, 0, b"early"), at=now)
        store.save_page("other", FeedPage(self.UNTIL_NOW, 0, b"theirs"), at=now)
        store.save_page(ACCOUNT, FeedPage(self.WEEK, 0, b"whole"), at=self.LONG_AFTER)
        assert set(store.feed(ACCOUNT, [self.WEEK, self.UNTIL_NOW])) == {self.WEEK}
        assert store.feed_pages(ACCOUNT, self.UNTIL_NOW) == []
        assert store.feed_pages("other", self.UNTIL_NOW) == [b"theirs"]

    def test_a_settled_window_stays_beside_others(self, store: Store) -> None:
        for window in (self.UNTIL_NOW, self.WEEK):
            store.save_page(ACCOUNT, FeedPage(window, 0, b"body"), at=self.LONG_AFTER)
        known = store.feed(ACCOUNT, [self.WEEK, self.UNTIL_NOW])
        assert set(known) == {self.WEEK, self.UNTIL_NOW}
        assert all(record.is_settled(window) for window, record in known.items())
