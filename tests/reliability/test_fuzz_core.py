"""R4, R5, R13, R16, R20: what the core decides, on whatever sheets, people and Amazon make."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.reliability.truth import expected
from xlsx_addin.core.answers import Answer, Detail, KnownAnswer, Unreadable, read_answers
from xlsx_addin.core.cells import Formula
from xlsx_addin.core.fields import Field, FieldsFound, FieldsMissing, find_fields
from xlsx_addin.core.head import Head
from xlsx_addin.core.judging import is_our_message, judge_answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import STATUS_WORDS, Outcome, ResultField, Status
from xlsx_addin.core.ownership import Written
from xlsx_addin.core.plan import Policy, batches, line_items_to_ask, must_ask
from xlsx_addin.core.results import SheetRows, find_changes

KEYS = ("orderId", "orderLineItemId", "shipmentId")
LINES = [LineItem("111-1", str(number), "S") for number in range(4)]
FIELDS = tuple(ResultField)
VALUES = FIELDS[:3]


def some(examples):
    """Run so many examples, each time the same."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


# --- answers

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
DAYS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
NUMBERS = st.from_regex(r"[A-Z]{2}[0-9]{1,4}", fullmatch=True)


@st.composite
def documents(draw):
    """The documents of a line, no two of one number, as the API describes them."""
    made = []
    for number in draw(st.lists(NUMBERS, unique=True, max_size=4)):
        one = {"invoiceNumber": number, "invoiceDate": draw(DAYS).isoformat()}
        kind = draw(st.sampled_from((None, "INVOICE", "CREDIT_MEMO")))
        consolidated = draw(st.none() | NUMBERS | st.just("Pending"))
        if kind:
            one["invoiceType"] = kind
        if consolidated:
            one["consolidatedInvoiceDetails"] = {"invoiceNumber": consolidated}
        made.append(one)
    return made


@some(300)
@given(documents())
def test_a_row_shows_what_follows_from_the_entry(details):
    entry = {"orderLineItem": dict(zip(KEYS, LINES[0], strict=True)), "invoiceDetails": details}
    read = read_answers(LINES[:1], {"invoiceDetailsByOrderLineItems": [entry]})
    outcome = judge_answer(read[LINES[0]], UTC)
    wanted = expected(entry)
    assert outcome.status.value == wanted.status
    assert (outcome.invoice_number or None) == wanted.number
    assert outcome.invoice_date == wanted.day
    assert (outcome.consolidated_invoice_number or None) == wanted.consolidated
    assert is_our_message(outcome.message)


def spoiled(entry):
    """An entry in which any value may be anything."""
    return st.fixed_dictionaries({}, optional={name: JSON | part for name, part in entry.items()})


DETAIL = spoiled(
    {
        "invoiceNumber": st.text(max_size=5),
        "invoiceDate": st.just("2026-03-01T10:00:00Z") | st.text(max_size=25),
        "invoiceType": st.just("CREDIT_MEMO"),
        "consolidatedInvoiceDetails": spoiled({"invoiceNumber": st.just("Pending") | NUMBERS}),
        "transactionDataItems": st.lists(
            spoiled({"apportionment": st.lists(spoiled({"orderLineItemId": st.just("1")}))}),
            max_size=2,
        ),
    }
)
NAMED = st.sampled_from([dict(zip(KEYS, line, strict=True)) for line in LINES])
ENTRY = spoiled({"orderLineItem": NAMED, "invoiceDetails": st.lists(DETAIL | JSON, max_size=3)})
BODY = JSON | st.fixed_dictionaries(
    {"invoiceDetailsByOrderLineItems": st.lists(ENTRY | JSON, max_size=6) | JSON}
)


def sent_numbers(body, line):
    """The numbers that were sent for a line, in however many entries."""
    for entry in body["invoiceDetailsByOrderLineItems"]:
        if not isinstance(entry, dict):
            continue
        if entry.get("orderLineItem") == dict(zip(KEYS, line, strict=True)):
            for detail in entry.get("invoiceDetails") or ():
                number = detail.get("invoiceNumber") if detail else None
                if isinstance(number, str) and number.strip():
                    yield number.strip()
                elif type(number) is int:
                    yield str(number)


