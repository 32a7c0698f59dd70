"""The adapter for an open workbook, behind the contract of `workbooks.contract`.

It never starts, hides or ends an Excel, never saves, and writes nothing before `commit`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import xlwings

from xlsx_addin.core.cells import Area, Block, CellValue, Formula, cell_name
from xlsx_addin.core.closing import Closing
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.workbooks import growth, harm
from xlsx_addin.workbooks.contract import (
    Committed,
    ResultValue,
    SheetEdit,
    SheetFacts,
    SheetInfo,
    TableInfo,
)
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.live.addedrows import FilledDown, Place, check_free, first_filled, parted
from xlsx_addin.workbooks.live.gate import ExcelGate
from xlsx_addin.workbooks.live.locked import first_locked
from xlsx_addin.workbooks.live.misplaced import put_right
from xlsx_addin.workbooks.live.native import Native, native
from xlsx_addin.workbooks.live.ownsheet import put_own_sheet
from xlsx_addin.workbooks.live.quiet import quiet
from xlsx_addin.workbooks.live.readback import ReadBack, results_of
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.sheetcalls import SheetCalls
from xlsx_addin.workbooks.live.writer import ATTEMPTS, SheetWriter


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
        self._grown_table(edit, reading)
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
        disturbed = [self._write(edit) for edit in self._edits.values()]
        disturbed += [
            self._was_mixed(sheet) for sheet in self._readings if sheet not in self._edits
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

    def _grown_table(self, edit: SheetEdit, reading: SheetReading) -> tuple[TableInfo, Area] | None:
        table = growth.growing_table(edit, reading.tables)
        if table is None:
            return None
        if edit.new_rows is not None and reading.calls.is_filled_by_query(table.name):
            raise growth.filled_by_query(table, edit.sheet)
        others = [one.area for one in reading.tables if one is not table]
        area = growth.grown_area(
            table, edit, self._column_names(table, reading), [*others, *reading.merges]
        )
        return table, area

    def _column_names(self, table: TableInfo, reading: SheetReading) -> list[str]:
        if not table.header_rows:
            return []
        return [cell for cell in reading.block(table.top)[0] if isinstance(cell, str)]

    def _write(self, edit: SheetEdit) -> bool:
        """Write an edit; say whether somebody changed what was read while it was written."""
        before = self._reading(edit.sheet)
        if self._was_mixed(edit.sheet):
            return True
        here, below = parted(edit)
        if here.changed_cells and self._write_here(here, before):
            return True
        return below is not None and self._add_rows(here, below, before)

    def _write_here(self, edit: SheetEdit, before: SheetReading) -> bool:
        """Write into rows that are there, and new columns; say whether rows moved meanwhile."""
        grown = self._grown_table(edit, before)
        if grown is not None:
            table, area = grown
            if not before.calls.resize_table(table, before.calls.cells(area)):
                return True
        writer = SheetWriter(edit, before)
        writer.write()
        disturbed = self._correct(writer, edit, before, self._was_disturbed)
        if not disturbed:
            writer.write_links()
        return disturbed

    def _correct(
        self,
        writer: SheetWriter,
        edit: SheetEdit,
        before: SheetReading,
        disturbed: Callable[[SheetEdit, SheetReading, ReadBack], bool],
        has_moved: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Read back what was written, and write again what Excel made other things of."""
        after = ReadBack(before, edit)
        if disturbed(edit, before, after):
            return True
        for attempt in ATTEMPTS:
            if not writer.correct(after, attempt, has_moved):
                return False
            after = ReadBack(before, edit)
            if disturbed(edit, before, after):
                return True
        writer.check(after)
        return False

    def _add_rows(self, here: SheetEdit, edit: SheetEdit, before: SheetReading) -> bool:
        """Add rows below the data; say whether rows moved meanwhile.

        Args:
            here: what was written into the rows that are there.
            edit: what goes into the new ones.
            before: the sheet as it was before both.
        """
        new = edit.new_rows
        if new is None:
            return False
        place = Place(new, before.calls)
        table = self._longer_table(here, edit, before)
        filled = FilledDown(new, before)
        writer = SheetWriter(edit, before, filled.columns)
        writer.prepare()
        now = SheetReading(before.calls, before)
        if self._has_moved(here, before, now) or first_filled(edit, now) is not None:
            return True
        if place.has_moved():
            # Some of the ranges were asked for before rows moved, some after that.
            return True
        if table is not None and not before.calls.resize_table(*table):
            return True
        filled.fill(writer.try_look)
        writer.write()
        disturbed = partial(self._was_moved_above, place)
        if self._correct(writer, edit, now, disturbed, place.has_moved):
            return True
        writer.write_links()
        return False

    def _longer_table(
        self, here: SheetEdit, edit: SheetEdit, before: SheetReading
    ) -> tuple[TableInfo, xlwings.Range] | None:
        """Tell which table reaches new rows, and the cells that it then covers."""
        new = edit.new_rows
        table = growth.growing_table(edit, before.tables) if new and new.table else None
        if new is None or table is None:
            return None
        wider = self._grown_table(here, before)
        area = table.area if wider is None or wider[0] is not table else wider[1]
        longer = before.calls.cells(replace(area, last_row=new.last))
        return replace(table, area=area), longer

    def _has_moved(self, here: SheetEdit, before: SheetReading, now: SheetReading) -> bool:
        """Say whether what was read stands elsewhere by now, beside what was written."""
        written = {column.column for column in here.columns if column.cells}
        return any(
            results_of(before.block(area)) != results_of(now.block(area))
            for area in self._watched.get(here.sheet, ())
            if area.first_column not in written
        )

    def _was_moved_above(
        self, place: Place, edit: SheetEdit, now: SheetReading, after: ReadBack
    ) -> bool:
        """Say whether rows moved while new ones were written."""
        new = edit.new_rows
        data = [
            replace(area, last_row=min(area.last_row, new.first - 1))
            for area in self._watched.get(edit.sheet, ())
            if new is not None and area.first_row < new.first
        ]
        is_other = any(results_of(now.block(area)) != after.block(area) for area in data)
        # Last: what was read back is only then known to be what was written.
        return is_other or place.has_moved()

    def _was_mixed(self, sheet: str) -> bool:
        """Say whether rows of a sheet that was read in parts moved meanwhile."""
        reading = self._readings[sheet]
        if reading.is_small:
            return False
        return reading.has_moved() or any(
            results_of(reading.block(area)) != reading.fresh(area)
            for area in self._watched.get(sheet, ())
        )

    def _was_disturbed(self, edit: SheetEdit, before: SheetReading, after: ReadBack) -> bool:
        """Say whether rows moved while they were written; what was misplaced is put right then."""
        written = {column.column for column in edit.columns}
        beside = [
            area for area in self._watched.get(edit.sheet, ()) if area.first_column not in written
        ]
        same = all(results_of(before.block(area)) == after.block(area) for area in beside)
        if same and not before.has_moved(after.area):
            return False
        now = SheetReading(before.calls, before)
        put_right(edit, before, now, {area.first_column for area in beside})
        return True
