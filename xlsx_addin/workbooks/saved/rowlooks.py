"""What a row says of how its cells look."""

from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.refusals import damaged
from xlsx_addin.workbooks.saved.rows import RawCell, RawRow
from xlsx_addin.workbooks.saved.xml import whole_number


def own_style(cell: RawCell) -> int:
    """Tell the format of a cell."""
    return _number(cell.attributes.get(b"s", b"0"))


def empty_style(row: RawRow, column: int, survey: SheetSurvey) -> int:
    """Tell the format of a cell that is not there: its row's, else its column's."""
    if row.attributes.get(b"customFormat") in (b"1", b"true"):
        return _number(row.attributes.get(b"s", b"0"))
    return survey.column_style(column)


def own_height(row: RawRow) -> dict[str, str]:
    """Give the attributes of a row whose height somebody set; none for another row."""
    height = row.attributes.get(b"ht")
    if height is None or row.attributes.get(b"customHeight") not in (b"1", b"true"):
        return {}
    return {"ht": height.decode(), "customHeight": "1"}


def _number(text: bytes) -> int:
    number = whole_number(text, -1)
    if number < 0:
        raise damaged(f"a cell has the format {text[:20]!r}")
    return number
