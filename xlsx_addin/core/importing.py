"""Which rows an import adds: those that the sheet does not have yet, whatever people did to it.

A row is known by its transaction ID and the three IDs of its line; refunds repeat the three IDs
of their charge. Lines that are equal in all four are told apart by how many there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.transaction_fields import TransactionRow, rows_of, transaction_id
from xlsx_addin.core.transactions import Transaction


class Found(NamedTuple):
    """What an import comes to.

    Args:
        new: the rows to add, in the order of their transactions.
        known: how many rows the sheet has already.
        transactions: how many there are, each counted once.
    """

    new: Sequence[TransactionRow]
    known: int
    transactions: int


def find_new(
    transactions: Iterable[Transaction],
    existing: Mapping[str, Sequence[LineItem]],
    zone: tzinfo,
) -> Found:
    """Find the rows that the sheet does not have yet.

    Args:
        transactions: of Amazon; one that comes twice counts once.
        existing: the lines in the sheet by transaction ID. An ID that is blank here or there
            may be filled in there or here.
        zone: where days are counted.
    """
    lines = {name: list(of_transaction) for name, of_transaction in existing.items()}
    new: list[TransactionRow] = []
    known, seen = 0, set()
    for transaction in transactions:
        name = transaction_id(transaction)
        there = lines.setdefault(name, [])
        rows = list(rows_of(transaction, zone))
        missing = list(_missing(rows, there))
        new += missing
        there += [row.line.line_item for row in missing]
        if name not in seen:
            known += len(rows) - len(missing)
        seen.add(name)
    new.sort(key=lambda row: (row.transaction.transaction_date, row.transaction_id))
    return Found(new, known, len(seen))


def _missing(rows: Sequence[TransactionRow], there: Sequence[LineItem]) -> Iterator[TransactionRow]:
    """Give the rows of a transaction that are not there."""
    free = list(there)
    rest = []
    for row in rows:
        if row.line.line_item in free:
            free.remove(row.line.line_item)
        else:
            rest.append(row)
    for row in rest:
        alike = next((one for one in free if _may_be_same(one, row.line.line_item)), None)
        if alike is None:
            yield row
        else:
            free.remove(alike)


def _may_be_same(one: LineItem, other: LineItem) -> bool:
    """Say whether two lines of a transaction differ only in IDs that one of them lacks."""
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))
