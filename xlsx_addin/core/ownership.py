"""Whose value a result cell holds, and whether it already shows what it should."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final, NamedTuple, Protocol

from xlsx_addin.core.cells import CellError, CellValue, Formula, Missing, is_blank
from xlsx_addin.core.dates import is_serial_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField

VALUE_FIELDS: Final = (
    ResultField.INVOICE_NUMBER,
    ResultField.INVOICE_DATE,
    ResultField.CONSOLIDATED_INVOICE_NUMBER,
)


_LONGEST_QUOTE: Final = 60


class Written(NamedTuple):
    """The value cells of a row as text (the date as ISO 8601), in the order of VALUE_FIELDS."""

    invoice_number: str
    invoice_date: str
    consolidated_invoice_number: str


class WrittenRecords(Protocol):
    """What we ever wrote beside which line item, in any workbook."""

    def written(self, line_items: Collection[LineItem]) -> Mapping[LineItem, Collection[Written]]:
        """Tell what was written for these line items; those without a record are absent."""
        ...

    def on_record(self, values: Collection[Written]) -> Collection[Written]:
        """Tell which of these values were ever written as a whole, for whatever line item."""
        ...


@dataclass(frozen=True, slots=True)
class Ledger:
    """The part of the records that the rows of a sheet need.

    Args:
        values: what was written for the line items in doubt.
        wholes: which values of rows in doubt were once written as a whole.
    """

    values: Mapping[LineItem, Collection[Written]] = field(default_factory=dict)
    wholes: Collection[Written] = frozenset()

    def has_record(self, line_item: LineItem | None) -> bool:
        """Say whether anything is on record for a line item."""
        return line_item is not None and line_item in self.values

    def wrote(self, line_item: LineItem | None, position: int, text: str) -> bool:
        """Say whether we wrote a value for a line item.

        Args:
            line_item: the line of the row, None if it has no valid one.
            position: in VALUE_FIELDS.
            text: the value as text.
        """
        if line_item is None:
            return False
        return any(written[position] == text for written in self.values.get(line_item, ()))


def is_same(cell: CellValue, value: CellValue) -> bool:
    """Say whether a cell already shows a value; a formula's result counts as shown."""
    if isinstance(cell, Formula):
        cell = None if isinstance(cell.result, Missing) else cell.result
    if value is None or is_blank(cell):
        return value is None and is_blank(cell)
    if isinstance(value, datetime):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return is_serial_of(cell, value.date())
        return not isinstance(cell, str) and text_of(cell) == text_of(value)
    return text_of(cell) == value


def text_of(cell: CellValue) -> str:
    """Show a cell as text: whole numbers without decimals, days as ISO 8601."""
    if isinstance(cell, Formula):
        return "" if isinstance(cell.result, Missing) else text_of(cell.result)
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def kept_words(header: str, text: str) -> str:
    """Say what a cell holds that was kept.

    Args:
        header: of its column.
        text: what it holds.
    """
    return f"{header} kept: the cell has {text[:_LONGEST_QUOTE]}"


def kept_note(
    header: str, cell: CellValue, value: CellValue, *, is_merged: bool, is_asked: bool = True
) -> str | None:
    """Say what was kept; of a formula or a merged cell only if there is something to say.

    Args:
        header: of the column.
        cell: what is kept.
        value: what the cell should hold.
        is_merged: whether it is part of a merged cell.
        is_asked: whether Amazon was asked about the row, so that it says something.

    Returns:
        A sentence, None if there is nothing to say.
    """
    says = f", Amazon says {text_of(value) or 'nothing'}." if is_asked else "."
    if not isinstance(cell, Formula) and not is_merged:
        return f"{kept_words(header, text_of(cell))}{says}"
    if value is None:
        return None
    what = "a formula" if isinstance(cell, Formula) else "been merged"
    return f"{header} kept: the cell has {what}{says}"
