"""The workbook part, and the list of content types."""

import posixpath
import re
from collections.abc import Callable
from itertools import count
from typing import Final

from xlsx_addin.workbooks.contract import SheetInfo
from xlsx_addin.workbooks.saved.package import Package, part_key
from xlsx_addin.workbooks.saved.refusals import damaged
from xlsx_addin.workbooks.saved.relationships import (
    KINDS,
    STRICT_KINDS,
    Document,
    Relationships,
)
from xlsx_addin.workbooks.saved.xml import (
    STRICT_MAIN,
    Element,
    Splice,
    escape_attribute,
    grow,
    retag,
)

CONTENT_TYPES: Final = "[Content_Types].xml"
_RELATIONSHIPS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
_SIGNATURE: Final = "/digital-signature/origin"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_ID: Final = re.compile(rb"\s([^\s=:]+:id)\s*=")
_DECLARATION: Final = re.compile(rb"""\sxmlns:[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*')""")

# The workbook's elements after calcPr (ISO/IEC 29500-1, 18.2.27, CT_Workbook).
_AFTER_CALCULATION: Final = frozenset(
    {
        "oleSize",
        "customWorkbookViews",
        "pivotCaches",
        "smartTagPr",
        "smartTagTypes",
        "webPublishing",
        "fileRecoveryPr",
        "webPublishObjects",
        "extLst",
    }
)


