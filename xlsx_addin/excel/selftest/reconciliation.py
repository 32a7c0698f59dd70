"""The sheet of the template that the self-test fills, and comparing it with the truth."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final, NamedTuple

import xlwings

from xlsx_addin.core.cells import cell_name
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.excel.selftest.contract import Wrong
from xlsx_addin.excel.selftest.lines import Expected
from xlsx_addin.workbooks.live import ExcelGate

SHEET: Final = "Reconcile"
_FIRST_ID: Final = "Order ID"
_HEAD: Final = (20, 40)
"""Rows x columns in which the headers are looked for."""

_NOTES: Final = "Notes"
_AMOUNT: Final = "Amount"
_IS_DATE_FORMAT: Final = re.compile(r"(?=.*y)(?=.*m)(?=.*d)", re.IGNORECASE)
"""A format of year, month and day, in the letters that Excel uses towards programs."""

Block = tuple[tuple[Any, ...], ...]
Snapshot = dict[str, Block]
"""Formulas and values by sheet, rows x columns of what is used."""


class Row(NamedTuple):
    """What a row of results shows."""

    number: object
    day: object
    consolidated: object
    status: object
    message: object


BLANK: Final = Row(None, None, None, None, None)


class Reconciliation:
    """The sheet that IDs are put into.

    Args:
        book: made from the template.
        gate: makes calls into Excel.

    Raises:
        Wrong: it is not as the template is.
    """

    def __init__(self, book: xlwings.Book, gate: ExcelGate) -> None:
        self.book = book
        self._gate = gate
        self.sheet: xlwings.Sheet = gate.do(lambda: book.sheets[SHEET])
        head = self._block(1, 1, *_HEAD)
        row = next((number for number, cells in enumerate(head, 1) if cells[0] == _FIRST_ID), None)
        if row is None:
            raise Wrong(f"The sheet {SHEET} has no header {_FIRST_ID} in column A.")
        self.header_row = row
        self._columns = {text: number for number, text in enumerate(head[row - 1], 1) if text}
        missing = [one.header for one in ResultField if one.header not in self._columns]
        if missing:
            raise Wrong(f"The sheet {SHEET} has no column {', '.join(missing)}.")
        self.width = max(self._columns.values())
        self.first_result = self._columns[ResultField.INVOICE_NUMBER.header]

    @property
    def first_row(self) -> int:
        """The first row of data."""
        return self.header_row + 1

    def fill(self, lines: Sequence[LineItem], *, after: int = 0) -> None:
        """Put IDs into the table, which grows to hold them, and something of the user's own.

        Args:
            lines: their line items.
            after: how many rows stay above them.
        """
        first, last = self.first_row + after, self.first_row + after + len(lines) - 1
        table = self._gate.do(lambda: self.sheet.tables[0])
        whole = self._range(self.header_row, 1, last, self.width)
        self._gate.do(lambda: table.resize(whole))
        ids = self._range(first, 1, last, len(LineItem._fields))
        self._gate.do(lambda: setattr(ids, "number_format", "@"))
        self._gate.do(lambda: setattr(ids, "value", [list(line) for line in lines]))
        notes = self._columns[_NOTES]
        texts = [[f"note {number}"] for number in range(first, last + 1)]
        cells = self._range(first, notes, last, notes)
        self._gate.do(lambda: setattr(cells, "value", texts))
        amount = self._columns[_AMOUNT]
        formula = self._range(first, amount, first, amount)
        self._gate.do(lambda: setattr(formula, "formula", "=2*21.5"))

    def select(self, first: int, last: int) -> None:
        """Select the IDs of rows, counted from 1.

        Args:
            first: the first row.
            last: the last one.
        """
        cells = self._range(self._row(first), 1, self._row(last), 3)
        self._gate.do(self.sheet.activate)
        self._gate.do(cells.select)

    def clear(self, first: int, last: int) -> None:
        """Clear the results of rows, counted from 1.

        Args:
            first: the first row.
            last: the last one.
        """
        right = self.first_result + len(ResultField) - 1
        cells = self._range(self._row(first), self.first_result, self._row(last), right)
        self._gate.do(cells.clear_contents)

    def results(self, count: int, *, after: int = 0) -> list[Row]:
        """Read the results of rows.

        Args:
            count: how many rows.
            after: how many rows above them are left out.
        """
        first = self.first_row + after
        block = self._block(first, 1, first + count - 1, self.width)
        columns = [self._columns[field.header] - 1 for field in ResultField]
        return [Row(*(row[column] for column in columns)) for row in block]

    def ids(self, count: int) -> list[LineItem]:
        """Read the IDs of rows from the first one on.

        Args:
            count: how many rows.
        """
        block = self._block(self.first_row, 1, self.first_row + count - 1, 3)
        return [LineItem(*row) for row in block]

    def check(self, expected: Sequence[Expected], *, after: int = 0) -> None:
        """Make sure that rows show what they have to.

        Args:
            expected: the truth about rows, from the first one on.
            after: how many rows above them are left out.

        Raises:
            Wrong: a cell does not; names it.
        """
        rows = self.results(len(expected), after=after)
        for number, (row, truth) in enumerate(zip(rows, expected, strict=True)):
            self.check_row(self.first_row + after + number, row, truth)

    def check_row(self, number: int, row: Row, truth: Expected) -> None:
        """Make sure that a row shows what it has to.

        Args:
            number: of the row in the sheet.
            row: what it shows.
            truth: what it has to show.

        Raises:
            Wrong: a cell does not; names it.
        """
        day = None if truth.day is None else datetime.combine(truth.day, time())
        wanted = (truth.number, day, truth.consolidated, truth.status)
        for field, shown, right in zip(ResultField, row, wanted, strict=False):
            # A date is no text and a text no number: types count.
            if shown != right or type(shown) is not type(right):
                where = cell_name(number, self._columns[field.header])
                raise Wrong(f"{field.header} in {where} is {_told(shown)}, not {_told(right)}.")

    def check_formats(self, expected: Sequence[Expected]) -> None:
        """Make sure that numbers and IDs stand in cells for text, and dates in cells for dates.

        Args:
            expected: the truth about rows, from the first one on.

        Raises:
            Wrong: a cell has another format; names it.
        """
        text = (ResultField.INVOICE_NUMBER, ResultField.CONSOLIDATED_INVOICE_NUMBER)
        for number, truth in enumerate(expected, self.first_row):
            if truth.day is None:
                continue
            columns = [1, 2, 3, *(self._columns[field.header] for field in text)]
            for column in columns:
                found = self._format(number, column)
                if found != "@" and (column <= 3 or truth.consolidated):
                    where = cell_name(number, column)
                    raise Wrong(f"The format of {where} is {found}, not that of text (@).")
            column = self._columns[ResultField.INVOICE_DATE.header]
            found = self._format(number, column)
            if not isinstance(found, str) or not _IS_DATE_FORMAT.search(found):
                raise Wrong(
                    f"The format of {cell_name(number, column)}, {found}, is none of a day."
                )

    def snapshot(self) -> Snapshot:
        """Read formulas and values of all sheets."""
        return {sheet.name: self._formulas(sheet) for sheet in self._gate.do(self._sheets)}

    def snapshot_beside(self) -> Snapshot:
        """Read formulas and values of all sheets, but for the results."""
        snapshot = self.snapshot()
        left, blank = self.first_result - 1, ("",) * len(ResultField)
        snapshot[SHEET] = tuple(
            row if number <= self.header_row else (*row[:left], *blank, *row[left + len(blank) :])
            for number, row in enumerate(snapshot[SHEET], 1)
        )
        return snapshot

    def _sheets(self) -> list[xlwings.Sheet]:
        return list(self.book.sheets)

    def _formulas(self, sheet: xlwings.Sheet) -> Block:
        def read() -> object:
            last = sheet.used_range.last_cell
            return sheet.range((1, 1), (last.row, last.column)).formula

        found: Any = self._gate.do(read)
        rows = found if isinstance(found, (tuple, list)) else ((found,),)
        return tuple(tuple(row) if isinstance(row, (tuple, list)) else (row,) for row in rows)

    def _format(self, row: int, column: int) -> object:
        cell = self._range(row, column, row, column)
        return self._gate.do(lambda: cell.number_format)

    def _row(self, number: int) -> int:
        return self.header_row + number

    def _range(self, top: int, left: int, bottom: int, right: int) -> xlwings.Range:
        return self._gate.do(lambda: self.sheet.range((top, left), (bottom, right)))

    def _block(self, top: int, left: int, bottom: int, right: int) -> list[list[Any]]:
        cells = self._range(top, left, bottom, right)
        block: list[list[Any]] = self._gate.do(lambda: cells.options(ndim=2).value)
        return block


def changed_cell(before: Snapshot, after: Snapshot) -> str | None:
    """Name the first cell that differs; None if none does.

    Args:
        before: what was.
        after: what is.
    """
    if before.keys() != after.keys():
        return f"the list of sheets: {', '.join(after)}"
    for name, rows in before.items():
        now = after[name]
        height = max(len(rows), len(now))
        for row in range(height):
            old, new = _part(rows, row), _part(now, row)
            for column in range(max(len(old), len(new))):
                if _part(old, column) != _part(new, column):
                    return f"{name}!{cell_name(row + 1, column + 1)}"
    return None


def _part(whole: Sequence[Any], index: int) -> Any:  # noqa: ANN401  # a row or a cell
    return whole[index] if index < len(whole) else ""


def _told(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    kind = {str: "text", float: "number", bool: "truth value"}.get(type(value), "value")
    return f"the {kind} {value!r}"
