"""What is known of a sheet before it is edited."""

from dataclasses import dataclass, field

from xlsx_addin.core.cells import LAST_COLUMN, Area
from xlsx_addin.workbooks.saved.rows import Grammar, grammar


@dataclass(frozen=True, slots=True)
class ColumnStyle:
    """What is said of some columns.

    Args:
        first: the first of them.
        last: the last of them.
        style: the style of their empty cells.
        tag: position of the tag that says it.
    """

    first: int
    last: int
    style: int
    tag: int = -1


@dataclass(frozen=True, slots=True)
class Master:
    """The cell of a shared formula that holds its text.

    Args:
        row: its row.
        column: its column.
        text: the formula.
    """

    row: int
    column: int
    text: str


@dataclass(slots=True)
class SheetSurvey:
    """What the first pass finds.

    Args:
        prefix: the prefix of the sheet's elements with its colon.
        data_tag: position of the start tag of ``sheetData``.
        data_start: position after that tag.
        data_end: position of the end tag; equal to `data_start` if it closes itself.
        closes_itself: whether ``sheetData`` is a single tag.
        dimension: positions of the tag of ``dimension``, None if there is none.
        column_styles: styles of whole columns, in the order of the part.
        columns_end: position of the end tag of ``cols``, None if there is none.
        merges: merged areas.
        protected: whether the sheet is protected.
        tables: relationship ids of its tables.
        links: whether it has hyperlinks.
        odd: ranges of bytes of rows that are not in the form that Excel writes.
        rightmost: no plain row has a cell right of this column.
        used: the smallest area with all values and formulas.
        spilled: areas that one array formula or data table fills; single cells left out.
        masters: cells that hold the text of a shared formula, by its index, in their order;
            several if writers use an index again.
        early: indexes of shared formulas that are used before their text is given.
        formulas: whether there is any formula.
    """

    prefix: bytes = b""
    data_tag: int = -1
    data_start: int = -1
    data_end: int = -1
    closes_itself: bool = False
    dimension: tuple[int, int] | None = None
    column_styles: list[ColumnStyle] = field(default_factory=list)
    columns_end: int | None = None
    merges: list[Area] = field(default_factory=list)
    protected: bool = False
    tables: list[str] = field(default_factory=list)
    links: bool = False
    odd: list[tuple[int, int]] = field(default_factory=list)
    rightmost: int = LAST_COLUMN
    used: Area | None = None
    spilled: list[Area] = field(default_factory=list)
    masters: dict[bytes, list[Master]] = field(default_factory=dict)
    early: set[bytes] = field(default_factory=set)
    formulas: bool = False

    @property
    def grammar(self) -> Grammar:
        """The patterns for its rows."""
        return grammar(self.prefix)

    def is_plain(self, start: int, end: int) -> bool:
        """Say whether rows are in the form that Excel writes.

        Args:
            start: position of their first byte in the part.
            end: position after their last.
        """
        return not any(low < end and start < high for low, high in self.odd)

    def column_style(self, column: int) -> int:
        """Tell the style of the empty cells of a column."""
        return next(
            (span.style for span in self.column_styles if span.first <= column <= span.last), 0
        )
