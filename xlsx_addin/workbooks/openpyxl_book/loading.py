"""Loading a workbook with openpyxl, with what it says that it loses."""

import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final, NamedTuple, Protocol, cast

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.read_only import ReadOnlyCell

from xlsx_addin.core.cells import Missing, Plain
from xlsx_addin.workbooks.openpyxl_book.cells import plain_value

Position = tuple[int, int]
"""Row and column."""

Results = Mapping[Position, Plain | Missing]
"""Stored results of formulas."""

# It puts its own styles where a file has none, which loses nothing.
_HARMLESS_COMPLAINTS: Final = ("Workbook contains no stylesheet", "Workbook contains no default")


class _Rows(Protocol):
    """What openpyxl gives as a worksheet to be read only."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self) -> Iterator[Sequence[object]]: ...


class Loaded(NamedTuple):
    """A workbook as openpyxl loaded it.

    Args:
        workbook: the workbook.
        complaints: what openpyxl said that it could not read.
    """

    workbook: Workbook
    complaints: tuple[str, ...]


def load(content: bytes) -> Loaded:
    """Load a workbook with its formulas and its macro project.

    Args:
        content: the .xlsx or .xlsm file.
    """
    with zipfile.ZipFile(BytesIO(content)) as package:
        has_macros = "xl/vbaProject.bin" in package.namelist()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        workbook = openpyxl.load_workbook(BytesIO(content), keep_vba=has_macros)
    complaints = (str(warning.message) for warning in caught)
    return Loaded(
        workbook,
        tuple(text for text in complaints if not text.startswith(_HARMLESS_COMPLAINTS)),
    )


def load_results(content: bytes, sheet: str, formulas: Collection[Position]) -> Results:
    """Read the results of formulas as the file holds them.

    Args:
        content: the .xlsx or .xlsm file.
        sheet: name of the worksheet.
        formulas: where its formulas are.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        try:
            copy = cast("_Rows", workbook[sheet])
            # What the sheet says of its own size may be wrong.
            copy.reset_dimensions()
            cells = (cell for row in copy.iter_rows() for cell in row)
            # What is not there is an EmptyCell, which has no position.
            return {
                (cell.row, cell.column): _result(cell)
                for cell in cells
                if isinstance(cell, ReadOnlyCell) and (cell.row, cell.column) in formulas
            }
        finally:
            workbook.close()


def _result(cell: ReadOnlyCell) -> Plain | Missing:
    if cell.value is None:
        # An empty text is a result, too.
        return "" if cell.data_type == "str" else Missing.RESULT
    return plain_value(cell.value, cell.data_type)
