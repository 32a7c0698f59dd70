"""Proves that an edited workbook differs from the old one in its own cells and nothing else.

`differences` compares two files member by member and the edited sheet element by element;
`flaws` looks in one file for what makes Excel offer a repair. Both give sentences, an empty
list if all is well. They share no code with the adapter: parts are read by zipfile and lxml.
"""

import posixpath
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

Elements = dict[tuple[int, int], etree._Element]
Owns = Callable[[int, int], bool]
"""Says of a row and a column whether the edit may have changed that cell."""

RELATIONSHIP_ID = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


@dataclass(frozen=True)
class Expected:
    """What an edit may have changed.

    Args:
        sheet: part of the edited sheet.
        owns: tells its cells.
        tables: parts of tables that may have grown.
        added: parts that may be new.
    """

    sheet: str
    owns: Owns
    tables: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()


@dataclass
class Archive:
    """The members of a zip: content by name, and everything that the directory says of them."""

    path: Path
    contents: dict[str, bytes] = field(default_factory=dict)
    labels: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(self.path) as archive:
            self.comment = archive.comment
            for info in archive.infolist():
                self.contents[info.filename] = archive.read(info)
                self.labels[info.filename] = (
                    info.date_time,
                    info.external_attr,
                    info.comment,
                    info.create_system,
                )

    def tree(self, part: str) -> etree._Element:
        return etree.fromstring(self.contents[part], _PARSER)

    def find(self, part: str) -> str | None:
        wanted = part.lstrip("/").lower()
        names = (name for name in self.contents if name.replace("\\", "/").lower() == wanted)
        return next(names, None)


_PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, remove_comments=False)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "#"


def children(element: etree._Element | None, *names: str) -> list[etree._Element]:
    """List the descendants along a path of local names."""
    found = [] if element is None else [element]
    for name in names:
        found = [child for one in found for child in one if local(child) == name]
    return found


def spelled(element: etree._Element) -> tuple[object, ...]:
    """Spell out an element without what follows it: names, attributes in order, all text."""
    inside = [(spelled(child), child.tail) for child in element]
    return str(element.tag), tuple(element.attrib.items()), element.text, tuple(inside)


# --- comparing


def differences(before: Path, after: Path, expected: Expected) -> list[str]:
    """List what differs beyond what an edit may have changed."""
    old, new = Archive(before), Archive(after)
    found = list(_members(old, new, expected))
    for part in old.contents.keys() & new.contents.keys():
        if old.contents[part] != new.contents[part]:
            compare = _comparer(part, expected)
            if compare is None:
                found.append(f"{part}: its bytes differ")
            else:
                found += [f"{part}: {what}" for what in compare(old.tree(part), new.tree(part))]
    return found


def _members(old: Archive, new: Archive, expected: Expected) -> Iterator[str]:
    dropped = old.contents.keys() - new.contents.keys()
    added = new.contents.keys() - old.contents.keys()
    yield from (f"{name}: lost" for name in dropped if not name.endswith("calcChain.xml"))
    yield from (f"{name}: added" for name in added - expected.added)
    kept = [name for name in old.contents if name in new.contents]
    if kept != [name for name in new.contents if name in old.contents]:
        yield "the members have another order"
    yield from (
        f"{name}: date or attributes differ"
        for name in kept
        if old.labels[name] != new.labels[name]
    )
    if old.comment != new.comment:
        yield "the comment of the zip differs"


Compare = Callable[[etree._Element, etree._Element], Iterator[str]]


def _comparer(part: str, expected: Expected) -> Compare | None:
    key = part.replace("\\", "/").lower()
    if key == expected.sheet.lower():
        return lambda old, new: _sheets(old, new, expected.owns)
    if key in expected.tables:
        return _tables
    return {
        "styles.xml": _styles,
        "workbook.xml": _workbooks,
        "workbook.xml.rels": _lists,
        "[content_types].xml": _lists,
    }.get(posixpath.basename(key))


def _same_tag(old: etree._Element, new: etree._Element, ignored: frozenset[str]) -> bool:
    def spell(one: etree._Element) -> tuple[object, ...]:
        kept = [pair for pair in one.attrib.items() if pair[0] not in ignored]
        return one.tag, one.nsmap, kept

    return spell(old) == spell(new)


def _sheets(old: etree._Element, new: etree._Element, owns: Owns) -> Iterator[str]:
    if not _same_tag(old, new, frozenset()):
        yield "the root differs"
    if [local(one) for one in old] != [local(one) for one in new]:
        yield "elements of the sheet are lost or moved"
        return
    for one, other in zip(old, new, strict=True):
        if local(one) == "sheetData":
            yield from _rows(one, other, owns)
        elif local(one) != "dimension" and spelled(one) != spelled(other):
            yield f"{local(one)} differs"


