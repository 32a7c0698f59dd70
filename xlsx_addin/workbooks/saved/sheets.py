"""The sheets of an open workbook: each surveyed once, when it is first asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xlsx_addin.workbooks.saved.directory import Member
from xlsx_addin.workbooks.saved.encodings import to_utf8, utf8_blocks
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.package import Package
from xlsx_addin.workbooks.saved.parts import Book
from xlsx_addin.workbooks.saved.reader import SheetReader
from xlsx_addin.workbooks.saved.refusals import damaged
from xlsx_addin.workbooks.saved.strings import LARGEST_STRINGS, SharedStrings
from xlsx_addin.workbooks.saved.styles import Styles, new_styles
from xlsx_addin.workbooks.saved.survey import survey
from xlsx_addin.workbooks.saved.tables import Table, read_tables
from xlsx_addin.workbooks.saved.values import Epoch, ValueReader


class Contents:
    """What the sheets of a workbook share.

    Args:
        package: the file.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.book = Book(package)
        self.epoch = Epoch(is_1904=self.book.is_1904())
        self.styles_part = self._part("styles")
        self._strings: SharedStrings | None = None

    @cached_property
    def styles(self) -> Styles:
        """Its cell formats."""
        if self.styles_part is not None:
            return Styles(to_utf8(self.package.read(self.styles_part)), self.styles_part)
        if self.book.relationships.target("styles"):
            # They are named, but missing.
            return Styles(None, "")
        return Styles(new_styles(strict=self.book.is_strict()), "of cell formats")

    def strings(self) -> SharedStrings:
        """Give the strings that its cells share."""
        if self._strings is None:
            part = self._part("sharedStrings")
            data = self.package.read(part, limit=LARGEST_STRINGS) if part else b""
            self._strings = SharedStrings(to_utf8(data))
        return self._strings

    def forget_strings(self) -> None:
        """Free the memory of the shared strings."""
        self._strings = None

    def values(self) -> ValueReader:
        """Make a reader of cell values."""
        return ValueReader(self.strings, self.styles.kind, self.epoch)

    def _part(self, kind: str) -> str | None:
        part = self.book.relationships.target(kind)
        return part if part is not None and self.package.find(part) else None


@dataclass
class Sheet:
    """A worksheet.

    Args:
        name: its name.
        part: the name of its part.
        contents: what it shares with others.
    """

    name: str
    part: str
    contents: Contents

    def blocks(self) -> Iterator[bytes]:
        """Read its part from the start, UTF-8."""
        return utf8_blocks(self.contents.package.stream(self._member()))

    @cached_property
    def survey(self) -> SheetSurvey:
        """What the first pass finds."""
        return survey(self.blocks(), self.part)

    @cached_property
    def tables(self) -> list[Table]:
        """Its tables."""
        return read_tables(self.contents.package, self.part, self.survey)

    def reader(self) -> SheetReader:
        """Make a reader of its cells."""
        return SheetReader(self.blocks, self.survey, self.contents.values())

    def _member(self) -> Member:
        member = self.contents.package.find(self.part)
        if member is None:
            raise damaged(f"its part {self.part} is missing")
        return member
