"""The adapter for saved workbooks on openpyxl.

It refuses every workbook of which openpyxl would drop something, unless it is told that the
workbook was made by ourselves.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import Block, CellValue
from xlsx_addin.errors import SheetError, WorkbookError
from xlsx_addin.workbooks.contract import (
    Committed,
    ResultValue,
    SheetEdit,
    SheetFacts,
    SheetInfo,
)
from xlsx_addin.workbooks.files import FileStamp, check_readable, local_now, save_workbook
from xlsx_addin.workbooks.formats import refusal
from xlsx_addin.workbooks.openpyxl_book.loading import Loaded, Position, Results, load, load_results
from xlsx_addin.workbooks.openpyxl_book.losses import find_losses, find_losses_of_loading
from xlsx_addin.workbooks.openpyxl_book.own_sheet import put_sheet
from xlsx_addin.workbooks.openpyxl_book.reading import SheetReader
from xlsx_addin.workbooks.openpyxl_book.writing import apply_edit, locked_cell


class OpenpyxlWorkbook:
    """A closed workbook, held by openpyxl; implements `contract.Workbook`.

    Args:
        path: the .xlsx or .xlsm file.
        refuse_lossy: refuse a workbook of which openpyxl would drop something; only for
            workbooks of our own making may it be off.
        now: the clock that names backups.

    Raises:
        WorkbookError: the file is no workbook that can be refreshed; `code` says why.
        WorkbookBusy: another program does not let us read it.
        LocalError: the disk does not let us read it.
    """

    def __init__(
        self,
        path: Path,
        *,
        refuse_lossy: bool = True,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        check_readable(path)
        self._path = path
        self._now = now
        self._stamp = FileStamp.of(path)
        self._content = path.read_bytes()
        self._workbook = (
            _load(path, self._content)
            if refuse_lossy
            else _load_unchecked(path, self._content).workbook
        )
        self._readers: dict[str, SheetReader] = {}
        self._changed = False

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def sheets(self) -> Sequence[SheetInfo]:
        """List its worksheets in their order."""
        active = self._workbook.active
        return tuple(
            SheetInfo(sheet.title, sheet.sheet_state == "visible", sheet is active)
            for sheet in self._workbook.worksheets
        )

    def facts(self, sheet: str) -> SheetFacts:
        """Tell what is known of a sheet besides its cells."""
        return self._reader(sheet).facts()

    def head(self, sheet: str, *, first_row: int, rows: int) -> Block:
        """Read whole rows from the top of something."""
        return self._reader(sheet).head(first_row, rows)

    def columns(
        self, sheet: str, columns: Sequence[int], *, first_row: int, last_row: int
    ) -> dict[int, list[CellValue]]:
        """Read whole columns in one go."""
        return self._reader(sheet).columns(columns, first_row, last_row)

    def locked_cell(self, edit: SheetEdit) -> str | None:
        """Name the first cell of an edit that the sheet's protection locks, None if none is."""
        return locked_cell(self._sheet(edit.sheet), edit)

    def apply(self, edit: SheetEdit) -> None:
        """Take an edit of a sheet into the workbook; `commit` saves it."""
        apply_edit(self._sheet(edit.sheet), edit)
        self._changed |= edit.changed_cells > 0

    def put_sheet(self, name: str, rows: Sequence[Sequence[ResultValue]]) -> None:
        """Add a sheet of our own at the end, or replace the one that we added earlier."""
        self._changed |= put_sheet(self._workbook, name, rows)
        self._readers.clear()

    def commit(self, *, output: Path | None = None, backup: bool = True) -> Committed:
        """Save what was applied; without an edit an in-place commit writes nothing."""
        if not self._changed and output is None:
            return Committed(self._path, None)
        committed = save_workbook(
            self._path,
            self._write,
            stamp=self._stamp,
            output=output,
            backup=backup,
            now=self._now,
        )
        self._changed = False
        return committed

    def close(self) -> None:
        """Let go of the file."""
        self._workbook.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self.close()

    def _write(self, file: BinaryIO) -> None:
        if self._changed:
            self._workbook.save(file)
        else:
            file.write(self._content)

    def _sheet(self, name: str) -> Worksheet:
        for sheet in self._workbook.worksheets:
            if sheet.title == name:
                return sheet
        names = ", ".join(sheet.title for sheet in self._workbook.worksheets)
        raise SheetError(
            f"{self._path.name} has no sheet {name}.",
            next_step=f"Name one of its sheets: {names}.",
            code="no-such-sheet",
        )

    def _reader(self, name: str) -> SheetReader:
        if name not in self._readers:

            def read_results(formulas: set[Position]) -> Results:
                return load_results(self._content, name, formulas)

            self._readers[name] = SheetReader(self._sheet(name), read_results)
        return self._readers[name]


def _load(path: Path, content: bytes) -> openpyxl.Workbook:
    with _explaining_damage(path):
        findings = find_losses(BytesIO(content))
    if findings.losses:
        raise _would_lose(path, list(findings.losses))
    loaded = _load_unchecked(path, content)
    losses = find_losses_of_loading(findings, loaded)
    if losses:
        raise _would_lose(path, losses)
    return loaded.workbook


def _load_unchecked(path: Path, content: bytes) -> Loaded:
    with _explaining_damage(path):
        return load(content)


@contextmanager
def _explaining_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever comes at a damaged file
        raise refusal(path, "corrupt") from error


def _would_lose(path: Path, losses: Sequence[str]) -> WorkbookError:
    *most, last = losses
    names = f"{', '.join(most)} and {last}" if most else last
    return WorkbookError(
        f"{path.name} has {names}, which would be lost on saving. It was left as it is.",
        next_step="Copy the sheet with the IDs into a new workbook, as values, and refresh that.",
        code="would-lose-parts",
    )
