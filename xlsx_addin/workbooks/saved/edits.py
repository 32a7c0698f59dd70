"""An edit of a sheet, checked against what the first pass found."""

from collections.abc import Iterable

from xlsx_addin.core.cells import cell_name
from xlsx_addin.workbooks.contract import ColumnEdit, SheetEdit, TableInfo
from xlsx_addin.workbooks.growth import check_new_rows
from xlsx_addin.workbooks.harm import (
    MOVE_RESULTS,
    check_bounds,
    check_merges,
    check_spilled,
    check_tables,
    not_writable,
)
from xlsx_addin.workbooks.saved.findings import Master, SheetSurvey
from xlsx_addin.workbooks.saved.formulas import LostMasters


def check(edit: SheetEdit, survey: SheetSurvey, tables: Iterable[TableInfo]) -> LostMasters:
    """Make sure that an edit harms no cell but its own.

    Args:
        edit: the edit.
        survey: what the first pass found in the sheet.
        tables: the sheet's tables.

    Returns:
        The shared formulas whose text is overwritten.

    Raises:
        SheetError: it does harm; the first such cell is named.
    """
    check_bounds(edit)
    check_spilled(edit, survey.spilled)
    check_merges(edit, survey.merges)
    tables = list(tables)
    check_tables(edit, tables)
    check_new_rows(edit, tables, [*survey.merges, *survey.spilled])
    return _lost_masters(edit, survey)


def _lost_masters(edit: SheetEdit, survey: SheetSurvey) -> LostMasters:
    columns = {column.column: column for column in edit.columns}
    lost: set[Master] = set()
    for index, masters in survey.masters.items():
        for master in masters:
            column = columns.get(master.column)
            if column is None or not _writes(column, master.row, edit.header_row):
                continue
            if index in survey.early:
                raise not_writable(
                    cell_name(master.row, master.column),
                    edit.sheet,
                    "cells before it share its formula",
                    f"Clear the formulas of its column in Excel, {MOVE_RESULTS}",
                )
            lost.add(master)
    return LostMasters(survey.masters, lost)


def _writes(column: ColumnEdit, row: int, header_row: int | None) -> bool:
    return row in column.cells or (column.header is not None and row == header_row)
