"""The rows of a sheet for jobs that need other columns than the three IDs.

As the refresh does it for IDs: tables first, then the sheet's own first rows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count

from xlsx_addin.core.cells import Area, CellValue, column_letters, is_blank
from xlsx_addin.core.columns import HEAD_ROWS
from xlsx_addin.core.fields import Field, FieldsFound, FieldsMissing, find_fields
from xlsx_addin.core.head import Head
from xlsx_addin.core.headers import compact, header_text
from xlsx_addin.core.layout import Layout
from xlsx_addin.core.placement import Placement, Surroundings, place
from xlsx_addin.core.wording import counted
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.choosing import is_own_sheet, named_sheet
from xlsx_addin.workbooks.contract import SheetFacts, SheetInfo, TableInfo, Workbook


@dataclass(frozen=True, slots=True)
class DataRange:
    """The rows of a table or of a sheet's plain data, and the columns of fields in it.

    Args:
        workbook: that it is in.
        sheet: the sheet's name.
        facts: what is known of the sheet.
        header_row: number of the header row.
        first_row: number of the first data row.
        last_row: number of the last row that can hold data; first_row - 1 if there is none.
        columns: column number by field.
        region: first and last column of the data.
        table: the table that holds it, None for plain data.
        headers: what stands in the header row, by column.
        may_leave_table: whether columns that the table has no room for are found again beside it.
    """

    workbook: Workbook
    sheet: str
    facts: SheetFacts
    header_row: int
    first_row: int
    last_row: int
    columns: Mapping[Field, int]
    region: tuple[int, int]
    table: TableInfo | None
    headers: Mapping[int, str]
    may_leave_table: bool = False

    def read(self, fields: Iterable[Field]) -> dict[Field, list[CellValue]]:
        """Read the columns of fields; one that has no column gives blank cells.

        Returns:
            For each field last_row - first_row + 1 values.
        """
        wanted = list(fields)
        rows = max(0, self.last_row - self.first_row + 1)
        there = {one: self.columns[one] for one in wanted if one in self.columns}
        cells: Mapping[int, list[CellValue]] = {}
        if rows and there:
            cells = self.workbook.columns(
                self.sheet,
                sorted(set(there.values())),
                first_row=self.first_row,
                last_row=self.last_row,
            )
        return {
            one: cells[there[one]] if one in there and rows else [None] * rows for one in wanted
        }

    def place(self, fields: Sequence[Field], beside: Collection[Field]) -> Placement[Field]:
        """Find a column for every field, existing ones first.

        Args:
            fields: those that are to be filled in, in the order in which new columns stand.
            beside: fields right of which new columns go, if there is room.

        Raises:
            SheetError: the sheet has no room, or its table cannot grow.
        """
        table = self.table.area if self.table else None
        bottom = max(self.header_row, self.last_row, table.last_row if table else 0)
        surroundings = Surroundings(
            rows=(self.header_row, bottom),
            key_columns=tuple(self.columns[one] for one in beside if one in self.columns)
            or (self.region[1],),
            last_column=self.region[1],
            table=table if self.table and self.table.header_rows else None,
            obstacles=(*self.facts.merges, *(one.area for one in self.facts.tables)),
            is_filled=partial(self._is_filled, bottom),
        )
        existing = {one: self.columns[one] for one in fields if one in self.columns}
        placement = place(fields, existing, surroundings)
        if placement is None:
            raise SheetError(
                f"Sheet {self.sheet!r} of {self.workbook.path.name} has no room for new columns.",
                next_step="Free some columns right of the data, then try again.",
                code="no-room",
            )
        if self.table and placement.created and not placement.extends_table:
            self._check_may_leave(self.table, len(placement.created))
        return placement

    def _check_may_leave(self, table: TableInfo, count: int) -> None:
        if not self.may_leave_table:
            raise SheetError(
                f"Table {table.name} on sheet {self.sheet!r} of {self.workbook.path.name} cannot"
                f" grow to the right by {counted(count, 'column')}: something stands there.",
                next_step="Free the columns right of the table, then try again.",
                code="no-room",
            )

    def new_header(self, one: Field, *, in_table: bool) -> str:
        """Name a new column; the columns of a table need different names, as Excel gives them.

        Args:
            one: what it is for.
            in_table: whether a table grows by it.
        """
        taken = {text.casefold() for text in self.headers.values()} if in_table else ()
        names = chain([one.header], (f"{one.header}{number}" for number in count(2)))
        return next(name for name in names if name.casefold() not in taken)

    def _is_filled(self, bottom: int, column: int) -> bool:
        used = self.facts.used
        if used is None or column > used.last_column:
            return False
        cells = self.workbook.columns(
            self.sheet, [column], first_row=self.header_row, last_row=bottom
        )[column]
        return not all(map(is_blank, cells))


@dataclass(frozen=True, slots=True)
class Sought:
    """What a job looks for.

    Args:
        fields: the fields that may have a column.
        needed: those that must have one.
        what: what such data is called, as "invoice numbers".
        sheet: the sheet that the user named, None to look for it.
        table: the table that the user named, None to look for it.
        filled: the fields that the job fills in and finds again where a table had no room for them.
        remedy: what helps if a needed column is not there, before naming another sheet.
        code: of the error that says so.
    """

    fields: Sequence[Field]
    needed: Collection[Field]
    what: str
    sheet: str | None = None
    table: str | None = None
    filled: Collection[Field] = ()
    remedy: str = "Give its column that header"
    code: str = "headers-not-found"


def find_data_range(workbook: Workbook, sought: Sought) -> DataRange:
    """Find the data that a job needs.

    Args:
        workbook: the open workbook.
        sought: what it needs.

    Raises:
        SheetError: no sheet has it, or several have.
    """
    infos = workbook.sheets()
    if sought.sheet is not None:
        return _chosen(workbook, named_sheet(infos, sought.sheet, workbook), sought)
    visible = sorted((one for one in infos if one.visible), key=lambda one: not one.active)
    fitting: list[DataRange] = []
    for info in visible:
        if is_own_sheet(workbook, info):
            continue
        ranges = _ranges(workbook, info, sought)
        if info.active and len(ranges) == 1:
            return ranges[0]
        fitting += ranges
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise _several(workbook, fitting, sought)
    if not visible:
        raise SheetError(
            f"{workbook.path.name} has no visible worksheet.",
            next_step="Name the hidden sheet with --sheet NAME, or show it in Excel.",
            code="no-sheet",
        )
    return _chosen(workbook, visible[0], sought)


def range_of_layout(
    workbook: Workbook, sheet: str, layout: Layout, given: Mapping[Field, int], sought: Sought
) -> DataRange:
    """Give the data that the refresh's own detection found, with the columns of more fields.

    Args:
        workbook: the open workbook.
        sheet: the sheet's name.
        layout: what was found on it.
        given: the columns of fields that are known by it.
        sought: what the job needs.

    Raises:
        SheetError: the data has no header row.
    """
    facts = workbook.facts(sheet)
    table = next((one for one in facts.tables if one.name == layout.table), None)
    if layout.header_row is None:
        raise SheetError(
            f"The data on sheet {sheet!r} of {workbook.path.name} has no header row.",
            next_step="Give its columns headers, such as Order ID, and try again.",
            code="no-header",
        )
    head = Head(
        workbook.head(sheet, first_row=layout.header_row, rows=1),
        first_row=layout.header_row,
        columns=layout.region if table else None,
        merges=(),
    )
    found = find_fields(head, sought.fields, (), header_row=layout.header_row, given=given)
    if not isinstance(found, FieldsFound):
        raise SheetError(f"Sheet {sheet!r} has no headers.", code="no-header")
    info = SheetInfo(sheet, visible=True, active=False)
    if table is not None:
        return _with_neighbours(_of_table(workbook, info, facts, table, found), sought)
    return replace(_of_rows(workbook, info, facts, found), first_row=layout.first_data_row)


def _chosen(workbook: Workbook, info: SheetInfo, sought: Sought) -> DataRange:
    ranges = _ranges(workbook, info, sought)
    if len(ranges) == 1:
        return ranges[0]
    if ranges:
        raise _several(workbook, ranges, sought)
    raise _lacking(workbook, info, sought)


def _several(workbook: Workbook, ranges: Sequence[DataRange], sought: Sought) -> SheetError:
    places = ", ".join(
        f"table {one.table.name}" if one.table else f"sheet {one.sheet!r}" for one in ranges
    )
    return SheetError(
        f"{workbook.path.name} has {sought.what} in several places: {places}.",
        next_step="Name one of them with --sheet NAME or --table NAME.",
        code="several-sheets" if len({one.sheet for one in ranges}) > 1 else "several-tables",
    )


def _lacking(workbook: Workbook, info: SheetInfo, sought: Sought) -> SheetError:
    """Say what the sheet lacks that looked best."""
    where = f"Sheet {info.name!r} of {workbook.path.name}"
    facts = workbook.facts(info.name)
    if sought.table is not None and not any(_is_named(one, sought) for one in facts.tables):
        return SheetError(
            f"{where} has no table {sought.table!r}.",
            next_step="Check the name, or name its sheet with --sheet.",
            code="no-such-table",
        )
    if facts.used is None:
        return SheetError(
            f"{where} is empty.",
            next_step=f"Name the sheet with {sought.what} with --sheet NAME.",
            code="empty-sheet",
        )
    finding = _in_rows(workbook, info, facts, sought)
    if isinstance(finding, FieldsMissing) and finding.rivals:
        one, columns = next(iter(finding.rivals.items()))
        named = " and ".join(f"{column_letters(column.number)}" for column in columns)
        return SheetError(
            f"{where} has {one.header} in several columns: {named}.",
            next_step="Rename the header of the one that is not meant.",
            code="columns-ambiguous",
        )
    missing = finding.missing if isinstance(finding, FieldsMissing) else tuple(sought.needed)
    headers = finding.headers if isinstance(finding, FieldsMissing) else ()
    seen = f" Its headers are {', '.join(headers[:12])}." if headers else ""
    return SheetError(
        f"{where} has no column {' and no column '.join(one.header for one in missing)}.{seen}",
        next_step=f"{sought.remedy}, or name the sheet with {sought.what} with --sheet NAME.",
        code=sought.code,
    )


def _is_named(table: TableInfo, sought: Sought) -> bool:
    return sought.table is None or table.name.casefold() == sought.table.casefold()


def _ranges(workbook: Workbook, info: SheetInfo, sought: Sought) -> list[DataRange]:
    """List the tables of a sheet that have what is needed; without any, its plain data."""
    facts = workbook.facts(info.name)
    fitting: list[tuple[TableInfo, DataRange]] = []
    for table in facts.tables:
        if table.header_rows:
            finding = _in_table(workbook, info, table, sought)
            if isinstance(finding, FieldsFound):
                fitting.append((table, _of_table(workbook, info, facts, table, finding)))
    tops = Counter(one.header_row for _, one in fitting)
    found = [
        # Whose the columns beside two tables are, nobody could tell.
        _with_neighbours(one, sought) if tops[one.header_row] == 1 else one
        for table, one in fitting
        if _is_named(table, sought)
    ]
    if found or sought.table is not None or facts.used is None:
        return found
    finding = _in_rows(workbook, info, facts, sought)
    return [_of_rows(workbook, info, facts, finding)] if isinstance(finding, FieldsFound) else []


def _in_table(
    workbook: Workbook, info: SheetInfo, table: TableInfo, sought: Sought
) -> FieldsFound | FieldsMissing:
    top = table.area.first_row
    head = Head(
        workbook.head(info.name, first_row=top, rows=1),
        first_row=top,
        columns=(table.area.first_column, table.area.last_column),
        merges=(),
    )
    return find_fields(head, sought.fields, sought.needed, header_row=top)


def _in_rows(
    workbook: Workbook, info: SheetInfo, facts: SheetFacts, sought: Sought
) -> FieldsFound | FieldsMissing:
    top = facts.used.first_row if facts.used else 1
    block = workbook.head(info.name, first_row=top, rows=HEAD_ROWS)
    head = Head(block, first_row=top, columns=None, merges=facts.merges)
    return find_fields(head, sought.fields, sought.needed)


def _of_table(
    workbook: Workbook, info: SheetInfo, facts: SheetFacts, table: TableInfo, found: FieldsFound
) -> DataRange:
    area = table.area
    return DataRange(
        workbook,
        info.name,
        facts,
        header_row=area.first_row,
        first_row=area.first_row + 1,
        last_row=area.last_row - table.totals_rows,
        columns=found.columns,
        region=(area.first_column, area.last_column),
        table=table,
        headers=_headers(found),
    )


def _with_neighbours(data: DataRange, sought: Sought) -> DataRange:
    """Add the columns that an earlier run made right of a table that had no room for them."""
    tables = [one.area for one in data.facts.tables]
    cells = data.workbook.head(data.sheet, first_row=data.header_row, rows=1)
    names = {compact(one.header): one for one in sought.filled if one not in data.columns}
    found: dict[Field, int] = {}
    for column, cell in enumerate(cells[0] if cells else (), start=1):
        one = names.get(compact(header_text(cell)))
        at = Area(data.header_row, column, data.header_row, column)
        if one and column > data.region[1] and not any(area.meets(at) for area in tables):
            found.setdefault(one, column)
    columns = {**data.columns, **found}
    return replace(data, columns=columns, may_leave_table=bool(sought.filled))


def _of_rows(
    workbook: Workbook, info: SheetInfo, facts: SheetFacts, found: FieldsFound
) -> DataRange:
    header_row = found.header.rows[-1]
    last = facts.used.last_row if facts.used else header_row
    below = [one.area.first_row - 1 for one in facts.tables if one.area.first_row > header_row]
    return DataRange(
        workbook,
        info.name,
        facts,
        header_row=header_row,
        first_row=found.header.first_data_row,
        last_row=min([last, *below]),
        columns=found.columns,
        region=found.region,
        table=None,
        headers=_headers(found),
    )


def _headers(found: FieldsFound) -> dict[int, str]:
    return {column: labels[-1] for column, labels in found.header.labels.items()}
