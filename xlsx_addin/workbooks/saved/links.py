"""Hyperlinks of a sheet: elements that name a cell, and relationships that name its target."""

import re
from collections.abc import Iterator
from typing import Final

from xlsx_addin.core.cells import Area, cell_name
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.addresses import as_uri
from xlsx_addin.workbooks.contract import Link, SheetEdit
from xlsx_addin.workbooks.harm import not_writable
from xlsx_addin.workbooks.references import area_name, area_of
from xlsx_addin.workbooks.resultvalues import is_nothing
from xlsx_addin.workbooks.saved.relationships import Relationships
from xlsx_addin.workbooks.saved.xml import RELATIONSHIPS, START_TAG, Element, Splice, grow

MOST_LINKS: Final = 65_530
"""Hyperlinks of a sheet, at most: Excel's published limit."""

_KIND: Final = "hyperlink"
_DECLARED: Final = re.compile(rb"""\sxmlns:([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

# The elements of a sheet before its hyperlinks (ISO/IEC 29500-1, 18.3.1.99, CT_Worksheet).
_BEFORE_LINKS: Final = frozenset(
    {
        *("sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios"),
        *("autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
        *("phoneticPr", "conditionalFormatting", "dataValidations"),
    }
)

Cell = tuple[int, int]
"""Row and column."""


class SheetLinks:
    """Writes the hyperlinks of an edit.

    Args:
        edit: the edit.
        relations: the relationships of its sheet, which are changed with it.
        strict: whether the workbook is of the strict form.
    """

    def __init__(self, edit: SheetEdit, relations: Relationships, *, strict: bool) -> None:
        self._sheet = edit.sheet
        self._relations = relations
        self._strict = strict
        self._targets = relations.external()
        self._wanted: dict[Cell, str] = {}
        self._emptied: set[Cell] = set()
        for column in edit.columns:
            for row, value in column.cells.items():
                if isinstance(value, Link):
                    self._wanted[row, column.column] = as_uri(value.target)
                elif is_nothing(value):
                    self._emptied.add((row, column.column))

    def splices(self, document: bytes, root: Element) -> list[Splice]:
        """Put the hyperlinks into a sheet, and their targets into its relationships.

        Args:
            document: the sheet without its rows.
            root: the same as a tree.

        Raises:
            SheetError: a cell shares its hyperlink with others, or there would be too many.
        """
        group = root.find("hyperlinks")
        old = group.all("hyperlink") if group else []
        replaced = [element for element in old if self._replaces(element)]
        count = len(old) - len(replaced) + len(self._wanted)
        if count > MOST_LINKS:
            raise _too_many(self._sheet, count)
        new = self._elements(document, root)
        # Last, so that no id gets another meaning.
        self._drop_targets(old, replaced)
        if group is None:
            return [_new_group(root, new)] if new else []
        if not count:
            return [Splice(group.start, group.end, b"")]
        splices = [Splice(element.start, element.end, b"") for element in replaced]
        return [*splices, *grow(document, group, new)] if new or splices else []

    def _replaces(self, element: Element) -> bool:
        """Say whether a hyperlink gives way."""
        area = area_of(element.attributes.get("ref", ""))
        if area is None:
            return False
        corner = area.first_row, area.first_column
        if area == Area(*corner, *corner):
            wanted = self._wanted.get(corner)
            if wanted is not None and self._target(element) == wanted:
                del self._wanted[corner]
                return False
            return wanted is not None or corner in self._emptied
        for row, column in self._wanted:
            if area.meets(Area(row, column, row, column)):
                raise not_writable(
                    cell_name(row, column),
                    self._sheet,
                    f"it shares a link with the other cells of {area_name(area)}",
                    "Remove that link in Excel, then run this again.",
                )
        return False

    def _target(self, element: Element) -> str | None:
        if "location" in element.attributes:
            return None
        return self._targets.get(element.attributes.get("r:id", ""))

    def _drop_targets(self, old: list[Element], replaced: list[Element]) -> None:
        gone = {id(element) for element in replaced}
        kept = {one.attributes.get("r:id") for one in old if id(one) not in gone}
        unused = {one.attributes.get("r:id", "") for one in replaced} - kept
        if unused:
            self._relations.remove(unused)

    def _elements(self, document: bytes, root: Element) -> bytes:
        if not self._wanted:
            return b""
        ids = self._relations.add_external(_KIND, self._wanted.values(), strict=self._strict)
        prefix = _relationships_prefix(document, root)
        spelled = b' %b:id="%%b"' % (prefix or b"r")
        if prefix is None:
            spelled = b' xmlns:r="%b"' % self._relations.namespace(strict=self._strict) + spelled
        tag = root.tag("hyperlink")
        return b"".join(
            b'<%b ref="%b"%b/>' % (tag, cell_name(*cell).encode(), spelled % ids[target].encode())
            for cell, target in sorted(self._wanted.items())
        )


def has_links(edit: SheetEdit) -> bool:
    """Say whether an edit writes hyperlinks.

    Args:
        edit: the edit.
    """
    return any(Link in set(map(type, column.cells.values())) for column in edit.columns)


def empties_cells(edit: SheetEdit) -> bool:
    """Say whether an edit empties cells, which takes their hyperlinks away.

    Args:
        edit: the edit.
    """
    return any(any(map(is_nothing, column.cells.values())) for column in edit.columns)


def _new_group(root: Element, links: bytes) -> Splice:
    tag = root.tag("hyperlinks")
    place = max(child.end for child in root.children if child.name in _BEFORE_LINKS)
    return Splice(place, place, b"<%b>%b</%b>" % (tag, links, tag))


def _relationships_prefix(document: bytes, root: Element) -> bytes | None:
    """Find the prefix that the sheet declares for relationships; None if it declares none."""
    tag = START_TAG.match(document, root.start)
    declared = _declarations(tag[0]) if tag else iter(())
    return next((prefix for prefix, uri in declared if uri in RELATIONSHIPS), None)


def _declarations(tag: bytes) -> Iterator[tuple[bytes, str]]:
    for match in _DECLARED.finditer(tag):
        uri = match[2] if match[2] is not None else match[3]
        yield match[1], uri.decode()


def _too_many(sheet: str, count: int) -> SheetError:
    return SheetError(
        f"The sheet {sheet} would have {count:,} links; Excel allows {MOST_LINKS:,} in a sheet.",
        next_step="Leave the links out, or spread the rows over several sheets.",
        code="too-many-links",
    )
