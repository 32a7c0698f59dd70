"""The adapter for a closed workbook, behind the contract of `workbooks.contract`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from xlsx_addin.core.cells import Block, CellValue
from xlsx_addin.core.closing import Closing
from xlsx_addin.errors import SheetError, WorkbookError
from xlsx_addin.workbooks.contract import (
    Committed,
    ResultValue,
    SheetEdit,
    SheetFacts,
    SheetInfo,
)
from xlsx_addin.workbooks.files import check_readable, local_now, save_workbook
from xlsx_addin.workbooks.saved.changes import PendingChanges
from xlsx_addin.workbooks.saved.locks import first_locked
from xlsx_addin.workbooks.saved.package import Package
from xlsx_addin.workbooks.saved.sheets import Contents, Sheet
from xlsx_addin.workbooks.saving import explaining


class SavedWorkbook(Closing):
    """A closed workbook, changed without loss; implements `contract.Workbook`.

    Args:
        path: the .xlsx or .xlsm file.
        force: edit a digitally signed workbook although that voids its signature.
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
        force: bool = False,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        check_readable(path)
        self._path = path
        self._now = now
        self._package = Package(path)
        self._contents = Contents(self._package)
        if self._contents.book.signed and not force:
            raise WorkbookError(
                f"{path.name} is digitally signed, and any change would void the signature.",
                next_step="Use a copy without the signature; refresh, transactions and add-ids take"
                " --force to void it.",
                code="signed-workbook",
            )
        self._sheets = {
            info.name: Sheet(info.name, part, self._contents)
            for info, part in self._contents.book.sheets()
        }
        self._changes = PendingChanges(self._contents)

    is_shared = False

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def sheets(self) -> Sequence[SheetInfo]:
        """List its worksheets in their order."""
        return [info for info, _ in self._contents.book.sheets()]

    def facts(self, sheet: str) -> SheetFacts:
        """Tell what is known of a sheet besides its cells."""
        found = self._sheet(sheet)
        survey = found.survey
        return SheetFacts(
            survey.used,
            tuple(table.info for table in found.tables),
            tuple(survey.merges),
        )

    def head(self, sheet: str, *, first_row: int, rows: int) -> Block:
        """Read whole rows from the top of something."""
        return self._sheet(sheet).reader().head(first_row, rows)

    def columns(
        self, sheet: str, columns: Sequence[int], *, first_row: int, last_row: int
    ) -> dict[int, list[CellValue]]:
        """Read whole columns in one go."""
        return self._sheet(sheet).reader().columns(columns, first_row, last_row)

    def locked_cell(self, edit: SheetEdit) -> str | None:
        """Name the first cell of an edit that the sheet's protection locks, None if none is."""
        sheet = self._sheet(edit.sheet)
        return first_locked(edit, sheet.survey, sheet.reader(), self._contents.styles)

    def writing(self) -> AbstractContextManager[None]:
        """Prepare for writing: nobody else changes a closed workbook unnoticed."""
        return nullcontext()

    def apply(self, edit: SheetEdit) -> None:
        """Take an edit of a sheet into the workbook; `commit` saves it.

        Raises:
            SheetError: a cell cannot be written without harm to another; names the cell.
        """
        self._contents.forget_strings()
        with explaining(self._path):
            self._changes.apply(edit, self._sheet(edit.sheet))

    def put_sheet(self, name: str, rows: Sequence[Sequence[ResultValue]]) -> None:
        """Add a sheet of our own at the end, or replace the one that we added earlier."""
        with explaining(self._path):
            self._changes.put_sheet(name, rows, self._sheets)

    def commit(self, *, output: Path | None = None, backup: bool = True) -> Committed:
        """Save what was applied; without an edit an in-place commit writes nothing."""
        if not self._changes and output is None:
            return Committed(self._path, None)
        committed = save_workbook(
            self._path,
            self._write,
            stamp=self._package.stamp,
            output=output,
            backup=backup,
            now=self._now,
        )
        self._changes.close()
        return committed

    def close(self) -> None:
        """Let go of the file."""
        self._changes.close()

    def _write(self, file: BinaryIO) -> None:
        if self._changes:
            self._changes.write(file)
        else:
            file.writelines(self._package.whole())

    def _sheet(self, name: str) -> Sheet:
        sheet = self._sheets.get(name)
        if sheet is None:
            raise SheetError(
                f"{self._path.name} has no sheet {name}.",
                next_step=f"Name one of its sheets: {', '.join(self._sheets)}.",
                code="no-such-sheet",
            )
        return sheet
