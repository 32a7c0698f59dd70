"""The sheet whose IDs are added: its rows, the cells that are filled in, and the edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from xlsx_addin.core import purchase_fields as fields
from xlsx_addin.core.cells import CellValue
from xlsx_addin.core.fields import Field
from xlsx_addin.core.id_cells import IdChanges, find_id_changes
from xlsx_addin.core.id_outcomes import IdOutcome
from xlsx_addin.core.placement import Placement
from xlsx_addin.core.purchase_rows import PurchaseRow, read_purchase_rows
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.data_ranges import DataRange, Sought, find_data_range
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit, Workbook

_KINDS: Final = {
    fields.LINE: ColumnKind.IDENTIFIER,
    fields.SHIPMENT: ColumnKind.IDENTIFIER,
    fields.STATUS: ColumnKind.TEXT,
    fields.MESSAGE: ColumnKind.TEXT,
}


@dataclass(frozen=True)
class IdTarget:
    """The sheet, read.

    Args:
        data: where its rows and columns are.
        cells: the cells of all columns that matter.
    """

    data: DataRange
    cells: Mapping[Field, Sequence[CellValue]]

    @cached_property
    def rows(self) -> list[PurchaseRow]:
        """The rows with an order ID."""
        return read_purchase_rows(self.cells, self.data.first_row)

    @cached_property
    def placement(self) -> Placement[Field]:
        """The columns that are filled in.

        Raises:
            SheetError: the sheet has no room.
        """
        return self.data.place(fields.FILLED_IN, (fields.ORDER, fields.LINE, fields.SHIPMENT))

    @property
    def has_status(self) -> bool:
        """Whether the sheet has our column of status words already."""
        return fields.STATUS in self.data.columns

    def changes(self, outcomes: Mapping[int, IdOutcome]) -> IdChanges:
        """Find the cells that change.

        Args:
            outcomes: what rows get, by row number.
        """
        there = {one: self.cells[one] for one in fields.FILLED_IN if one in self.data.columns}
        merged = {one: self._merged_rows(self.data.columns[one]) for one in there}
        return find_id_changes(outcomes, there, self.data.first_row, merged)

    def edit(self, changes: IdChanges) -> SheetEdit:
        """Make the edit; new columns come with their headers if anything is written.

        Args:
            changes: the cells that change.
        """
        data = self.data
        if not changes.cell_count:
            return SheetEdit(data.sheet)
        placement = self.placement
        in_table = data.table is not None
        edits = [
            ColumnEdit(
                column,
                _KINDS[one],
                changes.cells[one],
                data.new_header(one, in_table=in_table) if one in placement.created else None,
                one.width if one in placement.created else 0,
            )
            for one, column in placement.columns.items()
            if changes.cells[one] or one in placement.created
        ]
        table = data.table.name if data.table and placement.extends_table else None
        return SheetEdit(data.sheet, edits, data.header_row, table)

    def _merged_rows(self, column: int) -> set[int]:
        merges = self.data.facts.merges
        areas = [area for area in merges if area.first_column <= column <= area.last_column]
        return {row for area in areas for row in range(area.first_row, area.last_row + 1)}


def read_id_target(workbook: Workbook, selection: Selection) -> IdTarget:
    """Find the sheet with order IDs and read it.

    Args:
        workbook: the open workbook.
        selection: sheet and table that the user named.

    Raises:
        SheetError: no sheet has order IDs, or several have.
    """
    wanted = (fields.ORDER, *fields.FILLED_IN, *fields.EVIDENCE)
    sought = Sought(
        wanted,
        (fields.ORDER,),
        "order IDs",
        selection.sheet,
        selection.table,
        fields.FILLED_IN,
    )
    data = find_data_range(workbook, sought)
    return IdTarget(data, data.read([one for one in wanted if one in data.columns]))