def _rows(old: etree._Element, new: etree._Element, owns: Owns) -> Iterator[str]:
    if not _same_tag(old, new, frozenset()):
        yield "sheetData differs"
    rows, others = _by_number(old), _by_number(new)
    for number in sorted(rows.keys() | others.keys()):
        row, other = rows.get(number), others.get(number)
        if other is None:
            yield f"row {number} is lost"
        else:
            if row is not None and not _same_tag(row, other, frozenset({"spans"})):
                yield f"row {number} has other attributes"
            yield from _cells(number, row, other, owns)


def _cells(
    number: int, row: etree._Element | None, other: etree._Element, owns: Owns
) -> Iterator[str]:
    old = {} if row is None else _by_column(row)
    new = _by_column(other)
    for column in sorted(old.keys() | new.keys()):
        if owns(number, column):
            continue
        name = f"cell {get_column_letter(column)}{number}"
        if column not in new:
            yield f"{name} is lost"
        elif column not in old:
            yield f"{name} is new"
        elif spelled(old[column]) != spelled(new[column]):
            yield f"{name} differs"
    extra = [] if row is None else [spelled(one) for one in row if local(one) != "c"]
    if extra != [spelled(one) for one in other if local(one) != "c"]:
        yield f"row {number} lost what is no cell"


def _by_number(data: etree._Element) -> dict[int, etree._Element]:
    rows: dict[int, etree._Element] = {}
    number = 0
    for row in children(data, "row"):
        number = int(row.get("r", number + 1))
        rows[number] = row
    return rows


def _by_column(row: etree._Element) -> dict[int, etree._Element]:
    cells: dict[int, etree._Element] = {}
    column = 0
    for cell in children(row, "c"):
        name = cell.get("r")
        column = coordinate_to_tuple(name)[1] if name else column + 1
        cells[column] = cell
    return cells


def _styles(old: etree._Element, new: etree._Element) -> Iterator[str]:
    """Formats may be appended: number formats, fonts and cell formats."""
    growing = ("numFmts", "fonts", "cellXfs")
    groups = {local(one): one for one in new}
    if [local(one) for one in old] != [
        local(one) for one in new if local(one) != "numFmts" or children(old, "numFmts")
    ]:
        yield "groups of styles are lost or moved"
    for one in old:
        other = groups.get(local(one))
        if other is None:
            continue
        if local(one) not in growing:
            if spelled(one) != spelled(other):
                yield f"{local(one)} differs"
        elif [spelled(item) for item in one] != [spelled(item) for item in other][: len(one)]:
            yield f"{local(one)} lost or changed a format"
    for name in growing:
        for group in children(new, name):
            if group.get("count") not in (None, str(len(group))):
                yield f"{name} is counted wrongly"


def _workbooks(old: etree._Element, new: etree._Element) -> Iterator[str]:
    """Excel may be told to calculate anew, and sheets may be added at the end."""
    ours = [one for one in new if local(one) != "calcPr"]
    theirs = [one for one in old if local(one) != "calcPr"]
    if [local(one) for one in theirs] != [local(one) for one in ours]:
        yield "elements of the workbook are lost or moved"
        return
    for one, other in zip(theirs, ours, strict=True):
        same = spelled(one) == spelled(other)
        if local(one) == "sheets":
            same = [spelled(item) for item in one] == [spelled(item) for item in other][: len(one)]
        if not same:
            yield f"{local(one)} differs"
    settings, other_settings = children(old, "calcPr"), children(new, "calcPr")
    if settings and not _same_tag(settings[0], other_settings[0], frozenset({"fullCalcOnLoad"})):
        yield "calcPr differs"


def _lists(old: etree._Element, new: etree._Element) -> Iterator[str]:
    """The calculation chain may go, sheets may be added at the end."""
    kept = [spelled(one) for one in old if "calcChain" not in str(spelled(one))]
    if kept != [spelled(one) for one in new if "calcChain" not in str(spelled(one))][: len(kept)]:
        yield "entries are lost, changed or moved"


def _tables(old: etree._Element, new: etree._Element) -> Iterator[str]:
    """A table may grow: its area, that of its filter, columns at the end."""
    if not _same_tag(old, new, frozenset({"ref"})):
        yield "the table has other attributes"
    if [local(one) for one in old] != [local(one) for one in new]:
        yield "elements of the table are lost or moved"
        return
    for one, other in zip(old, new, strict=True):
        name = local(one)
        grows = name in ("autoFilter", "tableColumns")
        ignored = frozenset({"ref", "count"}) if grows else frozenset()
        if not _same_tag(one, other, ignored):
            yield f"{name} differs"
        if [spelled(item) for item in one] != [spelled(item) for item in other][: len(one)]:
            yield f"{name} lost or changed something"


