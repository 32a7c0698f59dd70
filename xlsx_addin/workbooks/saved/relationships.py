"""Relationships: what ties a part to others, and to targets outside the package."""

import posixpath
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Final, Self

from xlsx_addin.workbooks.saved.encodings import to_utf8
from xlsx_addin.workbooks.saved.package import Package
from xlsx_addin.workbooks.saved.xml import (
    Element,
    Splice,
    apply_splices,
    escape_attribute,
    grow,
    parse,
)

KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_KINDS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NO_RELATIONSHIPS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A tie from a part to another.

    Args:
        id: its id in the part that it starts from.
        kind: the last word of its type, such as ``worksheet``.
        target: the name of the other part.
    """

    id: str
    kind: str
    target: str


class Document:
    """A small part that may be changed.

    Args:
        name: its name.
        data: its content, UTF-8.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.root = parse(data, name)

    @classmethod
    def read(cls, package: Package, name: str) -> Self:
        """Read a part.

        Args:
            package: the package that it is in.
            name: its name.
        """
        return cls(name, to_utf8(package.read(name)))

    def change(self, splices: list[Splice]) -> None:
        """Change the part and read it again."""
        self.data = apply_splices(self.data, splices)
        self.root = parse(self.data, self.name)


def _is_external(element: Element) -> bool:
    return element.attributes.get("TargetMode") == "External"


def relationships_name(part: str) -> str:
    """Name the part with the relationships of a part; that of the package is ''."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


class Relationships:
    """The relationships of a part.

    Args:
        package: the package that it is in.
        part: its name, '' for the package itself.
    """

    def __init__(self, package: Package, part: str) -> None:
        self._folder = posixpath.dirname(part)
        self.name = relationships_name(part)
        found = package.find(self.name) is not None
        self.document = Document.read(package, self.name) if found else None

    def all(self, kind: str = "") -> list[Relationship]:
        """List them, those of one kind only if it is given; external ones are left out."""
        elements = self.document.root.all("Relationship") if self.document else []
        listed = [self._read(element) for element in elements if not _is_external(element)]
        return [one for one in listed if kind in ("", one.kind)]

    def target(self, kind: str) -> str | None:
        """Give the part of a kind, None if there is none."""
        return next((one.target for one in self.all(kind)), None)

    def by_id(self, wanted: str) -> Relationship | None:
        """Find one by its id."""
        return next((one for one in self.all() if one.id == wanted), None)

    def external(self) -> dict[str, str]:
        """Give the URIs of targets outside the package by their ids."""
        elements = self.document.root.all("Relationship") if self.document else []
        return {
            one.attributes.get("Id", ""): one.attributes.get("Target", "")
            for one in elements
            if _is_external(one)
        }

    def add_external(self, kind: str, targets: Iterable[str], *, strict: bool) -> dict[str, str]:
        """Enter targets outside the package; one that is there already is used again.

        Args:
            kind: the last word of their type.
            targets: their URIs.
            strict: whether the workbook is of the strict form.

        Returns:
            The ids by target.
        """
        document = self.document = self.document or Document(self.name, _NO_RELATIONSHIPS)
        present = document.root.all("Relationship")
        taken = {one.attributes.get("Id", "") for one in present}
        ids = {
            one.attributes.get("Target", ""): one.attributes.get("Id", "")
            for one in present
            if _is_external(one) and one.attributes.get("Type", "").endswith(f"/{kind}")
        }
        new = [target for target in dict.fromkeys(targets) if target not in ids]
        free = (name for number in count(1) if (name := f"rId{number}") not in taken)
        ids.update(zip(new, free, strict=False))
        tag = document.root.tag("Relationship")
        written = b"".join(
            b'<%b Id="%b" Type="%b/%b" Target="%b" TargetMode="External"/>'
            % (
                *(tag, ids[target].encode(), self.namespace(strict=strict), kind.encode()),
                escape_attribute(target),
            )
            for target in new
        )
        document.change(grow(document.data, document.root, written))
        return ids

    def remove(self, ids: Collection[str]) -> None:
        """Take relationships to the outside out.

        Args:
            ids: their ids.
        """
        if self.document is None:
            return
        gone = [
            one
            for one in self.document.root.all("Relationship")
            if _is_external(one) and one.attributes.get("Id") in ids
        ]
        self.document.change([Splice(one.start, one.end, b"") for one in gone])

    @staticmethod
    def namespace(*, strict: bool) -> bytes:
        """Give the namespace of their types, and of attributes with their ids."""
        return (STRICT_KINDS if strict else KINDS).encode()

    def _read(self, element: Element) -> Relationship:
        values = element.attributes
        target = values.get("Target", "").replace("\\", "/")
        if not target.startswith("/"):
            target = posixpath.normpath(posixpath.join(self._folder, target))
        kind = values.get("Type", "").rpartition("/")[2]
        return Relationship(values.get("Id", ""), kind, target.lstrip("/"))
