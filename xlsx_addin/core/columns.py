"""Finds the header row, the three ID columns and the result columns of a sheet or table.

`readings` finds the header and the IDs; here are the sheet around them, its tables, the columns
of earlier results and what is said when an ID has no column or too many.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final, Protocol

from xlsx_addin.core.cells import Area, Block
from xlsx_addin.core.head import Head, Header
from xlsx_addin.core.headers import KeyField, compact, is_lookalike
from xlsx_addin.core.layout import Ambiguous, Column, Finding, Layout, NotFound
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.readings import Reading, best_reading
from xlsx_addin.core.reports import recognise

HEAD_ROWS: Final = 60
"""Rows from the top of a sheet or table that `detect` can make use of."""

_STATUS: Final = re.compile(r"invoicestatus\d*")

_NOTHING: Final[Mapping[KeyField, str]] = MappingProxyType({})


class Table(Protocol):
    """What has to be known of a table (ListObject)."""

    @property
    def name(self) -> str:
        """Its display name."""

    @property
    def area(self) -> Area:
        """All of it, header and totals rows included."""

    @property
    def header_rows(self) -> int:
        """1, or 0 if its header row is switched off."""

    @property
    def totals_rows(self) -> int:
        """1 if it has a totals row, else 0."""


class ReadHead(Protocol):
    """Reads whole rows of a sheet, all from column A on."""

    def __call__(self, *, first_row: int, rows: int) -> Block:
        """Read that many rows at most."""


def detect_on_sheet(
    read_head: ReadHead,
    *,
    tables: Sequence[Table] = (),
    first_row: int = 1,
    merges: Sequence[Area] = (),
    given: Mapping[KeyField, str] = _NOTHING,
    header_row: int | None = None,
    table: str | None = None,
) -> Finding:
    """Find the columns on a sheet: in one of its tables, else in its own first rows.

    Args:
        read_head: reads rows of the sheet.
        tables: the tables of the sheet.
        first_row: the first row in use.
        merges: the merged areas of the sheet.
        given: as for `detect`.
        header_row: as for `detect`. In a table its own header row counts and this only says
            that the data begins below.
        table: name, in any case, of the table that the user wants.

    Returns:
        Where the columns are, or why that cannot be told. Two tables that both have the three
        IDs are ambiguous.
    """
    if table is not None:
        named = [one for one in tables if one.name.casefold() == table.casefold()]
        return _in_table(read_head, named[0], given, header_row) if named else NotFound(table=table)
    fitting = [one for one in tables if header_row is None or _has_data_row(one, header_row + 1)]
    findings = [_in_table(read_head, one, given, header_row) for one in fitting]
    layouts = [finding for finding in findings if isinstance(finding, Layout)]
    if len(layouts) > 1:
        return Ambiguous(tables=tuple(str(layout.table) for layout in layouts))
    if layouts:
        return layouts[0]
    # With the row above a given header row, which may be the upper one of two.
    top = first_row if header_row is None else max(1, header_row - 1)
    head = read_head(first_row=top, rows=HEAD_ROWS)
    own = detect(head, first_row=top, merges=merges, given=given, header_row=header_row)
    return own if isinstance(own, Layout) else _most_telling([own, *findings])


def _has_data_row(table: Table, row: int) -> bool:
    first, last = _data_rows(table)
    return first <= row <= last


def _data_rows(table: Table) -> tuple[int, int]:
    area = table.area
    return area.first_row + table.header_rows, area.last_row - table.totals_rows


def _in_table(
    read_head: ReadHead, table: Table, given: Mapping[KeyField, str], header_row: int | None
) -> Finding:
    top = table.area.first_row
    first, last = _data_rows(table)
    finding = detect(
        read_head(first_row=top, rows=min(HEAD_ROWS, last - top + 1)),
        first_row=top,
        columns=(table.area.first_column, table.area.last_column),
        given=given,
        header_row=top if table.header_rows else 0,
    )
    if isinstance(finding, Layout):
        first = max(first, (header_row or 0) + 1)
        return replace(finding, table=table.name, first_data_row=first)
    return replace(finding, table=table.name) if isinstance(finding, NotFound) else finding


def _most_telling(findings: Sequence[Finding]) -> Finding:
    """Prefer a doubt over a lack, and of two lacks the smaller one."""
    for finding in findings:
        if isinstance(finding, Ambiguous):
            return finding
    return max(findings, key=lambda one: len(one.found) if isinstance(one, NotFound) else 0)


def detect(
    head: Block,
    *,
    first_row: int = 1,
    columns: tuple[int, int] | None = None,
    merges: Iterable[Area] = (),
    given: Mapping[KeyField, str] = _NOTHING,
    header_row: int | None = None,
) -> Finding:
    """Find the header row and the columns of a sheet or table.

    Args:
        head: its first rows, `HEAD_ROWS` are enough, all from column A on.
        first_row: number of the first of them.
        columns: first and last column to look at; None for all.
        merges: the merged areas of the sheet.
        given: columns that the user named. An exact header wins, then the letters of a column,
            then a header in other case; letters beyond the rows' width come last.
        header_row: the row that the user said is the header, 0 if there is none; None to look
            for it.

    Returns:
        Where the columns are, or why that cannot be told.
    """
    top = Head(head, first_row=first_row, columns=columns, merges=merges)
    reading = best_reading(top, given, header_row)
    if len(reading.columns) < len(KeyField):
        return _not_found(reading, given, header_row)
    for key, choice in reading.choices.items():
        if not choice.is_settled:
            rivals = tuple(_column(reading.header, column) for column in choice.columns)
            return Ambiguous(key, rivals, header_row=reading.header.row)
    if header_row is None and reading.header.rows:
        reading = _reach_down(top, reading)
    return _layout(top, reading)


def _reach_down(head: Head, reading: Reading) -> Reading:
    """Count the rows that merged header cells of the IDs reach down to as header rows."""
    header = reading.header
    last = head.last_merged_row(header.rows, reading.columns.values())
    rows = range(header.rows[0], last + 1)
    return replace(reading, header=replace(header, rows=rows, first_data_row=last + 1))


def _layout(head: Head, reading: Reading) -> Layout:
    header, keys = reading.header, reading.columns
    report = recognise(_texts(header))
    return Layout(
        header_row=header.row,
        first_data_row=header.first_data_row,
        keys=keys,
        results=_results(head, reading, in_report=report is not None),
        region=head.region(keys.values(), header),
        report=report.name if report else None,
    )


def _not_found(reading: Reading, given: Mapping[KeyField, str], header_row: int | None) -> NotFound:
    header = reading.header
    missing = [key for key in KeyField if key not in reading.columns]
    lookalikes = {
        key: _column(header, column)
        for key in missing
        for column in sorted(header.labels, reverse=True)
        if is_lookalike(key, header.labels[column])
    }
    return NotFound(
        found={key: _column(header, column) for key, column in reading.columns.items()},
        unknown={key: given[key] for key in missing if key in given},
        header_row=header.row if reading.points or header_row else header_row,
        headers=tuple(_column(header, column) for column in sorted(header.labels)),
        report=recognise(_texts(header)),
        lookalikes=lookalikes,
    )


def _column(header: Header, column: int) -> Column:
    return Column(column, header.labels.get(column, ("",))[0])


def _texts(header: Header) -> Iterator[str]:
    return (text for labels in header.labels.values() for text in labels)


def _results(head: Head, reading: Reading, *, in_report: bool) -> dict[ResultField, int]:
    """Find the columns of earlier results.

    Of several columns for one result our own header beats other spellings; then the nearest one
    to the right of the IDs, where we put them, beats those to the left.
    """
    header, keys = reading.header, set(reading.columns.values())
    found: dict[ResultField, list[int]] = {}
    for column, labels in header.labels.items():
        name = head.name(labels)
        if isinstance(name, ResultField) and column not in keys:
            found.setdefault(name, []).append(column)
    if in_report:
        found[ResultField.STATUS] = _our_status(header)
    rank = partial(_result_rank, header, max(keys))
    return {
        field: min(found[field], key=partial(rank, field))
        for field in ResultField
        if found.get(field)
    }


def _our_status(header: Header) -> list[int]:
    """Tell our own `Invoice Status` from the one that Amazon's reports have: ours has company.

    In a table Excel makes it `Invoice Status2`, because headers there are unique.
    """
    left, right = ResultField.CONSOLIDATED_INVOICE_NUMBER, ResultField.MESSAGE
    return [
        column
        for column, labels in header.labels.items()
        if any(_STATUS.fullmatch(compact(label)) for label in labels)
        and (
            left.header in header.labels.get(column - 1, ())
            or right.header in header.labels.get(column + 1, ())
        )
    ]


def _result_rank(
    header: Header, last_key: int, field: ResultField, column: int
) -> tuple[int, bool, int]:
    labels = header.labels[column]
    if field.header in labels:
        spelling = 0
    else:
        ours = compact(field.header)
        spelling = 1 if any(compact(label) == ours for label in labels) else 2
    return spelling, column < last_key, abs(column - last_key)
