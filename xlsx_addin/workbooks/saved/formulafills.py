"""The formulas of a row, written into the rows that are to be like it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from xlsx_addin.core.cells import cell_name, column_letters
from xlsx_addin.workbooks.contract import NewRows
from xlsx_addin.workbooks.harm import not_writable
from xlsx_addin.workbooks.saved.cellwriter import style_attribute
from xlsx_addin.workbooks.saved.filldown import FilledFormula
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.formulas import shared_text
from xlsx_addin.workbooks.saved.rows import Part, RawCell, attributes_of
from xlsx_addin.workbooks.saved.xml import unescape

Fill = Callable[[bytes, int], bytes]
"""Writes a cell, given the number of its row, as written and as such."""


class _Formula(NamedTuple):
    """A formula as a cell holds it.

    Args:
        text: without its equals sign.
        kept: attributes of its element that cells like it have, too.
        is_array: whether it is an array formula, of this cell alone.
        metadata: the attribute of the cell that says how an array spills.
    """

    text: str
    kept: bytes = b""
    is_array: bool = False
    metadata: bytes = b""


class FormulaFills:
    """Makes what writes formulas into new rows.

    Args:
        new: the rows.
        sheet: the name of their sheet.
        survey: what the first pass found.
        calculated: by column, the formula of a table that fills the column.
    """

    def __init__(
        self, new: NewRows, sheet: str, survey: SheetSurvey, calculated: Mapping[int, str]
    ) -> None:
        self._first = new.first
        self._like = new.like or 0
        self._sheet = sheet
        self._survey = survey
        self._calculated = calculated

    def fill(self, data: bytes, cell: RawCell | None, column: int, style: int) -> Fill | None:
        """Make what writes the formula of a cell into other rows of its column.

        Args:
            data: the bytes that the cell lies in.
            cell: the cell, None if it is not there.
            column: the number of the column.
            style: the format of the new cells.

        Returns:
            What writes it; None if there is no formula that can be filled down.

        Raises:
            SheetError: the formula cannot be taken apart.
        """
        part = cell.part(b"f") if cell else None
        if cell is not None and part is not None:
            formula = self._read(data, cell, part)
            return None if formula is None else self._fill(formula, column, style)
        text = self._calculated.get(column)
        # References that move are meant for a row that the table does not name.
        if text is None or not self._moving(text, column).is_fixed:
            return None
        return self._fill(_Formula(text), column, style)

    def _read(self, data: bytes, cell: RawCell, part: Part) -> _Formula | None:
        attributes = attributes_of(data[part.start : part.inside])
        kind = attributes.pop(b"t", b"normal")
        area = attributes.pop(b"ref", b"")
        index = attributes.pop(b"si", b"")
        text: str | None = unescape(data[part.inside : part.outside])
        if kind == b"shared" and not text:
            text = shared_text(self._survey.masters, index, self._like, cell.column)
        is_array = kind == b"array"
        alone = area.replace(b"$", b"") == cell_name(self._like, cell.column).encode()
        if not text or kind == b"dataTable" or (is_array and not alone):
            return None
        kept = b"".join(b' %b="%b"' % one for one in attributes.items() if b":" not in one[0])
        metadata = cell.attributes.get(b"cm") if is_array else None
        return _Formula(text, kept, is_array, b' cm="%b"' % metadata if metadata else b"")

    def _fill(self, formula: _Formula, column: int, style: int) -> Fill:
        p = self._survey.prefix
        letters = column_letters(column).encode()
        moving = self._moving(formula.text, column)
        start = b'<%bc r="%b' % (p, letters)
        opening = b"%b%b><%bf%b" % (style_attribute(style), formula.metadata, p, formula.kept)
        closing = b"</%bf></%bc>" % (p, p)

        def fill(name: bytes, number: int) -> bytes:
            array = b' t="array" ref="%b%b"' % (letters, name) if formula.is_array else b""
            return b"%b%b%b%b>%b%b" % (start, name, opening, array, moving.at(number), closing)

        return fill

    def _moving(self, text: str, column: int) -> FilledFormula:
        try:
            return FilledFormula(text, self._like)
        except ValueError as error:
            raise not_writable(
                cell_name(self._first, column),
                self._sheet,
                f"the formula of cell {cell_name(self._like, column)} cannot be filled down",
                "Write that formula in another way in Excel, then run this again.",
            ) from error