@some(400)
@given(BODY)
def test_any_body_gives_every_line_a_word_and_a_sentence(body):
    read = read_answers(LINES, body)
    if isinstance(read, Unreadable):
        assert read.cause
        return
    assert list(read) == LINES, "a line was lost"
    for line, answer in read.items():
        if isinstance(answer, Unreadable):
            assert answer.cause
            continue
        numbers = [one.invoice_number for one in answer.details]
        assert sorted(filter(None, numbers)) == sorted(sent_numbers(body, line)), (
            "not what was sent"
        )
        outcome = judge_answer(answer, UTC)
        assert outcome.message
        # Nothing is made up: a row with a number has a document with it.
        for number in outcome.invoice_number.split("; ") if outcome.invoice_number else ():
            texts = "; ".join(one.invoice_number or "" for one in answer.details)
            assert number.removesuffix(" (credit)") in texts
        has_value = bool(outcome.invoice_number or outcome.consolidated_invoice_number)
        with_value = outcome.status in (Status.FOUND, Status.SEVERAL, Status.PENDING)
        assert has_value == with_value or outcome.status is Status.PENDING
        # What is not settled is asked again; what is settled has something to show.
        assert not answer.is_settled or has_value


# --- the plan

KNOWN = st.builds(
    KnownAnswer,
    st.sampled_from(
        (
            Answer((Detail("INV", "2026-03-01T10:00:00Z"),)),
            Answer((Detail("INV", None, "Pending"),)),
            Answer(),
            Answer(returned=False),
            Answer(refusal="no"),
        )
    ),
    st.floats(0, 2e9),
    st.floats(0, 2e9),
)
MANY = [LineItem("111-1", str(number), "S") for number in range(40)]


@some(200)
@given(
    asked=st.lists(st.sampled_from(MANY), max_size=60),
    known=st.dictionaries(st.sampled_from(MANY), KNOWN),
    policy=st.builds(Policy, st.booleans(), st.none() | st.floats(0, 1e4)),
    now=st.floats(1.6e9, 2e9),
    resumed=st.none() | st.floats(1e9, 2e9),
)
def test_the_plan_asks_each_line_once_or_not_at_all(asked, known, policy, now, resumed):
    options = {"now": now, "resumed_since": resumed}
    plan = line_items_to_ask(asked, known, policy, **options)
    one_by_one = [
        line for line in dict.fromkeys(asked) if must_ask(known.get(line), policy, **options)
    ]
    assert plan == one_by_one
    for line in set(asked) - set(plan):
        is_recent = resumed is not None and known[line].answered_at >= resumed
        assert known[line].answer.is_settled or is_recent
    if policy.ask_all and resumed is None:
        assert set(plan) == set(asked)
    cut = list(batches(plan))
    assert [line for batch in cut for line in batch] == plan
    assert all(len(batch) == 25 for batch in cut[:-1])
    assert all(0 < len(batch) <= 25 for batch in cut)


# --- columns that are told by their headers alone

ID, AMOUNT = Field("Order ID", ("order", "order number")), Field("Amount", ("net", "total"))
TEXTS = st.sampled_from(("Order ID", "order", "ORDER-NUMBER", "Amount", "Net", "Total", "x", "ID"))
CELLS = st.none() | TEXTS | st.text(max_size=9) | st.integers() | st.floats() | st.booleans()


@some(200)
@given(
    block=st.lists(st.lists(CELLS | CELLS.map(Formula), max_size=6), max_size=12),
    first_row=st.integers(1, 20),
    header_row=st.none() | st.integers(1, 35),
)
def test_fields_are_found_or_it_is_said_which_are_missing(block, first_row, header_row):
    head = Head(block, first_row=first_row, columns=None, merges=())
    found = find_fields(head, (ID, AMOUNT), (ID,), header_row=header_row)
    if isinstance(found, FieldsFound):
        assert ID in found.columns
        assert len(set(found.columns.values())) == len(found.columns)
        first, last = found.region
        assert first <= min(found.columns.values()) <= max(found.columns.values()) <= last
        assert header_row is None or found.header.row == header_row
    else:
        assert isinstance(found, FieldsMissing)
        assert found.missing or found.rivals


# --- whose cell: people edit, sort and copy, Amazon changes its mind, and we never forget

USERS = "typed by hand"
OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        st.sampled_from((Status.FOUND, Status.SEVERAL)),
        st.just("Nothing to do."),
        st.sampled_from(("INV-1", "INV-2", "INV-3; INV-4")),
        st.sampled_from((date(2026, 3, 1), date(2026, 4, 1), None)),
        st.sampled_from(("", "CON-1")),
        st.just(False),  # a value of the builder's
    ),
    st.just(Outcome(Status.NO_INVOICE_YET, "Amazon has issued no invoice yet.")),
    st.just(Outcome(Status.FAILED, "Amazon is away.", keeps_values=True)),
)
ROWS = st.integers(0, 5)


