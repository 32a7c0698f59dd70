"""Writing an edit into a sheet, from its first byte to its last."""

from collections.abc import Iterator
from itertools import compress

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.growth import new_areas
from xlsx_addin.workbooks.references import area_name, area_of
from xlsx_addin.workbooks.saved.fastpath import FastRows
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.links import SheetLinks
from xlsx_addin.workbooks.saved.regions import Chunk, Regions
from xlsx_addin.workbooks.saved.rows import attributes_of
from xlsx_addin.workbooks.saved.tail import edited_tail
from xlsx_addin.workbooks.saved.writer import RowWriter, Waiting
from xlsx_addin.workbooks.saved.xml import set_attributes


def edited(
    blocks: Iterator[bytes],
    survey: SheetSurvey,
    edit: SheetEdit,
    rows: RowWriter,
    links: SheetLinks | None = None,
) -> Iterator[bytes]:
    """Write an edit into a sheet.

    Args:
        blocks: the part, UTF-8.
        survey: what the first pass found.
        edit: the edit.
        rows: edits its rows.
        links: writes its hyperlinks, None if there are none to write.

    Yields:
        The part with the edit.
    """
    regions = Regions(blocks, survey)
    old_head = regions.head()
    head = with_widths(old_head, survey, edit)
    head = with_dimension(head, survey, written_area(edit))
    waiting = Waiting(rows.rows())
    if survey.closes_itself:
        new = b"".join(map(rows.new_row, waiting.rest()))
        yield opened(head, survey, new) if new else head
    else:
        yield head
        yield from _rows(regions, survey, rows, waiting)
    if edit.new_rows is None and links is None:
        yield from regions.tail()
    else:
        yield edited_tail(old_head, b"".join(regions.tail()), edit, links)


def _rows(
    regions: Regions, survey: SheetSurvey, rows: RowWriter, waiting: Waiting
) -> Iterator[bytes]:
    # Cells that share a lost formula may be anywhere; the exact way looks at all of them.
    fast = None if rows.lost else FastRows(rows, survey)
    for chunk in regions.rows():
        if rows.added is not None:
            rows.added.look(chunk, rows.previous)
        if fast is not None and chunk.plain and not _is_new(chunk, survey, rows):
            yield fast.edit_rows(chunk.data, waiting)
        else:
            yield rows.edit_rows(chunk.data, waiting)
    yield from map(rows.new_row, waiting.rest())


def _is_new(chunk: Chunk, survey: SheetSurvey, rows: RowWriter) -> bool:
    """Say whether plain rows reach into those that are added."""
    ends = survey.grammar.ends(chunk.data) if rows.added is not None else None
    return rows.added is not None and ends is not None and ends[1] >= rows.added.numbers.start


def written_area(edit: SheetEdit) -> Area | None:
    """Tell the smallest area that holds all cells that an edit fills, headers included."""
    columns: list[int] = []
    ends: list[int] = []
    for column in edit.columns:
        rows = [*compress(column.cells, column.cells.values())]
        if 0 in column.cells.values():
            # Zero fills a cell as well.
            rows += [row for row, value in column.cells.items() if value == 0]
        if column.header is not None and edit.header_row is not None:
            rows.append(edit.header_row)
        if rows:
            columns.append(column.column)
            ends += min(rows), max(rows)
    for added in new_areas(edit):
        columns += added.first_column, added.last_column
        ends += added.first_row, added.last_row
    if not ends:
        return None
    return Area(min(ends), min(columns), max(ends), max(columns))


def with_dimension(head: bytes, survey: SheetSurvey, written: Area | None) -> bytes:
    """Let the sheet's ``dimension`` cover what is written."""
    if survey.dimension is None or written is None:
        return head
    start, end = survey.dimension
    tag = head[start:end]
    old = area_of(attributes_of(tag).get(b"ref", b"").decode("latin-1"))
    if old is None:
        return head
    new = _union(old, written)
    if new == old:
        return head
    return head[:start] + set_attributes(tag, {"ref": area_name(new)}) + head[end:]


def with_widths(head: bytes, survey: SheetSurvey, edit: SheetEdit) -> bytes:
    """Make new columns wide enough to be read, where nothing is said of them yet.

    A date in a column of the usual width would show as ``####``. Columns stand in their order,
    and ``cols`` right before the cells (ISO/IEC 29500-1, 18.3.1.13, 18.3.1.17, 18.3.1.99).
    """
    widths = {
        one.column: one.width
        for one in edit.columns
        if one.width and not _is_described(survey, one.column)
    }
    p = survey.prefix
    if not widths:
        return head
    if survey.columns_end is None:
        columns = b"".join(_width(p, *one) for one in sorted(widths.items()))
        columns = b"<%bcols>%b</%bcols>" % (p, columns, p)
        return head[: survey.data_tag] + columns + head[survey.data_tag :]
    # From the last one on, so that the positions before it stay right.
    for column, width in sorted(widths.items(), reverse=True):
        later = (span.tag for span in survey.column_styles if span.first > column)
        at = next(later, survey.columns_end)
        head = head[:at] + _width(p, column, width) + head[at:]
    return head


def _is_described(survey: SheetSurvey, column: int) -> bool:
    return any(span.first <= column <= span.last for span in survey.column_styles)


def _width(prefix: bytes, column: int, width: int) -> bytes:
    return b'<%bcol min="%d" max="%d" width="%d" customWidth="1"/>' % (
        *(prefix, column, column),
        width,
    )


def _union(one: Area, other: Area) -> Area:
    return Area(
        min(one.first_row, other.first_row),
        min(one.first_column, other.first_column),
        max(one.last_row, other.last_row),
        max(one.last_column, other.last_column),
    )


def opened(head: bytes, survey: SheetSurvey, rows: bytes) -> bytes:
    """Put rows into a ``sheetData`` that closes itself."""
    start = len(head) - (survey.data_start - survey.data_tag)
    tag = head[start:]
    name = survey.prefix + b"sheetData"
    opened = tag[:-2].rstrip() + b">" + rows + b"</" + name + b">"
    return head[:start] + opened
