"""The parts of a workbook, read for what openpyxl would drop from them.

Sources: ECMA-376 part 1, 18.2 (workbook), 18.3 (worksheets), 18.4 (shared strings);
[MS-XLSX] 2.3 for the extensions; openpyxl 3.1 for what is read and written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, ClassVar, Final
from xml.parsers import expat

Attributes = Mapping[str, str]

_CHUNK_BYTES: Final = 2**20

# Extensions that Excel writes into nearly every file and that hold nothing of the user's.
_HARMLESS_EXTENSIONS: Final = frozenset(
    {
        "{EB79DEF2-80B8-43E5-98BD-54CBDDF9020C}",  # slicer styles
        "{9260A510-F301-46A8-8635-F512D64BE5F5}",  # timeline styles
        "{140A7094-0E35-4892-8432-C4D2E57EDEB5}",  # workbook properties
        "{79F54976-1DA5-4618-B147-4CDE4B953A38}",  # workbook properties
        "{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}",  # features of the calculation engine
        "{05A4C25C-085E-4340-85A3-A5531E510DB2}",  # what wrote the theme
    }
)
_EXTENSIONS: Final = {
    "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}": "sparklines",
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}": "newer conditional formats",
    "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}": "newer conditional formats",
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}": "newer data validations",
    "{A8765BA9-456A-4DAB-B4F3-ACF838C121DE}": "slicers",
    "{3A4CF648-6AED-40F4-86FF-DC5316D8AED3}": "slicers",
    "{BBE1A952-AA13-448E-AADC-164F8A28A991}": "slicers",
    "{46BE6895-7355-4A93-B00E-2C351335B9C9}": "slicers",
    "{7E03D99C-DC04-49D9-9315-930204A7B6E9}": "timelines",
    "{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}": "a data model",
    "{504A1905-F514-4F6F-8877-14C23A59335A}": "descriptions of tables",
}


@dataclass(slots=True)
class Findings:
    """What was found in the parts of a workbook.

    Args:
        losses: what openpyxl would drop, in people's words; a dict, so that each stands
            once and in order.
        sheets: how many sheets of any kind the workbook names.
        values: how many cells hold a value or a formula.
    """

    losses: dict[str, None] = field(default_factory=dict)
    sheets: int = 0
    values: int = 0

    def lose(self, words: str) -> None:
        """Note a loss."""
        self.losses[words] = None


class PartScan:
    """Reads a part of which openpyxl keeps everything but extensions.

    Args:
        findings: where the losses are noted.
    """

    kept: ClassVar[frozenset[str]] = frozenset()
    """Elements under the root that openpyxl keeps; all of them if none are named."""

    dropped: ClassVar[Mapping[str, str]] = {}
    """What other elements under the root are called."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self._path: list[str] = []
        self._text: list[str] | None = None

    def read(self, part: IO[bytes]) -> None:
        """Read the part to its end.

        Raises:
            ValueError: its XML is damaged, or declares entities.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            while chunk := part.read(_CHUNK_BYTES):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(f"damaged XML: {error}") from error
        self.finish()

    def enter(self, name: str, attributes: Attributes) -> None:
        """Look at an element; `self._path` ends with its parents."""

    def leave(self, name: str, text: str | None) -> None:
        """Look at an element that ends, with its text if it was asked for."""

    def finish(self) -> None:
        """Look at the part as a whole."""

    def parent(self) -> str:
        """Name the element around the present one."""
        return self._path[-1] if self._path else ""

    def collect_text(self) -> None:
        """Ask for the text of the present element."""
        self._text = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "ext" and self.parent() == "extLst":
            self._enter_extension(attributes.get("uri", "").upper())
        elif local in {"slicerStyle", "timelineStyle"}:
            self.findings.lose("styles of slicers")
        elif len(self._path) == 1 and self.kept and local not in self.kept:
            self.findings.lose(self.dropped.get(local, f"the element {local}"))
        self.enter(local, attributes)
        self._path.append(local)

    def _enter_extension(self, uri: str) -> None:
        if uri not in _HARMLESS_EXTENSIONS:
            self.findings.lose(_EXTENSIONS.get(uri, "features of newer Excel versions"))

    def _end(self, name: str) -> None:
        self._path.pop()
        text = None if self._text is None else "".join(self._text)
        self._text = None
        self.leave(name.rpartition(":")[2], text)

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _refuse_doctype(*_: object) -> None:
    raise ValueError("XML with a document type, which no workbook has")


class StringsScan(PartScan):
    """Reads the shared strings."""

    def enter(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002  # one signature
        """See texts of which openpyxl keeps the letters only."""
        check_text(self, name)
        if name == "t":
            self.collect_text()

    def leave(self, name: str, text: str | None) -> None:  # noqa: ARG002  # one signature
        """See texts that look like the code of a character, of which openpyxl keeps the code."""
        if text is not None and "x005F_" in text:
            self.findings.lose("texts such as _x0041_")


def check_text(scan: PartScan, name: str) -> None:
    """See whether an element belongs to a text of which openpyxl keeps the letters only.

    Args:
        scan: what reads the part.
        name: the element.
    """
    if name == "rPh":
        scan.findings.lose("phonetic guides")
    elif name == "r" and scan.parent() in {"si", "is"}:
        scan.findings.lose("texts with several formats in one cell")


_TRANSITIONAL: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_QUOTED_NAME: Final = re.compile("'[^']*'")
_CALCULATED: Final = re.compile("[(#]")


class WorkbookScan(PartScan):
    """Reads the workbook part."""

    kept = frozenset(
        (
            "fileVersion",
            "workbookPr",
            "workbookProtection",
            "bookViews",
            "sheets",
            "definedNames",
            "calcPr",
            "extLst",
            "AlternateContent",
            "revisionPtr",
            "externalReferences",
            "pivotCaches",
        )
    )
    dropped: ClassVar[Mapping[str, str]] = {
        "fileSharing": "the recommendation to open it read-only",
        "customWorkbookViews": "custom views",
    }

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self._built_in = ""

    def enter(self, name: str, attributes: Attributes) -> None:
        """See the dialect and the names that Excel keeps for itself."""
        if name == "workbook" and _TRANSITIONAL not in attributes.values():
            self.findings.lose("the format Strict Open XML")
        elif name == "sheet":
            self.findings.sheets += 1
        elif name == "definedName":
            self._built_in = attributes.get("name", "").partition("_xlnm.")[2]
            self.collect_text()

    def leave(self, name: str, text: str | None) -> None:
        """See built-in names that openpyxl cannot keep as they are."""
        if name != "definedName" or self._built_in in {"", "_FilterDatabase"}:
            return
        if self._built_in not in {"Print_Area", "Print_Titles"}:
            self.findings.lose("ranges of an advanced filter")
        elif _CALCULATED.search(_QUOTED_NAME.sub("", text or "")):
            self.findings.lose("a print area that is calculated")
