"""Where the columns of a sheet are, or why that cannot be told.

Finding the columns ends in one of three: a `Layout`, a `NotFound` or an `Ambiguous`. The latter
two say in a sentence what happened (`message`) and what to do (`next_step`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from xlsx_addin.core.cells import Area, column_letters
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.reports import Report

HEADER_ROWS: Final = 20
"""Rows from the top among which the header row is looked for."""

_LISTED_HEADERS: Final = 8
"""Headers that a message lists at most."""


class Region(NamedTuple):
    """Cells that are looked at first, such as those around what is selected in Excel.

    Args:
        sheet: the name of their sheet.
        area: the block of cells.
        selected: the cells of it that are selected; of several tables in the block theirs is
            meant.
    """

    sheet: str
    area: Area
    selected: Area


class Column(NamedTuple):
    """A column and its header.

    Args:
        number: its number, 1 is A.
        header: its header, empty if it has none.
    """

    number: int
    header: str = ""

    def __str__(self) -> str:
        letters = column_letters(self.number)
        return f"column {letters} ({self.header})" if self.header else f"column {letters}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a sheet are.

    Args:
        header_row: the header row, the last one of a two-row header; None without a header.
        first_data_row: the row below.
        keys: column number of each of the three IDs.
        results: column number of each result that has a column already.
        region: first and last column of the data around the IDs: columns side by side that
            have a header or data; of a table, all of it.
        table: name of the table that holds them all, None outside of tables.
        report: the report of Amazon Business that the sheet is, None for any other sheet.
    """

    header_row: int | None
    first_data_row: int
    keys: Mapping[KeyField, int]
    results: Mapping[ResultField, int]
    region: tuple[int, int]
    table: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """At least one of the three IDs has no column.

    Args:
        found: the IDs that have one.
        unknown: what ``--columns`` gave for an ID but the sheet does not have.
        header_row: the row with the headers; None if no row looks like it, 0 if the data is
            said to have none.
        headers: the columns that have a header in that row.
        report: the report of Amazon Business that the sheet is.
        lookalikes: columns that are easily mistaken for a missing ID.
        table: the table that was asked for.
    """

    found: Mapping[KeyField, Column] = field(default_factory=dict)
    unknown: Mapping[KeyField, str] = field(default_factory=dict)
    header_row: int | None = None
    headers: tuple[Column, ...] = ()
    report: Report | None = None
    lookalikes: Mapping[KeyField, Column] = field(default_factory=dict)
    table: str | None = None

    @property
    def missing(self) -> tuple[KeyField, ...]:
        """The IDs that have no column."""
        return tuple(key for key in KeyField if key not in self.found)

    @property
    def hint(self) -> str:
        """What the report lacks and how to get it; empty for any other sheet."""
        lacks_both = {KeyField.LINE, KeyField.SHIPMENT}.issubset(self.missing)
        return self.report.hint if self.report and lacks_both else ""

    @property
    def message(self) -> str:
        """What was found and what was not."""
        sentences = [self._finding()]
        sentences += [
            f"Nothing fits {key.value}={text}: it is neither a header in that row nor the letters"
            " of a free column."
            for key, text in self.unknown.items()
        ]
        sentences += [
            f"{at.header} in column {column_letters(at.number)} is no {key.label} of Amazon."
            for key, at in self.lookalikes.items()
        ]
        return " ".join(sentences)

    @property
    def next_step(self) -> str:
        """What the user can do."""
        if self.hint and not self.unknown:
            return self.hint
        example = ",".join(
            f"{key.value}={letter}"
            for key, letter in zip(KeyField, "ABC", strict=True)
            if key in self.missing
        )
        step = f"Say which columns they are, by letters or headers: --columns {example}."
        if KeyField.ORDER in self.found and not self.unknown:
            step += " If the sheet has none, `xlsx-addin add-ids` can fill them in."
        return step

    def _finding(self) -> str:
        sought = _join([f"the {key.label}" for key in self.missing], "and")
        if self.table is not None and not self.headers:
            return f"The table {self.table} does not have {sought}, or is not on this sheet."
        if self.header_row is None:
            return f"None of the first {HEADER_ROWS} rows has headers that name {sought}."
        if self.header_row == 0:
            return f"Without a header row {sought} cannot be found."
        missing = _join([f"no {key.label}" for key in self.missing], "and")
        found = _join([f"the {key.label} in {at}" for key, at in self.found.items()], "and")
        finding = f"Row {self.header_row} has {found}, but {missing}."
        if not found:
            finding = f"Row {self.header_row} has {missing}."
        return finding + self._list_headers()

    def _list_headers(self) -> str:
        if self.hint or not self.headers:
            return ""
        listed = ", ".join(column.header for column in self.headers[:_LISTED_HEADERS])
        more = len(self.headers) - _LISTED_HEADERS
        return f" Its headers are {listed}" + (f" and {more} more." if more > 0 else ".")


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one column fits an ID, or more than one table has all three.

    Args:
        key: the ID; None if it is the tables that compete.
        columns: the columns that fit the ID.
        header_row: the row with their headers.
        tables: names of the tables that compete.
    """

    key: KeyField | None = None
    columns: tuple[Column, ...] = ()
    header_row: int | None = None
    tables: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What competes."""
        if self.key is None:
            return f"The tables {_join(self.tables, 'and')} all have the three IDs."
        columns = _join([str(column) for column in self.columns], "or")
        return f"By its headers in row {self.header_row} the {self.key.label} may be in {columns}."

    @property
    def next_step(self) -> str:
        """What the user can do."""
        if self.key is None:
            return f"Say which one: --table {self.tables[0]}."
        letters = column_letters(self.columns[0].number)
        return f"Say which one, for example: --columns {self.key.value}={letters}."


Finding = Layout | NotFound | Ambiguous


def _join(parts: Sequence[str], word: str) -> str:
    """Join parts as a sentence does: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
