"""The sheet of an import: where its columns are, what rows it has, and the edit that adds more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from xlsx_addin.core.cells import CellValue, Formula, is_blank
from xlsx_addin.core.data_rows import last_data_row
from xlsx_addin.core.fields import Field
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Layout
from xlsx_addin.core.line_items import LineItem, clean_id
from xlsx_addin.core.placement import Placement
from xlsx_addin.core.transaction_fields import (
    COLUMNS,
    IDS,
    LINE_ID,
    ORDER_ID,
    SHIPMENT_ID,
    TRANSACTION_ID,
    TransactionColumn,
    TransactionRow,
    info_columns,
)
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.choosing import Selection, choose
from xlsx_addin.jobs.data_ranges import DataRange, Sought, find_data_range, range_of_layout
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, NewRows, SheetEdit, Workbook

_GIVEN: Final = {
    KeyField.ORDER: ORDER_ID,
    KeyField.LINE: LINE_ID,
    KeyField.SHIPMENT: SHIPMENT_ID,
}
_NOWHERE: Final = ("headers-not-found", "empty-sheet")
"""Codes of errors that say that a sheet has no such columns."""


@dataclass(frozen=True)
class ImportTarget:
    """The sheet that transactions are added to.

    Args:
        data: its rows and columns.
        columns: what may be filled in, the customer's own fields included.
    """

    data: DataRange
    columns: Sequence[TransactionColumn]

    @property
    def is_first(self) -> bool:
        """Whether no import came here before, so that missing columns are made."""
        return TRANSACTION_ID not in self.data.columns

    @cached_property
    def _keys(self) -> Mapping[Field, list[CellValue]]:
        return self.data.read([TRANSACTION_ID, *IDS])

    def existing(self) -> dict[str, list[LineItem]]:
        """Collect the line items of rows by their transaction ID; rows without one are nobody's."""
        found: dict[str, list[LineItem]] = {}
        for transaction, *ids in self._rows():
            name = _name(transaction)
            if name:
                found.setdefault(name, []).append(LineItem(*map(_text, ids)))
        return found

    def typed(self) -> set[LineItem]:
        """Collect the line items of rows that have no transaction ID."""
        return {LineItem(*map(_text, ids)) for name, *ids in self._rows() if not _name(name)}

    def _rows(self) -> Iterable[tuple[CellValue, ...]]:
        return zip(*(self._keys[one] for one in (TRANSACTION_ID, *IDS)), strict=True)

    def numbers_of(self, rows: Iterable[TransactionRow]) -> dict[int, TransactionRow]:
        """Find rows that are there by their transaction ID and line item.

        Args:
            rows: any; those that are not there are left out.
        """
        there: dict[tuple[str, LineItem], list[int]] = {}
        for number, (name, *ids) in enumerate(self._rows(), start=self.data.first_row):
            key = _name(name), LineItem(*map(_text, ids))
            there.setdefault(key, []).append(number)
        found = {}
        for row in rows:
            numbers = there.get((row.transaction_id, row.line.line_item))
            if numbers:
                found[numbers.pop(0)] = row
        return found

    def edit(
        self, rows: Sequence[TransactionRow], again: Mapping[int, TransactionRow]
    ) -> SheetEdit:
        """Make the edit that adds rows.

        Args:
            rows: those to add.
            again: rows that are there and are written once more, by their number.

        Raises:
            SheetError: there is no room for columns or rows.
        """
        data, placement = self.data, self._placement()
        first = self._first_free()
        self._check_totals(first + len(rows) - 1)
        numbers = range(first, first + len(rows))
        table = data.table
        formulas = self._formulas(self._like())
        edits = []
        for column in self.columns:
            at = placement.columns.get(column.field)
            if at is None or at in formulas:
                continue
            shown = [
                *((number, column.show(row)) for number, row in again.items()),
                *zip(numbers, map(column.show, rows), strict=True),
            ]
            is_new = column.field in placement.created
            header = data.new_header(column.field, in_table=table is not None) if is_new else None
            cells = {number: value for number, value in shown if value is not None}
            if cells or header:
                width = column.field.width if is_new else 0
                edits.append(ColumnEdit(at, ColumnKind(column.kind.value), cells, header, width))
        return SheetEdit(
            data.sheet,
            edits,
            data.header_row,
            table.name if table and placement.extends_table else None,
            self._new_rows(numbers),
        )

    def _check_totals(self, last: int) -> None:
        table = self.data.table
        if table is not None and table.totals_rows and last > self.data.last_row:
            raise SheetError(
                f"Table {table.name} on sheet {self.data.sheet!r} has a totals row, and no row can"
                " be added below it.",
                next_step="Switch off Table Design > Total Row in Excel, save, run this again, then"
                " switch it on again.",
                code="totals-row",
            )

    def made(self) -> list[str]:
        """List the headers of the columns that an edit makes."""
        return [one.header for one in self._placement().created]

    def unplaced(self) -> list[str]:
        """List the customer's own fields that have no column and get none."""
        columns = self._placement().columns
        known = {column.field for column in COLUMNS}
        return [
            one.field.header
            for one in self.columns
            if one.field not in columns and one.field not in known
        ]

    def _placement(self) -> Placement[Field]:
        data, known = self.data, {one.field for one in COLUMNS}
        there = [one.field for one in self.columns if one.field in data.columns]
        if not self.is_first:
            return data.place(there, ())
        wanted = [
            one.field
            for one in self.columns
            if one.is_made or one.field in data.columns or one.field not in known
        ]
        return data.place(wanted, ())

    @cached_property
    def _last_keyed(self) -> int:
        """The last row with a transaction ID or one of the three IDs, totals left out."""
        first, names = self.data.first_row, self._keys[TRANSACTION_ID]
        last = last_data_row(*(self._keys[one] for one in IDS), first_row=first)
        filled = [first + at for at, cell in enumerate(names) if not is_blank(cell)]
        return max(last, *filled[-1:], first - 1)

    def _first_free(self) -> int:
        """The row below the data; in a table also one that nobody filled in yet."""
        data, after = self.data, self._last_keyed
        if data.table is None or after >= data.last_row:
            return after + 1
        cells = data.workbook.columns(
            data.sheet,
            range(data.region[0], data.region[1] + 1),
            first_row=after + 1,
            last_row=data.last_row,
        )
        for column in cells.values():
            for number, cell in enumerate(column, start=self._last_keyed + 1):
                # The formulas of a table stand in its blank rows too.
                if not is_blank(cell) and not isinstance(cell, Formula):
                    after = max(after, number)
        return after + 1

    def _like(self) -> int | None:
        """The row whose formats and formulas new rows get."""
        last = self.data.last_row if self.data.table else self._last_keyed
        return last if last >= self.data.first_row else None

    def _formulas(self, row: int | None) -> set[int]:
        """List the columns that a formula fills in, which goes on in new rows."""
        head = self.data.workbook.head(self.data.sheet, first_row=row, rows=1) if row else []
        cells = head[0] if head else []
        return {at for at, cell in enumerate(cells, start=1) if isinstance(cell, Formula)}

    def _new_rows(self, numbers: range) -> NewRows | None:
        data = self.data
        # Of plain data no row is there beforehand.
        last = data.last_row if data.table else self._last_keyed
        first = max(numbers.start, last + 1)
        if not numbers or numbers[-1] < first:
            return None
        table = data.table.name if data.table else None
        return NewRows(first, numbers[-1], self._like(), data.region, table)