# --- looking for flaws


def flaws(path: Path) -> list[str]:
    """List what makes Excel offer a repair, or read another cell than the one meant."""
    archive = Archive(path)
    found = list(_package_flaws(archive))
    workbook = _target(archive, "", "officeDocument")
    if workbook is None:
        return [*found, "there is no workbook"]
    strings, formats = _counts(archive, workbook)
    formulas: dict[str, set[tuple[int, int]]] = {}
    for sheet in children(archive.tree(workbook), "sheets", "sheet"):
        part = _by_id(archive, workbook, _relation_id(sheet))
        if part is None:
            found.append(f"sheet {sheet.get('name')} has no part")
        elif local(archive.tree(part)) == "worksheet":
            data = archive.tree(part)
            found += [f"{part}: {what}" for what in _cell_flaws(data, strings, formats)]
            found += [f"{part}: {what}" for what in _table_flaws(archive, part, data)]
            formulas[sheet.get("sheetId", "")] = set(_formulas(data))
    found += _chain_flaws(archive, workbook, formulas)
    return found


def _package_flaws(archive: Archive) -> Iterator[str]:
    types = archive.tree("[Content_Types].xml")
    listed = [one.get("PartName", "").lstrip("/").lower() for one in children(types, "Override")]
    endings = {one.get("Extension", "").lower() for one in children(types, "Default")}
    names = {name.replace("\\", "/").lower() for name in archive.contents}
    yield from (f"{name} has a content type, but is not there" for name in set(listed) - names)
    yield from (f"{name} has two content types" for name, n in Counter(listed).items() if n > 1)
    for name in names - set(listed) - {"[content_types].xml"}:
        if not name.endswith("/") and name.rpartition(".")[2] not in endings:
            yield f"{name} has no content type"
    for name in archive.contents:
        if name.endswith(".rels"):
            yield from _dangling(archive, name)


def _dangling(archive: Archive, name: str) -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name))
    seen: set[str] = set()
    for one in children(archive.tree(name), "Relationship"):
        if one.get("Id") in seen:
            yield f"{name}: {one.get('Id')} stands there twice"
        seen.add(one.get("Id", ""))
        target = _resolved(folder, one.get("Target", ""))
        if one.get("TargetMode") != "External" and archive.find(target) is None:
            yield f"{name}: {one.get('Target')} is not there"


def _resolved(folder: str, target: str) -> str:
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path).lstrip("/")


def _relations(archive: Archive, part: str) -> list[Mapping[str, str]]:
    folder, name = posixpath.split(part)
    rels = archive.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if rels is None:
        return []
    listed = []
    for one in children(archive.tree(rels), "Relationship"):
        if one.get("TargetMode") != "External":
            target = archive.find(_resolved(folder, one.get("Target", ""))) or ""
            listed.append({"Id": one.get("Id", ""), "Type": one.get("Type", ""), "Part": target})
    return listed


def _target(archive: Archive, part: str, kind: str) -> str | None:
    relations = _relations(archive, part)
    return next((one["Part"] for one in relations if one["Type"].endswith(f"/{kind}")), None)


def _by_id(archive: Archive, part: str, wanted: str) -> str | None:
    return next((one["Part"] for one in _relations(archive, part) if one["Id"] == wanted), None)


def _relation_id(element: etree._Element) -> str:
    return next((element.get(name) for name in RELATIONSHIP_ID if element.get(name)), "")


def _counts(archive: Archive, workbook: str) -> tuple[int, int]:
    strings = _target(archive, workbook, "sharedStrings")
    styles = _target(archive, workbook, "styles")
    return (
        len(children(archive.tree(strings), "si")) if strings else 0,
        len(children(archive.tree(styles), "cellXfs", "xf")) if styles else 1,
    )


def _cell_flaws(sheet: etree._Element, strings: int, formats: int) -> Iterator[str]:
    previous = number = 0
    for row in children(sheet, "sheetData", "row"):
        number = int(row.get("r", number + 1))
        if number <= previous:
            yield f"row {number} is out of order"
        previous = number
        column = before = 0
        for cell in children(row, "c"):
            name = cell.get("r")
            at, column = coordinate_to_tuple(name) if name else (number, column + 1)
            if at != number or column <= before:
                yield f"cell {name} is out of order"
            before = column
            yield from _value_flaws(cell, strings, formats)
    yield from _shared_flaws(sheet)
    yield from _merge_flaws(sheet)


