"""The adapter for an open workbook, behind the contract of `workbooks.contract`.

It never starts, hides or ends an Excel, never saves, and writes nothing before `commit`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import xlwings

from xlsx_addin.core.cells import Area, Block, CellValue, Formula, cell_name
from xlsx_addin.core.closing import Closing
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.workbooks import harm
from xlsx_addin.workbooks.contract import (
    Committed,
    ResultValue,
    SheetEdit,
    SheetFacts,
    SheetInfo,
)
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.live.addedrows import check_free
from xlsx_addin.workbooks.live.editing import Editing, grown_table, was_mixed
from xlsx_addin.workbooks.live.gate import ExcelGate
from xlsx_addin.workbooks.live.locked import first_locked
from xlsx_addin.workbooks.live.native import Native, native
from xlsx_addin.workbooks.live.ownsheet import put_own_sheet
from xlsx_addin.workbooks.live.quiet import quiet
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.sheetcalls import SheetCalls


class LiveWorkbook(Closing):
    """A workbook that is open in Excel; implements `contract.Workbook`.

    Args:
        book: the workbook.
        gate: makes calls into Excel.
        ask: what xlwings has no members for.
        memo: where it is written down how Excel was before it was made quiet.
    """

    is_shared = True

    def __init__(
        self,
        book: xlwings.Book,
        gate: ExcelGate,
        ask: Native | None = None,
        memo: Path | None = None,
    ) -> None:
        self._book = book
        self._gate = gate
        self._native = ask or native()
        self._memo = memo
        self._app = gate.do(lambda: book.app)
        self._sheets = gate.do(lambda: book.sheets)
        self._infos: list[SheetInfo] = []
        self._readings: dict[str, SheetReading] = {}
        self._earlier: dict[str, SheetReading] = {}
        self._watched: dict[str, list[Area]] = {}
        self._edits: dict[str, SheetEdit] = {}
        self._own_sheets: list[tuple[str, Sequence[Sequence[ResultValue]]]] = []
        self._name = gate.do(lambda: str(book.name))
        self._engine = self._app.engine.impl

    @property
    def path(self) -> Path:
        """Its name; where it is, only Excel has to know."""
        return Path(PurePosixPath(self._name).name)

    @property
    def key(self) -> str:
        """What names it in the store: its file as a closed workbook is named, or its address."""
        address = self._gate.do(lambda: self._native.address(self._book))
        if "://" in address:
            return address
        if address == self._name:
            # Never saved: another Excel, or this one tomorrow, has a Book1 of its own.
            return f"{address} of Excel {self._gate.do(lambda: self._app.pid)}"
        return file_key(Path(address))

    def sheets(self) -> Sequence[SheetInfo]:
        """List its worksheets in their order."""
        if not self._infos:
            active = self._gate.do(lambda: self._sheets.active.name)
            self._infos = [
                SheetInfo(name, name == active or visible, name == active)
                for name, visible in self._gate.do(self._names)
            ]
        return self._infos

    def _names(self) -> list[tuple[str, bool]]:
        # On Windows a number, XlSheetVisibility: -1 is visible, 0 and 2 are not.
        return [(sheet.name, sheet.visible in (True, -1)) for sheet in self._sheets]

    def facts(self, sheet: str) -> SheetFacts:
        """Tell what is known of a sheet besides its cells."""
        return self._reading(sheet).facts

    def head(self, sheet: str, *, first_row: int, rows: int) -> Block:
        """Read whole rows from the top of something."""
        reading = self._reading(sheet)
        used = reading.used
        if used is None or used.last_row < first_row:
            return []
        last = min(first_row + rows - 1, used.last_row)
        return reading.block(Area(first_row, 1, last, used.last_column))

    def columns(
        self, sheet: str, columns: Sequence[int], *, first_row: int, last_row: int
    ) -> dict[int, list[CellValue]]:
        """Read whole columns in one go."""
        reading = self._reading(sheet)
        reading.load(columns)
        read = {column: reading.column(column, first_row, last_row) for column in columns}
        self._watched.setdefault(sheet, []).extend(
            Area(first_row, column, last_row, column) for column in columns
        )
        return read

    def locked_cell(self, edit: SheetEdit) -> str | None:
        """Name the first cell of an edit that the sheet's protection locks, None if none is."""
        return first_locked(edit, self._reading(edit.sheet))

    def apply(self, edit: SheetEdit) -> None:
        """Take an edit of a sheet into the workbook; `commit` writes it.

        Raises:
            SheetError: a cell cannot be written without harm to another; names the cell.
        """
        if not edit.changed_cells and edit.new_rows is None:
            return
        reading = self._reading(edit.sheet)
        harm.check_bounds(edit)
        harm.check_merges(edit, reading.merges)
        harm.check_tables(edit, reading.tables)
        check_free(edit, reading)
        self._check_arrays(edit, reading)
        grown_table(edit, reading)
        self._edits[edit.sheet] = edit

    def put_sheet(self, name: str, rows: Sequence[Sequence[ResultValue]]) -> None:
        """Add a sheet of our own at the end, or replace the one that we added earlier."""
        self._own_sheets.append((name, rows))

    def commit(self, *, output: Path | None = None, backup: bool = True) -> Committed:  # noqa: ARG002  # Excel keeps the old content until its user saves
        """Write what was applied into the open workbook, which its user saves.

        Raises:
            SheetError: Excel took something else for what was written.
            WorkbookBusy: Excel was busy for too long.
        """
        if output is not None:
            raise SheetError(
                f"{self._name} is open in Excel; its results go into it.",
                next_step="Save it as another file there, and refresh that.",
                code="no-output",
            )
        disturbed = [
            Editing(edit, self._reading(sheet), self._watched.get(sheet, ())).write()
            for sheet, edit in self._edits.items()
        ]
        disturbed += [
            was_mixed(reading, self._watched.get(sheet, ()))
            for sheet, reading in self._readings.items()
            if sheet not in self._edits
        ]
        self._edits.clear()
        if any(disturbed):
            self._forget()
        while self._own_sheets:
            put_own_sheet(self._book, self._gate, *self._own_sheets.pop(0))
        return Committed(self.path, None, disturbed=any(disturbed))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep Excel quiet, and forget what was read: people may have sorted and inserted."""
        self._forget()
        with quiet(self._app, self._gate, self._memo):
            yield

    def _forget(self) -> None:
        self._earlier.update(self._readings)
        self._readings.clear()
        self._watched.clear()

    def close(self) -> None:
        """Let go of the workbook, which stays open."""
        self._readings.clear()

    def _reading(self, name: str) -> SheetReading:
        reading = self._readings.get(name)
        if reading is None:
            reading = self._readings[name] = self._read(name)
        return reading

    def _read(self, name: str) -> SheetReading:
        earlier = self._earlier.get(name)
        if earlier is not None:
            return SheetReading(earlier.calls, earlier)
        try:
            sheet = self._gate.do(lambda: self._sheets[name])
        except XlsxAddinError:
            raise
        except Exception as error:
            names = ", ".join(info.name for info in self.sheets())
            raise SheetError(
                f"{self._name} has no sheet {name}.",
                next_step=f"Name one of its sheets: {names}.",
                code="no-such-sheet",
            ) from error
        return SheetReading(SheetCalls(sheet, self._engine, self._gate, self._native))

    # --- edits

    def _check_arrays(self, edit: SheetEdit, reading: SheetReading) -> None:
        """Refuse to write into a part of an array formula; Excel would, too."""
        for column in edit.columns:
            if not column.cells:
                continue
            first, last = min(column.cells), max(column.cells)
            held = reading.column(column.column, first, last)
            for row in column.cells:
                if not isinstance(held[row - first], Formula):
                    continue
                cell = Area(row, column.column, row, column.column)
                if reading.calls.has_array(reading.calls.cells(cell)):
                    raise harm.not_writable(
                        cell_name(row, column.column),
                        edit.sheet,
                        "it is part of an array formula",
                        "Move or delete that formula, then refresh again.",
                    )
