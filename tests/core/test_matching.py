"""Which line a row stands for: one beyond doubt, or none; the many ways to be in doubt."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlsx_addin.core.billing import BillingCollector
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus
from xlsx_addin.core.matching import match_rows, unanswered_rows
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.purchase_rows import PurchaseRow
from xlsx_addin.core.transactions import Money, Transaction, TransactionLine

ORDER = "111-1087441-1234567"
PENS, PAPER = "B07T8K1HJG", "B000J07BRQ"


def line(line_id="1", shipment="Aa1", asin=PENS, quantity=1, total="10.00", **more):
    tax = more.pop("tax", "0")
    net = Decimal(total) - Decimal(tax) if total is not None else None
    return TransactionLine(
        order_id=more.pop("order", ORDER),
        order_line_item_id=line_id,
        shipment_id=shipment,
        asin=asin,
        item_quantity=quantity,
        total_amount=None if total is None else Money(Decimal(total), "USD"),
        principal_amount=None if net is None else Money(net, "USD"),
        tax=Money(Decimal(tax), "USD"),
        **more,
    )


def charge(*lines, name="T1", kind="CHARGE", day="2026-03-10T10:00:00Z", **more):
    return Transaction(
        transaction_id=name, transaction_type=kind, transaction_date=day, lines=lines, **more
    )


def row(number=2, **more):
    for name in ("total", "subtotal", "amount", "charged", "quantity"):
        if name in more:
            more[name] = Decimal(more[name])
    for name in ("order_quantity", "order_subtotal", "order_total"):
        if name in more:
            more[name] = Decimal(more[name])
    return PurchaseRow(number, more.pop("order", ORDER), **more)


def match(rows, *transactions):
    collector = BillingCollector({one.order_id for one in rows})
    collector.take(transactions)
    outcomes = match_rows(rows, collector.billing())
    return [outcomes[one.number] for one in rows]


def one(a_row, *transactions) -> IdOutcome:
    (outcome,) = match([a_row], *transactions)
    return outcome


def ids(outcome):
    return outcome.order_line_item_id, outcome.shipment_id


def test_the_only_line_of_an_order_is_filled_in():
    outcome = one(row(), charge(line()))
    assert outcome == IdOutcome(
        IdStatus.FILLED, "The only line that Amazon billed of this order.", "1", "Aa1"
    )


def test_the_only_line_is_not_filled_in_against_the_rows_own_words():
    outcome = one(row(asin=PAPER, quantity=2), charge(line()))
    assert outcome.status is IdStatus.NOT_FOUND
    assert "differs in ASIN and quantity" in outcome.message
    assert "line 1, shipment Aa1 (1 x B07T8K1HJG, 10.00 USD)" in outcome.message


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ({"asin": PAPER}, "ASIN"),
        ({"title": "Copy paper A4"}, "title"),
        ({"quantity": 3}, "quantity"),
        ({"total": "33.00"}, "amount"),
        ({"subtotal": "30.00"}, "amount"),
        ({"amount": "33.00"}, "amount"),
        ({"total": "30.00"}, "amount"),
        ({"shipment_id": "Bb2"}, "shipment ID"),
        ({"order_line_item_id": "2"}, "order line item ID"),
        ({"quantity": 3, "shipped_on": date(2026, 3, 21)}, "quantity and shipment date"),
    ],
)
def test_one_fact_is_enough_if_it_rules_the_others_out(said, by):
    first = line("1", "Aa1", PENS, 1, "10.00", product_title="Pens", shipment_date="2026-03-10")
    second = line(
        *("2", "Bb2", PAPER, 3, "33.00"),
        tax="3.00",
        product_title="Copy paper A4",
        shipment_date="2026-03-20",
    )
    outcome = one(row(**said), charge(first, second))
    assert (outcome.status, ids(outcome)) == (IdStatus.FILLED, ("2", "Bb2"))
    assert outcome.message == f"Matched by {by}."


def test_what_amazon_does_not_tell_rules_nothing_out():
    told, untold = line("1", "Aa1", PAPER), line("2", "Bb2", "", None, None)
    outcome = one(row(asin=PENS), charge(told, untold))
    assert outcome.status is IdStatus.AMBIGUOUS
    assert "Perhaps line 2, shipment Bb2" in outcome.message


def test_equal_lines_are_listed_and_not_guessed():
    outcome = one(row(asin=PENS, total=10), charge(line("1", "Aa1"), line("2", "Aa1")))
    assert outcome.status is IdStatus.AMBIGUOUS
    assert outcome.message.startswith("2 lines fit: line 1, shipment Aa1 (")
    assert "; line 2, shipment Aa1 (" in outcome.message


def test_shipment_ids_that_differ_in_case_are_two():
    outcome = one(row(shipment_id="dnB"), charge(line("1", "dnB"), line("2", "dNB")))
    assert ids(outcome) == ("1", "dnB")


def test_an_item_that_came_in_two_shipments_is_split():
    parts = [
        charge(line("1", "Aa1", quantity=3, total="30.00")),
        charge(line("1", "Bb2", quantity=2, total="20.00"), name="T2"),
    ]
    outcome = one(row(asin=PENS, quantity=5, total=50), *parts)
    assert outcome.status is IdStatus.SPLIT
    assert outcome.message.startswith("2 lines together make up this row: line 1, shipment Aa1")
    assert one(row(asin=PENS), *parts).status is IdStatus.SPLIT
    assert ids(one(row(asin=PENS, quantity=2, total=20), *parts)) == ("1", "Bb2")


def test_one_that_may_be_a_line_or_the_sum_of_two_is_ambiguous():
    lines = (line("1", "Aa1", quantity=2, total="20.00"), line("2", "Bb2"), line("2", "Cc3"))
    outcome = one(row(asin=PENS, quantity=2, total=20), charge(*lines))
    assert outcome.status is IdStatus.AMBIGUOUS


def test_a_line_paid_in_two_ways_is_one_line():
    gift = charge(line(total="4.00"), name="T2")
    outcome = one(row(asin=PENS, quantity=1, total=10), charge(line(total="6.00")), gift)
    assert ids(outcome) == ("1", "Aa1")


def test_a_transaction_that_comes_twice_counts_once():
    outcome = one(row(charged=10), charge(line()), charge(line()))
    assert ids(outcome) == ("1", "Aa1")


def test_refunds_are_matched_with_refunds():
    back = charge(line("1", "Aa1", total="-10.00"), name="T2", kind="REFUND")
    paid = charge(line("1", "Aa1"), line("2", "Bb2"))
    assert ids(one(row(charged=10, is_refund=True), paid, back)) == ("1", "Aa1")
    alone = one(row(charged=10, is_refund=True), paid)
    assert alone.status is IdStatus.NOT_FOUND
    assert alone.message.startswith(
        "In the days that were looked at Amazon has charges of this order, but no refund."
    )


def test_a_charge_of_several_lines_is_split():
    outcome = one(row(charged=20), charge(line("1"), line("2")))
    assert outcome.status is IdStatus.SPLIT


def test_a_charge_is_no_line_that_only_costs_as_much():
    whole = charge(line("1", total="30.00"), line("2", total="20.00"))
    assert one(row(charged=30), whole).status is IdStatus.NOT_FOUND
    assert ids(one(row(amount=30), whole)) == ("1", "Aa1")


def test_equal_charges_are_told_apart_by_their_days():
    first = charge(line("1"), day="2026-03-01T10:00:00Z")
    second = charge(line("2"), name="T2", day="2026-03-10T10:00:00Z")
    assert ids(one(row(charged=10, charged_on=date(2026, 3, 9)), first, second)) == ("2", "Aa1")


def test_equal_charges_are_told_apart_by_their_names():
    first, second = charge(line("1")), charge(line("2"), name="T2", charge_identifier="C2")
    assert ids(one(row(charged=10, references=frozenset({"C2"})), first, second)) == ("2", "Aa1")
    other = one(row(charged=10, references=frozenset({"bank 77"})), first, second)
    assert other.status is IdStatus.AMBIGUOUS


def test_equal_goods_are_told_apart_by_the_customers_own_line_numbers():
    lines = (
        line("1", purchase_order_line_item_id="10"),
        line("2", purchase_order_line_item_id="20"),
    )
    said = {"asin": PENS, "purchase_order_line": "20"}
    assert ids(one(row(**said), charge(*lines))) == ("2", "Aa1")
    said["purchase_order_line"] = "0020"
    assert one(row(**said), charge(*lines)).status is IdStatus.AMBIGUOUS


def test_a_title_in_another_language_does_not_matter_beside_an_asin():
    outcome = one(row(asin=PENS, title="Stifte"), charge(line(product_title="Pens")))
    assert outcome.status is IdStatus.FILLED


def test_a_title_that_was_cut_off_still_tells():
    title = "Ticonderoga Neon Pencils, #2 Pre-Sharpened Wood Pencils"
    lines = (line("1", asin="", product_title=title), line("2", asin="", product_title="Paper"))
    assert ids(one(row(title="ticonderoga neon  pencils…"), charge(*lines))) == ("1", "Aa1")


def test_another_currency_contradicts():
    assert one(row(total=10, currency="EUR"), charge(line())).status is IdStatus.NOT_FOUND


def test_a_line_without_a_shipment_id_is_never_filled_in():
    outcome = one(row(asin=PENS), charge(line(shipment="")))
    assert outcome.status is IdStatus.NOT_FOUND
    assert outcome.message.startswith("Amazon bills the line without shipment ID")


def test_an_order_that_is_not_billed_is_not_found():
    outcome = one(row(order="D01-1234567-1234567"))
    assert outcome.status is IdStatus.NOT_FOUND
    assert outcome.message.startswith("Amazon has no charge of this order in the days")
    assert "Digital orders may have none." in outcome.message


@pytest.mark.parametrize("status", ["cancelled", "canceled", "storniert", "pending fulfillment"])
def test_cancelled_and_pending_orders_are_skipped(status):
    assert one(row(order_status=status)).status is IdStatus.SKIPPED


def test_a_row_with_both_ids_is_left_alone_and_told_if_amazon_knows_no_such_line():
    right = row(order_line_item_id="1", shipment_id="Aa1")
    assert one(right, charge(line())) == IdOutcome(IdStatus.KEPT, "", "1", "Aa1")
    wrong = one(right._replace(shipment_id="AA1"), charge(line()))
    assert wrong.status is IdStatus.KEPT
    assert "Amazon has no such line of this order; it has line 1, shipment Aa1" in wrong.message


def test_a_row_with_one_id_gets_the_other_one():
    lines = charge(line("1", "Aa1"), line("2", "Bb2"))
    assert ids(one(row(order_line_item_id="2"), lines)) == ("2", "Bb2")
    assert one(row(order_line_item_id="3"), lines).status is IdStatus.NOT_FOUND


def item(number, **more):
    said = {"asin": PENS, "quantity": 1, "total": 10, "order_quantity": 1}
    return row(number, **(said | more))


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]


def test_rows_that_repeat_one_item_all_get_its_ids():
    outcomes = match([item(2), item(3)], charge(line()))
    assert [ids(outcome) for outcome in outcomes] == [("1", "Aa1")] * 2


def test_an_equal_item_that_is_not_billed_yet_makes_both_ambiguous():
    outcomes = match([item(2, order_quantity=2), item(3, order_quantity=2)], charge(line()))
    assert statuses(outcomes) == [IdStatus.AMBIGUOUS] * 2
    assert outcomes[0].message.startswith("2 rows of this sheet fit the same line: line 1")


def test_rows_that_nothing_shows_to_be_repeats_are_ambiguous():
    rows = [item(number)._replace(order_quantity=None) for number in (2, 3)]
    assert statuses(match(rows, charge(line()))) == [IdStatus.AMBIGUOUS] * 2


def test_repeats_are_seen_beside_equal_items_of_the_same_order():
    said = {"order_quantity": 3, "order_total": 40}
    equal = [item(number, **said) for number in (2, 3)]
    paid_twice = [item(number, asin=PAPER, total=20, **said) for number in (4, 5)]
    lines = (line("1"), line("2"), line("3", "Cc3", PAPER, 1, "20.00"))
    outcomes = match([*equal, *paid_twice], charge(*lines))
    assert statuses(outcomes) == [IdStatus.AMBIGUOUS] * 2 + [IdStatus.FILLED] * 2


def test_a_line_that_a_row_has_already_is_not_given_to_an_equal_row():
    kept = item(2, order_line_item_id="1", shipment_id="Aa1", order_quantity=2)
    outcomes = match([kept, item(3, order_quantity=2)], charge(line()))
    assert statuses(outcomes) == [IdStatus.KEPT, IdStatus.AMBIGUOUS]


def test_a_part_of_a_split_row_is_not_given_to_another_row():
    parts = [
        charge(line("1", "Aa1", quantity=3, total="30.00")),
        charge(line("1", "Bb2", quantity=1, total="10.00"), name="T2"),
    ]
    whole = item(2, quantity=4, total=40, order_quantity=5)
    outcomes = match([whole, item(3, order_quantity=5)], *parts)
    assert statuses(outcomes) == [IdStatus.SPLIT, IdStatus.AMBIGUOUS]


def test_without_an_amount_nothing_is_filled_in_while_the_order_is_not_billed_whole():
    said = {"asin": PENS, "order_quantity": 2}
    outcome = one(row(**said), charge(line()))
    assert outcome.status is IdStatus.AMBIGUOUS
    assert "a part of the order is not billed" in outcome.message
    assert one(row(total=10, **said), charge(line())).status is IdStatus.FILLED


def test_if_not_all_transactions_came_nothing_is_taken():
    damaged = row(4, flaw=IdOutcome(IdStatus.CHECK_IDS, "The order ID contains white space."))
    kept = row(3, order_line_item_id="1", shipment_id="Aa1")
    failure = Failure(Status.FAILED, "Amazon cannot be reached.")
    outcomes = unanswered_rows([row(2), kept, damaged], failure)
    assert outcomes[2] == IdOutcome(IdStatus.FAILED, "Amazon cannot be reached.")
    assert outcomes[3].status is IdStatus.KEPT
    assert outcomes[4] == damaged.flaw


def test_long_lists_end():
    outcome = one(row(), charge(*(line(str(number)) for number in range(40))))
    assert outcome.message.endswith("and 35 more. Enter the IDs of the right one.")


ASINS = st.sampled_from([PENS, PAPER, ""])
TOTALS = st.sampled_from(["10.00", "20.00", "30.00", None])
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["1", "2", "3", ""]),
        st.sampled_from(["Aa1", "AA1", "Bb2", ""]),
        ASINS,
        st.sampled_from([1, 2, None]),
        TOTALS,
        order=st.sampled_from([ORDER, "222-2222222-2222222"]),
    ),
    max_size=6,
)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "asin": ASINS,
        "quantity": st.sampled_from([1, 2, 3]),
        "total": st.sampled_from(["10", "20", "50"]),
        "charged": st.sampled_from(["10", "30"]),
        "order_quantity": st.sampled_from([1, 2, 3, 4]),
        "order_line_item_id": st.sampled_from(["1", "9"]),
        "is_refund": st.booleans(),
        "currency": st.sampled_from(["USD", "EUR"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(SAID, min_size=1, max_size=4),
    st.lists(st.tuples(LINES, st.sampled_from(["CHARGE", "REFUND"])), max_size=4),
)
def test_whatever_comes_a_filled_id_is_a_line_of_the_order_that_does_not_contradict(said, charged):
    rows = [row(number, **facts) for number, facts in enumerate(said, start=2)]
    transactions = [
        charge(*lines, name=f"T{number}", kind=kind) for number, (lines, kind) in enumerate(charged)
    ]
    for a_row, outcome in zip(rows, match(rows, *transactions), strict=True):
        assert outcome.status in IdStatus
        assert (outcome.status is IdStatus.FILLED) == (all(ids(outcome)) and not a_row.is_complete)
        if outcome.status is not IdStatus.FILLED:
            continue
        kind = "REFUND" if a_row.is_refund else "CHARGE"
        of_line = [
            one_line
            for transaction in transactions
            for one_line in transaction.lines
            if transaction.transaction_type == kind and one_line.line_item == (ORDER, *ids(outcome))
        ]
        assert of_line
        assert a_row.asin in ("", *(one_line.asin for one_line in of_line)) or not all(
            one_line.asin for one_line in of_line
        )
        assert a_row.order_line_item_id in ("", outcome.order_line_item_id)