class Book:
    """The workbook part and what belongs to it.

    Args:
        package: the file.

    Raises:
        WorkbookError: there is no workbook in it.
    """

    def __init__(self, package: Package) -> None:
        root = Relationships(package, "")
        name = root.target("officeDocument")
        if name is None:
            raise damaged("it does not say where its workbook is")
        self.package = package
        self.signed = any(
            element.attributes.get("Type", "").endswith(_SIGNATURE)
            for element in (root.document.root.children if root.document else [])
        )
        self.document = Document.read(package, name)
        self.types = Document.read(package, CONTENT_TYPES)
        self.relationships = Relationships(package, name)
        self.changed: dict[str, Document] = {}
        self.dropped: set[str] = set()

    # --- reading

    def sheets(self) -> list[tuple[SheetInfo, str]]:
        """List the worksheets in their order, each with the name of its part."""
        listed = []
        for index, element in enumerate(self._sheet_elements()):
            relation = self.relationships.by_id(element.attributes.get("r:id", ""))
            if relation is None or relation.kind != "worksheet":
                continue
            info = SheetInfo(
                element.attributes.get("name", ""),
                element.attributes.get("state", "visible") == "visible",
                index == self._active_index(),
            )
            listed.append((info, relation.target))
        return listed

    def sheet_names(self) -> list[str]:
        """Name all sheets, chart sheets and the like included."""
        return [element.attributes.get("name", "") for element in self._sheet_elements()]

    def is_1904(self) -> bool:
        """Say whether it counts days from 1904."""
        settings = self.document.root.find("workbookPr")
        return settings is not None and settings.flag("date1904")

    def is_strict(self) -> bool:
        """Say whether it is written in the namespaces of the strict form."""
        return STRICT_MAIN.encode() in self.document.data

    def _sheet_elements(self) -> list[Element]:
        group = self.document.root.find("sheets")
        return group.all("sheet") if group else []

    def _active_index(self) -> int:
        views = self.document.root.find("bookViews")
        view = views.find("workbookView") if views else None
        return view.number("activeTab") if view else 0

    # --- changing

    def recalculate_on_load(self) -> None:
        """Make Excel calculate all formulas when it opens the workbook."""
        root = self.document.root
        settings = root.find("calcPr")
        if settings is not None:
            if settings.flag("fullCalcOnLoad"):
                return
            splice = retag(self.document.data, settings, {"fullCalcOnLoad": "1"})
        else:
            new = b"<" + root.tag("calcPr") + b' fullCalcOnLoad="1"/>'
            after = [one.start for one in root.children if one.name in _AFTER_CALCULATION]
            place = min(after, default=root.outside)
            splice = Splice(place, place, new)
        self._change(self.document, [splice])

    def drop_calculation_chain(self) -> None:
        """Drop the order in which Excel calculated last; it makes it anew.

        An entry for a cell without a formula makes Excel offer a repair.
        """
        chains = self.relationships.all("calcChain")
        if not chains:
            return
        ids = {relation.id for relation in chains}
        parts = {part_key(relation.target) for relation in chains}
        self._remove(
            self._relationships_document(), lambda one: one.attributes.get("Id", "") in ids
        )
        self._remove(self.types, lambda one: part_key(one.attributes.get("PartName", "")) in parts)
        self.dropped |= parts

    def add_sheet(self, name: str) -> str:
        """Enter a new sheet at the end.

        Args:
            name: its name.

        Returns:
            The name of its part, which is still to be written.
        """
        part = self._free(lambda number: f"worksheets/sheet{number}.xml")
        self._append_sheet(name, self._add_part(part, "worksheet"))
        return part

    def add_styles(self) -> str:
        """Enter a part of cell formats into a workbook that has none.

        Returns:
            Its name; it is still to be written.
        """
        part = self._free(lambda number: f"styles{number if number > 1 else ''}.xml")
        self._add_part(part, "styles")
        return part

    def take_relationships(self, document: Document) -> None:
        """Take in the changed relationships of a part, or its first ones.

        Args:
            document: the part that holds them.
        """
        self.changed[document.name] = document
        name = f"/{document.name}"
        known = {
            one.attributes.get("Extension", one.attributes.get("PartName", "")).lower()
            for one in self.types.root.children
        }
        if not {"rels", name.lower()} & known:
            self._append(
                self.types, "Override", {"PartName": name, "ContentType": _RELATIONSHIPS_TYPE}
            )

    def _add_part(self, part: str, kind: str) -> str:
        """Enter a part, which is still to be written; return the id of its relationship."""
        relations = self._relationships_document()
        taken = {one.attributes.get("Id") for one in relations.root.children}
        relation = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        values = {
            "Id": relation,
            "Type": f"{STRICT_KINDS if self.is_strict() else KINDS}/{kind}",
            "Target": posixpath.relpath(part, posixpath.dirname(self.document.name) or "."),
        }
        self._append(relations, "Relationship", values)
        content = f"{_SPREADSHEET}.{kind}+xml"
        self._append(self.types, "Override", {"PartName": f"/{part}", "ContentType": content})
        return relation

    def _append_sheet(self, name: str, relation: str) -> None:
        group = self.document.root.find("sheets")
        sheets = group.all("sheet") if group else []
        if group is None or not sheets:
            raise damaged("it lists no sheets")
        # The id is spelled as the last sheet spells its own, declarations of its own included.
        last = self.document.data[sheets[-1].start : sheets[-1].inside]
        spelled = _SHEET_ID.search(last)
        if spelled is None:
            raise damaged("a sheet has no part")
        new = b'<%b name="%b" sheetId="%d"%b %b="%b"/>' % (
            group.tag("sheet"),
            escape_attribute(name),
            max(sheet.number("sheetId") for sheet in sheets) + 1,
            b"".join(_DECLARATION.findall(last)),
            spelled[1],
            relation.encode(),
        )
        self._change(self.document, grow(self.document.data, group, new))

    def _free(self, name: Callable[[int], str]) -> str:
        """Find a name, beside the workbook, that no part has, be it still to be written."""
        folder = posixpath.dirname(self.document.name)
        names = (posixpath.join(folder, name(number)) for number in count(1))
        entered = {part_key(one.attributes.get("PartName", "")) for one in self.types.root.children}
        return next(
            one for one in names if self.package.find(one) is None and part_key(one) not in entered
        )

    def _relationships_document(self) -> Document:
        if self.relationships.document is None:
            raise damaged("its workbook has no relationships")
        return self.relationships.document

    def _append(self, document: Document, name: str, values: dict[str, str]) -> None:
        root = document.root
        written = b"".join(
            b' %b="%b"' % (key.encode(), escape_attribute(value)) for key, value in values.items()
        )
        self._change(document, grow(document.data, root, b"<%b%b/>" % (root.tag(name), written)))

    def _remove(self, document: Document, unwanted: Callable[[Element], bool]) -> None:
        found = [one for one in document.root.children if unwanted(one)]
        self._change(document, [Splice(one.start, one.end, b"") for one in found])

    def _change(self, document: Document, splices: list[Splice]) -> None:
        document.change(splices)
        self.changed[document.name] = document
