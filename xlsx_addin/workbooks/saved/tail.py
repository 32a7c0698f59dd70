"""What stands after the rows of a sheet, edited: rules that reach new rows, and hyperlinks."""

from collections.abc import Iterable, Iterator

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks.contract import NewRows, SheetEdit
from xlsx_addin.workbooks.references import area_name, area_of
from xlsx_addin.workbooks.saved.links import SheetLinks
from xlsx_addin.workbooks.saved.xml import (
    Element,
    Splice,
    apply_splices,
    escape,
    parse,
    retag,
    unescape,
)

_RULES = ("conditionalFormatting", "dataValidation")


def edited_tail(head: bytes, tail: bytes, edit: SheetEdit, links: SheetLinks | None) -> bytes:
    """Edit what stands after the rows.

    Args:
        head: what stands before them, the tag of ``sheetData`` included, as it was.
        tail: what stands after them.
        edit: the edit.
        links: writes hyperlinks, None if there are none to write.
    """
    # Without its rows a sheet is small.
    document = head + tail
    root = parse(document, "of the sheet")
    splices: list[Splice] = []
    if edit.new_rows is not None:
        splices += _longer_rules(document, root, edit.new_rows)
    if links is not None:
        splices += links.splices(document, root)
    return apply_splices(document, splices)[len(head) :]


def _longer_rules(document: bytes, root: Element, new: NewRows) -> Iterator[Splice]:
    """Let conditional formats and validations of the data reach its new rows.

    Extensions of Excel 2010 hold some of them, with their areas as text ([MS-XLSX] 2.4).
    """
    for rule in _rules(root.children):
        places = rule.attributes.get("sqref")
        if places is not None:
            longer = _longer(places, new)
            if longer != places:
                yield retag(document, rule, {"sqref": longer})
        for element in rule.children:
            if element.name.endswith(" sqref"):
                places = unescape(document[element.inside : element.outside])
                longer = _longer(places, new)
                if longer != places:
                    yield Splice(element.inside, element.outside, escape(longer))


def _rules(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        if element.name.rpartition(" ")[2] in _RULES:
            yield element
        else:
            yield from _rules(element.children)


def _longer(places: str, new: NewRows) -> str:
    """Lengthen areas that hold the row that others are like, and the last row of the data."""
    longer: list[str] = []
    for place in places.split():
        area = area_of(place)
        longer += [place] if area is None else _reaching(place, area, new)
    return " ".join(longer) if longer != places.split() else places


def _reaching(place: str, area: Area, new: NewRows) -> list[str]:
    first, last = new.area
    left, right = max(first, area.first_column), min(last, area.last_column)
    holds_data = (
        new.like is not None
        and area.first_row <= new.like <= area.last_row
        and new.first - 1 <= area.last_row < new.last
    )
    if not holds_data or left > right:
        return [place]
    if (left, right) == (area.first_column, area.last_column):
        return [area_name(Area(area.first_row, left, new.last, right))]
    # It reaches beyond the data region, where no row is added.
    return [place, area_name(Area(area.last_row + 1, left, new.last, right))]
