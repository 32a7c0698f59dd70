"""Strings as files hold them: characters that XML cannot hold are written ``_x000D_``.

See ISO/IEC 29500-1, 22.4.2.4. openpyxl leaves these marks in the texts of cells, and drops a
part of those in shared strings, so that it is not known any more what they stood for.
"""

import re
from pathlib import Path

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook as Parts
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_MARK = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_MARKED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def decoded(text: str) -> str:
    """Put the characters in place that marks stand for."""
    return _MARK.sub(lambda mark: chr(int(mark[1], 16)), text)


def encoded(text: str) -> str:
    """Put marks in place of what the file cannot hold, and of what would be taken for a mark."""
    marked = _LOOKS_MARKED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", marked)


class Reader(ExcelReader):
    """Reads files as openpyxl does, but leaves shared strings as they are in the file."""

    def read_strings(self) -> None:
        """Read the shared strings, marks and all."""
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            self.shared_strings = [
                Text.from_tree(node).content
                for _, node in iterparse(source)
                if node.tag == f"{{{SHEET_MAIN_NS}}}si"
            ]


def read_file(path: Path, *, keep_vba: bool = False, data_only: bool = False) -> Parts:
    """Read a file; texts of cells are still to be decoded."""
    reader = Reader(path, keep_vba=keep_vba, data_only=data_only)
    reader.read()
    return reader.wb