def _value_flaws(cell: etree._Element, strings: int, formats: int) -> Iterator[str]:
    name = cell.get("r")
    if int(cell.get("s", "0")) >= max(formats, 1):
        yield f"cell {name} has a format that does not exist"
    value = next((one.text or "" for one in cell if local(one) == "v"), None)
    if cell.get("t") == "s" and not (value and value.isdigit() and int(value) < strings):
        yield f"cell {name} has a string that does not exist"
    if cell.get("t", "n") == "n" and value:
        try:
            float(value)
        except ValueError:
            yield f"cell {name} holds no number"
    text = "".join(cell.itertext()) if cell.get("t") == "inlineStr" else ""
    if len(text.encode("utf-16-le")) > 2 * 32_767:
        yield f"cell {name} is too long"


def _shared_flaws(sheet: etree._Element) -> Iterator[str]:
    masters: set[str] = set()
    used: dict[str, str] = {}
    for cell in children(sheet, "sheetData", "row", "c"):
        for formula in children(cell, "f"):
            if formula.get("t") == "shared":
                index = formula.get("si", "")
                used.setdefault(index, cell.get("r", ""))
                if formula.text:
                    masters.add(index)
    for index, name in used.items():
        if index not in masters:
            yield f"cell {name} shares a formula that is gone"


def _merge_flaws(sheet: etree._Element) -> Iterator[str]:
    filled = {
        coordinate_to_tuple(cell.get("r"))
        for cell in children(sheet, "sheetData", "row", "c")
        if cell.get("r") and len(cell)
    }
    for merge in children(sheet, "mergeCells", "mergeCell"):
        left, top, right, bottom = range_boundaries(merge.get("ref"))
        if any(
            top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
            for row, column in filled
        ):
            yield f"the merged cells {merge.get('ref')} hide a value"


def _formulas(sheet: etree._Element) -> Iterator[tuple[int, int]]:
    for cell in children(sheet, "sheetData", "row", "c"):
        if children(cell, "f") and cell.get("r"):
            yield coordinate_to_tuple(cell.get("r"))


def _table_flaws(archive: Archive, part: str, sheet: etree._Element) -> Iterator[str]:
    areas: list[tuple[int, int, int, int]] = []
    for one in children(sheet, "tableParts", "tablePart"):
        name = _by_id(archive, part, _relation_id(one))
        if name is None:
            yield "a table has no part"
            continue
        table = archive.tree(name)
        left, top, right, bottom = range_boundaries(table.get("ref"))
        columns = children(table, "tableColumns", "tableColumn")
        if len(columns) != right - left + 1:
            yield f"the table {table.get('name')} has {len(columns)} columns"
        ids = Counter(column.get("id") for column in columns)
        if max(ids.values()) > 1:
            yield f"the table {table.get('name')} has an id twice"
        if any(
            left <= other[2] and other[0] <= right and top <= other[3] and other[1] <= bottom
            for other in areas
        ):
            yield f"the table {table.get('name')} meets another"
        areas.append((left, top, right, bottom))
        if table.get("headerRowCount", "1") != "0":
            yield from _header_flaws(archive, sheet, table, top, left)


def _header_flaws(
    archive: Archive, sheet: etree._Element, table: etree._Element, top: int, left: int
) -> Iterator[str]:
    row = _by_number(children(sheet, "sheetData")[0]).get(top)
    cells = {} if row is None else _by_column(row)
    workbook = _target(archive, "", "officeDocument") or ""
    strings = _target(archive, workbook, "sharedStrings")
    items = children(archive.tree(strings), "si") if strings else []
    for place, column in enumerate(children(table, "tableColumns", "tableColumn")):
        cell = cells.get(left + place)
        shown = "" if cell is None else _shown(cell, items)
        if shown.replace("\n", "_x000a_") != column.get("name"):
            yield f"the header {column.get('name')} is {shown!r} in the sheet"


def _shown(cell: etree._Element, strings: list[etree._Element]) -> str:
    value = next((one.text or "" for one in cell if local(one) == "v"), "")
    if cell.get("t") == "s":
        chosen = strings[int(value)] if int(value) < len(strings) else cell
        return "".join(one.text or "" for one in chosen.iter() if local(one) == "t")
    return value or "".join(one.text or "" for one in cell.iter() if local(one) == "t")


def _chain_flaws(
    archive: Archive, workbook: str, formulas: Mapping[str, set[tuple[int, int]]]
) -> list[str]:
    part = _target(archive, workbook, "calcChain")
    if not part:
        return []
    found = []
    sheet = ""
    for one in children(archive.tree(part), "c"):
        sheet = one.get("i", sheet)
        if coordinate_to_tuple(one.get("r")) not in formulas.get(sheet, set()):
            found.append(f"the calculation chain names {one.get('r')}, which has no formula")
    return found
