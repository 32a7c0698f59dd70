"""Tables (ListObjects): what they are, and letting one grow to the right and down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks.contract import SheetEdit, TableInfo
from xlsx_addin.workbooks.growth import filled_by_query, grown_area, new_columns
from xlsx_addin.workbooks.references import area_name, area_of
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.package import Package
from xlsx_addin.workbooks.saved.refusals import damaged
from xlsx_addin.workbooks.saved.relationships import Document, Relationships
from xlsx_addin.workbooks.saved.xml import (
    Element,
    Splice,
    escape_attribute,
    grow,
    retag,
    unescape,
)

_LOOKS_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL: Final = re.compile("[\t\n\r]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its parts.

    Args:
        info: what it is.
        document: its part.
        query: the part with the query that fills it, None if none does.
    """

    info: TableInfo
    document: Document
    query: Document | None

    def extended(self, edit: SheetEdit, others: Sequence[Area]) -> list[Document]:
        """Let it grow by the new columns and rows of an edit.

        Args:
            edit: the edit.
            others: areas that it must not meet.

        Returns:
            The changed parts.

        Raises:
            SheetError: the new columns are not right beside it, something is in the way, or a
                query fills it and rows are added.
        """
        if edit.new_rows is not None and self.query is not None:
            raise filled_by_query(self.info, edit.sheet)
        taken = [column.attributes.get("name", "") for column in self._columns()]
        area = grown_area(self.info, edit, taken, others)
        names = self._new_names(edit)
        if not names:
            self.document.change(self._area_splices(area))
            return [self.document]
        first_id = 1 + max(column.number("id") for column in self._columns())
        fields = self._grow_query(first_id, len(names)) if self.query else None
        self._grow_table(area, names, first_id, fields)
        return [self.document] + ([self.query] if self.query else [])

    def _new_names(self, edit: SheetEdit) -> list[str]:
        if edit.extend_table != self.info.name:
            return []
        headers = {column.column: column.header or "" for column in edit.columns}
        return [headers[column] for column in new_columns(edit)]

    def calculations(self) -> dict[int, str]:
        """Give the formulas with which it fills whole columns, by the number of the column."""
        data = self.document.data
        found = {}
        for column, element in enumerate(self._columns(), self.info.area.first_column):
            formula = element.find("calculatedColumnFormula")
            if formula is not None and not formula.flag("array"):
                found[column] = unescape(data[formula.inside : formula.outside])
        return found

    def _columns(self) -> list[Element]:
        group = self.document.root.find("tableColumns")
        columns = group.all("tableColumn") if group else []
        if not columns:
            raise damaged(f"the table {self.info.name} has no columns")
        return columns

    def _grow_table(
        self, area: Area, names: list[str], first_id: int, fields: list[int] | None
    ) -> None:
        data, root = self.document.data, self.document.root
        splices = self._area_splices(area)
        group = root.find("tableColumns")
        if group is None:
            raise damaged(f"the table {self.info.name} has no columns")
        new = b"".join(
            self._column(group, first_id + place, name, fields[place] if fields else None)
            for place, name in enumerate(names)
        )
        count = len(self._columns()) + len(names)
        splices += grow(data, group, new, {"count": str(count)})
        self.document.change(splices)

    def _area_splices(self, area: Area) -> list[Splice]:
        """Say where it is now."""
        values = {"ref": area_name(area)}
        if area.last_row > self.info.area.last_row and self.document.root.flag("insertRow"):
            # Its one row was there to type into.
            values["insertRow"] = "0"
        splices = [retag(self.document.data, self.document.root, values)]
        return splices + self._filter_splices(area)

    def _filter_splices(self, area: Area) -> list[Splice]:
        """Let the filter buttons reach all data (a totals row is left out)."""
        element = self.document.root.find("autoFilter")
        old = area_of(element.attributes.get("ref", "")) if element else None
        if element is None or old is None:
            return []
        longer = area.last_row - self.info.area.last_row
        new = Area(old.first_row, old.first_column, old.last_row + longer, area.last_column)
        return [retag(self.document.data, element, {"ref": area_name(new)})]

    def _column(self, group: Element, number: int, name: str, field: int | None) -> bytes:
        query = b' uniqueName="%d" queryTableFieldId="%d"' % (field, field) if field else b""
        written = escape_attribute(_escaped_name(name))
        return b'<%b id="%d" name="%b"%b/>' % (group.tag("tableColumn"), number, written, query)

    def _grow_query(self, first_id: int, count: int) -> list[int]:
        """Tell the query of columns that are not its own; return the ids of their fields.

        ISO/IEC 29500-1, 18.12.2 and 18.12.3: ``dataBound``, ``unboundColumnsRight``.
        """
        query = self.query
        refresh = query.root.find("queryTableRefresh") if query else None
        fields = refresh.find("queryTableFields") if refresh else None
        if query is None or refresh is None or fields is None:
            raise damaged(f"the query of the table {self.info.name} has no fields")
        used = [field.number("id") for field in fields.all("queryTableField")]
        first = max([refresh.number("nextId", 1), *(number + 1 for number in used)])
        new = b"".join(
            b'<%b id="%d" dataBound="0" tableColumnId="%d"/>'
            % (fields.tag("queryTableField"), first + place, first_id + place)
            for place in range(count)
        )
        right = refresh.number("unboundColumnsRight") + count
        values = {"nextId": str(first + count), "unboundColumnsRight": str(right)}
        splices = [retag(query.data, refresh, values)]
        splices += grow(query.data, fields, new, {"count": str(len(used) + count)})
        query.change(splices)
        return list(range(first, first + count))


def _escaped_name(name: str) -> str:
    """Write a column's name as tables do: control characters as ``_x000a_``."""
    escaped = _LOOKS_ESCAPED.sub("_x005F_", name)
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04x}_", escaped)


def read_tables(package: Package, part: str, survey: SheetSurvey) -> list[Table]:
    """List the tables of a sheet.

    Args:
        package: the package that it is in.
        part: the name of its part.
        survey: what the first pass found in it.
    """
    if not survey.tables:
        return []
    relations = Relationships(package, part)
    targets = [relations.by_id(wanted) for wanted in survey.tables]
    return [_read(package, target.target) for target in targets if target is not None]


def _read(package: Package, part: str) -> Table:
    document = Document.read(package, part)
    root = document.root
    area = area_of(root.attributes.get("ref", ""))
    if area is None:
        raise damaged(f"its part {part} does not say where the table is")
    name = root.attributes.get("displayName") or root.attributes.get("name", "")
    info = TableInfo(
        name,
        area,
        min(1, root.number("headerRowCount", 1)),
        min(1, root.number("totalsRowCount", 0)),
    )
    query = Relationships(package, part).target("queryTable")
    return Table(info, document, Document.read(package, query) if query else None)