class SheetMachine(RuleBasedStateMachine):
    """Six rows, refreshed and edited in any order, with the records of one store."""

    @initialize(lines=st.lists(st.sampled_from(LINES), min_size=6, max_size=6))
    def begin(self, lines) -> None:
        self.keys = lines
        self.cells = [[None] * 5 for _ in lines]
        self.records: dict[LineItem, set[Written]] = {}
        self.typed = 0

    def written(self, line_items):
        return {line: self.records[line] for line in line_items if line in self.records}

    def on_record(self, values):
        return set(values) & set().union(*self.records.values())

    @rule(row=ROWS, column=st.integers(0, 2))
    def type_a_value(self, row, column) -> None:
        self.typed += 1
        self.cells[row][column] = f"{USERS} {self.typed}"

    @rule(row=ROWS, column=st.integers(0, 2))
    def enter_a_formula(self, row, column) -> None:
        self.typed += 1
        self.cells[row][column] = Formula(f"{USERS} {self.typed}")

    @rule(row=ROWS, column=st.integers(0, 4))
    def clear_a_cell(self, row, column) -> None:
        self.cells[row][column] = None

    @rule(order=st.permutations(range(6)))
    def sort(self, order) -> None:
        self.keys = [self.keys[one] for one in order]
        self.cells = [self.cells[one] for one in order]

    @rule(source=ROWS, place=ROWS)
    def copy_a_row(self, source, place) -> None:
        self.keys[place] = self.keys[source]
        self.cells[place] = list(self.cells[source])

    @rule(row=ROWS, line=st.sampled_from(LINES))
    def paste_other_ids(self, row, line) -> None:
        self.keys[row] = line

    @rule(outcomes=st.lists(OUTCOMES, min_size=4, max_size=4))
    def refresh(self, outcomes) -> None:
        by_line = dict(zip(LINES, outcomes, strict=True))
        before, known = [list(row) for row in self.cells], set(self.records)
        self.apply(self.changes(by_line))
        for row, key, old in zip(self.cells, self.keys, before, strict=True):
            outcome = by_line[key]
            for place, cell in enumerate(old[:3]):
                if USERS in repr(cell) and self.is_protected(cell, key, old, known):
                    assert row[place] == cell, "a person's value was overwritten"
                elif cell is None and not outcome.keeps_values:
                    assert row[place] == self.shown(outcome)[place], "a blank was not filled"
            assert row[3] == outcome.status.value
            assert row[4]
        # Where somebody put together halves of two rows, the second look may know ours better.
        self.apply(self.changes(by_line))
        assert self.changes(by_line).cell_count == 0, "refreshing again and again changes cells"

    def is_protected(self, cell, key, row, known) -> bool:
        """By the contract values beside a status of ours are ours if the line is not on record."""
        return key in known or row[3] is None or isinstance(cell, Formula)

    @invariant()
    def every_status_is_one_of_ours(self) -> None:
        for row in getattr(self, "cells", ()):
            assert row[3] is None or row[3] in STATUS_WORDS

    def shown(self, outcome):
        day = outcome.invoice_date
        return (
            outcome.invoice_number or None,
            datetime(day.year, day.month, day.day) if day else None,
            outcome.consolidated_invoice_number or None,
        )

    def changes(self, by_line):
        columns = {one: [row[at] for row in self.cells] for at, one in enumerate(FIELDS)}
        return find_changes(SheetRows(2, self.keys, columns), by_line.__getitem__, FIELDS, self)

    def apply(self, changes) -> None:
        for at, one in enumerate(FIELDS):
            for row, value in changes.cells[one].items():
                is_day = isinstance(value, date)
                held = datetime(value.year, value.month, value.day) if is_day else value
                self.cells[row - 2][at] = held
        for line, values in changes.written:
            self.records.setdefault(line, set()).add(values)


def test_what_a_person_typed_is_never_overwritten_whatever_happens(scale, figures):
    run_state_machine_as_test(
        SheetMachine,
        settings=settings(
            max_examples=100 * scale,
            stateful_step_count=15,
            deadline=None,
            derandomize=scale == 1,
        ),
    )
    figures(
        "R20", f"{100 * scale} random histories of a sheet", "no typed value lost, no blank left"
    )


def test_a_day_is_as_old_as_it_says():
    """`--recheck` counts from the invoice's own day, to the day."""
    answer = Answer((Detail("INV", "2026-03-01T10:00:00Z"),))
    first = datetime(2026, 3, 1, tzinfo=UTC)
    for age in range(1, 20):
        now = (first + timedelta(days=age, hours=12)).timestamp()
        known = KnownAnswer(answer, 0.0, 0.0)
        asked = must_ask(known, Policy(recheck_days=10), now=now)
        assert asked == (age < 10), age
