"""An edit that lets a workbook of the corpus grow: rows, links and amounts."""

import shutil
from decimal import Decimal
from pathlib import Path

from tests.workbooks.books import SHEET
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, NewRows, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook

LIKE = 4


def grow(path: Path, *, links: bool = True) -> Path:
    """Add rows below the used ones of a copy, with links and amounts, and return it."""
    copy = path.with_stem(f"{path.stem} grown")
    shutil.copy2(path, copy)
    with SavedWorkbook(copy) as workbook:
        used = workbook.facts(SHEET).used
        assert used is not None
        rows = range(used.last_row + 1, used.last_row + 4)
        files = {row: Link(f"R&D {row}", f"pdf/{row}%20%26.pdf") for row in (2, *rows)}
        columns = [
            ColumnEdit(1, ColumnKind.IDENTIFIER, {row: f"0{row}" for row in rows}),
            ColumnEdit(4, ColumnKind.NUMBER, {row: Decimal(row) / 100 for row in rows}),
        ]
        if links:
            columns.append(ColumnEdit(used.last_column + 3, ColumnKind.TEXT, files))
        new = NewRows(rows[0], rows[-1], LIKE, (1, used.last_column), None)
        workbook.apply(SheetEdit(SHEET, columns, 1, None, new))
        workbook.commit(backup=False)
    return copy
