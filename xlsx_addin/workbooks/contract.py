"""The contract between a refresh and a workbook, whoever holds it.

A refresh calls an adapter in this order: `sheets`, then for the sheets that matter `facts`,
`head` and `columns`, then within `writing` at most once `apply` per sheet and `put_sheet`, and
last `commit`. Reading methods may be called in any number; nothing is written anywhere before
`commit`.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from xlsx_addin.core.cells import Area, Block, CellValue


class Link(NamedTuple):
    """A text that leads to a file or a page.

    Args:
        text: what the cell shows.
        target: a relative path with forward slashes, percent-encoded as a URI reference; an
            absolute file path or ``file:`` URI; or an https address.
    """

    text: str
    target: str


ResultValue = str | date | int | Decimal | Link | None
"""What may be written into a cell: a text, a true date, a number, a link, or nothing.

Nothing, None or an empty text, clears the cell; zero is a number like others. A `bool` is never
written, although it is an `int` for Python.
"""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet of the workbook; chart sheets and macro sheets are none."""

    name: str
    visible: bool
    active: bool


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table (ListObject).

    Args:
        name: its display name.
        area: all of it, header and totals rows included.
        header_rows: 1, or 0 if its header row is switched off.
        totals_rows: 1 if it has a totals row, else 0.
    """

    name: str
    area: Area
    header_rows: int = 1
    totals_rows: int = 0

    @property
    def top(self) -> Area:
        """Its first row, which holds the headers unless they are switched off."""
        area = self.area
        return Area(area.first_row, area.first_column, area.first_row, area.last_column)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What is known of a sheet besides its cells.

    Args:
        used: the smallest area that holds every cell with a value or formula, None if none does.
        tables: its tables.
        merges: its merged areas.
    """

    used: Area | None
    tables: tuple[TableInfo, ...] = ()
    merges: tuple[Area, ...] = ()


class ColumnKind(Enum):
    """How cells of a result column are formatted when they are written.

    IDENTIFIER: number format ``@``, set before the value.
    DATE: a true date; a cell that has a date format keeps it, else ``yyyy-mm-dd``.
    TEXT: text in whatever format the cell has. The text of a link, too.
    NUMBER: an amount; a cell that has a format for numbers keeps it, one of format General,
        Text or a date gets ``#,##0.00``.
    COUNT: a whole number; a cell that has a format for numbers, General among them, keeps it,
        one of format Text or a date gets ``0``.
    """

    IDENTIFIER = "identifier"
    DATE = "date"
    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class ColumnEdit:
    """What is to be written into one column.

    Args:
        column: its number.
        kind: how written cells are formatted.
        cells: value by row number; only cells whose value changes.
        header: text of the header cell if the column is new, else None.
        width: characters that a new column shows, if nothing is said of its width yet; 0 for
            the usual width.
        steady: rows whose cell holds already what it should; an adapter that writes blocks
            may write them again.
    """

    column: int
    kind: ColumnKind
    cells: Mapping[int, ResultValue]
    header: str | None = None
    width: int = 0
    steady: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows that are added right below the data.

    What they get stands in the `cells` of the edit's columns as usual; a cell given there wins
    over a formula that would be taken over. Where they go nothing may stand, formats apart; a
    table must have no totals row and no query.

    Args:
        first: number of the first one.
        last: number of the last one.
        like: the data row whose formats and formulas they get, relative references moved as
            Excel's fill-down moves them; None for none.
        area: first and last column of the data region, in which those are taken over.
        table: name of the table that grows down to hold them, None for plain data.
    """

    first: int
    last: int
    like: int | None
    area: tuple[int, int]
    table: str | None

    @property
    def numbers(self) -> range:
        """Their row numbers."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class SheetEdit:
    """What is to be written into one sheet.

    It may make new columns and new rows at once: a table then grows to the right and down.

    Args:
        sheet: its name.
        columns: the edits, a column at most once.
        header_row: row of the header cells; None if the data has none.
        extend_table: name of the table that grows to the right by the new columns.
        new_rows: rows to add below the data, None for none.
    """

    sheet: str
    columns: Sequence[ColumnEdit] = field(default_factory=tuple)
    header_row: int | None = None
    extend_table: str | None = None
    new_rows: NewRows | None = None

    @property
    def changed_cells(self) -> int:
        """The number of cells it writes, headers included."""
        return sum(len(edit.cells) + (edit.header is not None) for edit in self.columns)


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit left behind.

    Args:
        output: where the result is.
        backup: where the copy of the old content is, None if none was made.
        disturbed: whether somebody changed the sheet while it was written, so that it has to
            be read and compared once more.
    """

    output: Path
    backup: Path | None
    disturbed: bool = False


class Workbook(Protocol):
    """A workbook that a refresh reads, edits and saves."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether people may change it while a job runs, as they can in Excel."""
        ...

    def sheets(self) -> Sequence[SheetInfo]:
        """List its worksheets in their order."""
        ...

    def facts(self, sheet: str) -> SheetFacts:
        """Tell what is known of a sheet besides its cells."""
        ...

    def head(self, sheet: str, *, first_row: int, rows: int) -> Block:
        """Read whole rows from the top of something.

        Args:
            sheet: its name.
            first_row: number of the first row.
            rows: how many rows at most.

        Returns:
            rows x columns from column A on; every row as long as the longest, rows beyond
            the used ones left out.
        """
        ...

    def columns(
        self, sheet: str, columns: Sequence[int], *, first_row: int, last_row: int
    ) -> dict[int, list[CellValue]]:
        """Read whole columns in one go.

        Args:
            sheet: its name.
            columns: the column numbers, in any order.
            first_row: number of the first row.
            last_row: number of the last row, included.

        Returns:
            For each column a list of last_row - first_row + 1 values.
        """
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Prepare for writing; a shared workbook is read anew from here on.

        `apply` and `commit` of a job stand in its `with` block.
        """
        ...

    def locked_cell(self, edit: SheetEdit) -> str | None:
        """Name the first cell of an edit that the sheet's protection locks, None if none is."""
        ...

    def apply(self, edit: SheetEdit) -> None:
        """Take an edit of a sheet into the workbook; `commit` saves it.

        Raises:
            SheetError: a cell cannot be written without harm to another; names the cell.
        """
        ...

    def put_sheet(self, name: str, rows: Sequence[Sequence[ResultValue]]) -> None:
        """Add a sheet of our own at the end, or replace the one that we added earlier.

        Args:
            name: its name; a number is appended if a sheet that is not ours has it.
            rows: rows x columns, the first one the header. A sheet with this very header
                in its first row counts as ours. Of links only the text is shown.
        """
        ...

    def commit(self, *, output: Path | None = None, backup: bool = True) -> Committed:
        """Save what was applied; without an edit an in-place commit writes nothing.

        Args:
            output: another path for the result; the workbook itself stays untouched.
            backup: keep a copy of the old content beside the workbook.

        Raises:
            WorkbookBusy: somebody else has the file open.
            LocalError: the disk is full, or the folder cannot be written.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...
