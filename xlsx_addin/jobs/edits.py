"""From the changes of a sheet to an edit that a workbook adapter takes."""

from collections.abc import Collection, Mapping
from itertools import chain, count
from types import MappingProxyType
from typing import Final

from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.results import Changes
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.targets import Target
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit, Workbook

_KINDS: Final = {
    ResultField.INVOICE_NUMBER: ColumnKind.IDENTIFIER,
    ResultField.INVOICE_DATE: ColumnKind.DATE,
    ResultField.CONSOLIDATED_INVOICE_NUMBER: ColumnKind.IDENTIFIER,
    ResultField.STATUS: ColumnKind.TEXT,
    ResultField.MESSAGE: ColumnKind.TEXT,
}

_WIDTHS: Final = {
    ResultField.INVOICE_NUMBER: 22,
    ResultField.INVOICE_DATE: 13,
    ResultField.CONSOLIDATED_INVOICE_NUMBER: 28,
    ResultField.STATUS: 16,
    ResultField.MESSAGE: 60,
}
"""Characters that a new column shows."""


def sheet_edit(
    target: Target,
    changes: Changes,
    *,
    fit: bool = False,
    steady: Mapping[ResultField, Collection[int]] = MappingProxyType({}),
    new_columns: bool = True,
) -> SheetEdit:
    """Make the edit of a sheet; new columns come with their headers if anything is written.

    Args:
        target: the sheet and where its results go.
        changes: the cells that change.
        fit: give new columns a width in which their values can be read.
        steady: rows whose cell holds already what it should, by field.
        new_columns: whether columns that are not there yet are made.
    """
    if not changes.cell_count:
        return SheetEdit(target.sheet)
    placement = target.placement
    has_header = target.layout.header_row is not None
    columns = tuple(
        ColumnEdit(
            column,
            _KINDS[one],
            changes.cells[one],
            _new_header(one, target) if one in placement.created and has_header else None,
            _WIDTHS[one] if fit and one in placement.created else 0,
            steady.get(one, ()),
        )
        for one, column in placement.columns.items()
        if changes.cells[one] or (new_columns and one in placement.created)
    )
    return SheetEdit(
        target.sheet,
        columns,
        target.layout.header_row,
        target.layout.table if placement.extends_table else None,
    )


def _new_header(one: ResultField, target: Target) -> str:
    """Name a new column; the columns of a table need different names, as Excel gives them."""
    if not target.placement.extends_table:
        return one.header
    names = chain([one.header], (f"{one.header}{number}" for number in count(2)))
    return next(name for name in names if name.lower() not in target.headers)


def check_locks(workbook: Workbook, edit: SheetEdit) -> None:
    """Make sure that the sheet's protection locks no cell of an edit.

    Args:
        workbook: the workbook.
        edit: the edit.

    Raises:
        SheetError: it locks one.
    """
    locked = workbook.locked_cell(edit)
    if locked is not None:
        raise SheetError(
            f"Sheet {edit.sheet!r} of {workbook.path.name} is protected and its cell"
            f" {locked} is locked.",
            next_step="Unprotect the sheet in Excel (Review > Unprotect Sheet) or unlock the"
            " result columns, then try again: the answers are kept.",
            code="sheet-protected",
        )