def find_import_target(
    workbook: Workbook, selection: Selection, info: Iterable[str]
) -> ImportTarget:
    """Find the sheet to import into: that of an earlier import, else the one with the three IDs.

    Args:
        workbook: the open workbook.
        selection: the sheet and table that the user named.
        info: names of the customer's own fields.

    Raises:
        SheetError: no sheet fits, or several do.
    """
    columns = [*COLUMNS, *info_columns(info)]
    sought = Sought(
        [one.field for one in columns],
        # A column Transaction ID alone is more often a bank's.
        (TRANSACTION_ID, ORDER_ID),
        "transactions",
        selection.sheet,
        selection.table,
    )
    data = _found(workbook, sought)
    if data is None:
        return ImportTarget(_by_ids(workbook, selection, sought), columns)
    # The refresh's own detection knows more spellings of the three IDs.
    within = Selection(sheet=data.sheet, table=data.table.name if data.table else None)
    layout = choose(workbook, within).finding
    if isinstance(layout, Layout) and layout.header_row == data.header_row:
        data = range_of_layout(workbook, data.sheet, layout, _given(layout), sought)
    return ImportTarget(data, columns)


def _found(workbook: Workbook, sought: Sought) -> DataRange | None:
    """Find data that has the columns, None if no sheet has."""
    try:
        return find_data_range(workbook, sought)
    except SheetError as error:
        if error.code not in _NOWHERE:
            raise
        return None


def _by_ids(workbook: Workbook, selection: Selection, sought: Sought) -> DataRange:
    """Find data with the three IDs, or at least with a transaction ID."""
    candidate = choose(workbook, selection)
    layout, name = candidate.finding, candidate.info.name
    if isinstance(layout, Layout):
        return range_of_layout(workbook, name, layout, _given(layout), sought)
    data = _found(workbook, replace(sought, needed=(TRANSACTION_ID,)))
    if data is None:
        raise SheetError(
            f"Sheet {name!r} of {workbook.path.name} has neither columns for the three IDs nor a"
            " column Transaction ID.",
            next_step="Make an empty workbook with: xlsx-addin new NAME.xlsx. Or give a sheet the"
            " headers Order ID, Order Line Item ID and Shipment ID.",
            code="columns-not-found",
        )
    return data


def _given(layout: Layout) -> dict[Field, int]:
    return {_GIVEN[key]: column for key, column in layout.keys.items()}


def _name(cell: CellValue) -> str:
    """Read a transaction ID: any text is one."""
    return cell.strip() if isinstance(cell, str) else _text(cell)


def _text(cell: CellValue) -> str:
    """Read an ID; of a damaged one nothing is known."""
    cleaned = clean_id(cell)
    return cleaned if isinstance(cleaned, str) else ""
