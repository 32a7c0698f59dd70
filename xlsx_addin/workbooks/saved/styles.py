"""Cell formats: what a number means, and new formats that differ in the number format alone."""

from typing import Final

from xlsx_addin.workbooks.number_formats import NumberKind, kind_of_code
from xlsx_addin.workbooks.saved.fonts import bold_font, link_font
from xlsx_addin.workbooks.saved.refusals import unusual
from xlsx_addin.workbooks.saved.xml import (
    STRICT_MAIN,
    TRANSITIONAL_MAIN,
    Element,
    Splice,
    apply_splices,
    escape_attribute,
    grow,
    parse,
    set_attributes,
)

TEXT_FORMAT: Final = 49
"""The built-in number format ``@`` (ISO/IEC 29500-1, 18.8.30)."""

AMOUNT_FORMAT: Final = 4
"""The built-in number format ``#,##0.00``."""

COUNT_FORMAT: Final = 1
"""The built-in number format ``0``."""

DATE_CODE: Final = "yyyy-mm-dd"

_GENERAL: Final = 0
_FIRST_OWN_FORMAT: Final = 164
# Excel's published limit is 65,490 cell formats.
_MOST_FORMATS: Final = 65_490

_NUMBER_FORMAT: Final = "numFmtId"
_FONT: Final = "fontId"
_APPLY: Final = {_NUMBER_FORMAT: "applyNumberFormat", _FONT: "applyFont"}

# ISO/IEC 29500-1, 18.8.30: ids of built-in formats, with those of East Asian languages.
_BUILT_IN: Final = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)], NumberKind.DATE),
    **dict.fromkeys([18, 19, 20, 21, 32, 33, 34, 35, 45, 47], NumberKind.TIME),
    46: NumberKind.DURATION,
}


def new_styles(*, strict: bool) -> bytes:
    """Write the styles of a workbook that has none: the one format that all its cells have.

    Args:
        strict: whether the workbook is of the strict form.
    """
    namespace = STRICT_MAIN if strict else TRANSITIONAL_MAIN
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<styleSheet xmlns="%b">'
        b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
        b'<fill><patternFill patternType="gray125"/></fill></fills>'
        b'<borders count="1"><border/></borders>'
        b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        b'</cellStyleXfs><cellXfs count="1">'
        b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
    ) % namespace.encode()


class Styles:
    """The styles part: read at once, new formats kept aside until it is written.

    Args:
        data: the part, UTF-8; None if the workbook has none.
        part: its name, for messages.
    """

    def __init__(self, data: bytes | None, part: str) -> None:
        self._data = data or b""
        self._root = None if data is None else parse(data, part)
        self._formats = self._list("cellXfs", "xf")
        self._codes = {
            element.number("numFmtId"): element.attributes.get("formatCode", "")
            for element in self._list("numFmts", "numFmt")
        }
        self._kinds: dict[int, NumberKind] = {}
        self._derived: dict[tuple[int, str, int], int] = {}
        self._added: list[bytes] = []
        self._added_fonts: list[bytes] = []
        self._date_format: int | None = None
        self._bold: int | None = None
        self._link_font: int | None = None

    # --- what there is

    def kind(self, style: int) -> NumberKind:
        """Tell what the number in a cell of this format is."""
        if style not in self._kinds:
            self._kinds[style] = self._kind(style)
        return self._kinds[style]

    def locked(self, style: int) -> bool:
        """Say whether a protected sheet locks the cells of this format; by default it does."""
        protection = self._protection(style)
        return protection is None or protection.get("locked", "1") not in ("0", "false")

    def _kind(self, style: int) -> NumberKind:
        number_format = self._number_format(style)
        code = self._codes.get(number_format)
        if code is not None:
            return kind_of_code(code)
        return _BUILT_IN.get(number_format, NumberKind.NUMBER)

    def _number_format(self, style: int) -> int:
        if not 0 <= style < len(self._formats):
            return 0
        return self._formats[style].number("numFmtId")

    def _protection(self, style: int) -> dict[str, str] | None:
        if not 0 <= style < len(self._formats):
            return None
        element = self._formats[style].find("protection")
        return element.attributes if element else None

    def _list(self, group: str, name: str) -> list[Element]:
        element = self._root.find(group) if self._root else None
        return element.all(name) if element else []

    # --- what is added

    def for_identifier(self, style: int) -> int:
        """Give the format of the same look in which text stays text."""
        if self._number_format(style) == TEXT_FORMAT:
            return style
        return self._derive(style, _NUMBER_FORMAT, TEXT_FORMAT)

    def for_date(self, style: int) -> int:
        """Give the format of the same look that shows a date; one that does is kept."""
        if self.kind(style) is NumberKind.DATE:
            return style
        if self._date_format is None:
            self._date_format = self._find_or_add_date_format()
        return self._derive(style, _NUMBER_FORMAT, self._date_format)

    def for_amount(self, style: int) -> int:
        """Give the format of the same look for an amount; one for numbers is kept."""
        if self._shows_number(style) and not self._has(style, _GENERAL, "General"):
            return style
        return self._derive(style, _NUMBER_FORMAT, AMOUNT_FORMAT)

    def for_count(self, style: int) -> int:
        """Give the format of the same look that shows a number; one that does is kept."""
        if self._shows_number(style):
            return style
        return self._derive(style, _NUMBER_FORMAT, COUNT_FORMAT)

    def for_link(self, style: int) -> int:
        """Give the format of a link; one with a font of its own is kept."""
        fonts = self._list("fonts", "font")
        if not fonts or not self._formats or self._base(style).number("fontId"):
            return style
        if self._link_font is None:
            self._link_font = self._add_font(link_font(self._data, fonts[0]))
        return self._derive(style, _FONT, self._link_font)

    def _shows_number(self, style: int) -> bool:
        is_text = self._has(style, TEXT_FORMAT, "@")
        return not is_text and self.kind(style) is NumberKind.NUMBER

    def _has(self, style: int, built_in: int, code: str) -> bool:
        """Say whether a format has a number format, built in or spelled out once more."""
        number_format = self._number_format(style)
        return self._codes.get(number_format, code if number_format == built_in else "") == code

    def bold(self) -> int:
        """Give a format with the workbook's first font in bold."""
        if self._bold is None:
            self._bold = self._add(self._bold_format())
        return self._bold

    def _derive(self, style: int, what: str, number: int) -> int:
        """Give the format that differs from another one in a single id."""
        key = style, what, number
        if key not in self._derived:
            self._derived[key] = self._add(self._with(self._base(style), what, number))
        return self._derived[key]

    def _base(self, style: int) -> Element:
        # An index beyond the formats, and so that of a workbook without any, means the first.
        if not self._formats:
            raise unusual("it has no cell formats")
        return self._formats[style if 0 <= style < len(self._formats) else 0]

    def _with(self, base: Element, what: str, number: int) -> bytes:
        values = {what: str(number), _APPLY[what]: "1"}
        tag = set_attributes(self._data[base.start : base.inside], values)
        return tag + self._data[base.inside : base.end]

    def _add_font(self, font: bytes) -> int:
        self._added_fonts.append(font)
        return len(self._list("fonts", "font")) + len(self._added_fonts) - 1

    def _add(self, element: bytes) -> int:
        index = len(self._formats) + len(self._added)
        if index >= _MOST_FORMATS:
            raise unusual("it has as many cell formats as Excel allows")
        self._added.append(element)
        return index

    def _find_or_add_date_format(self) -> int:
        for number, code in self._codes.items():
            if code == DATE_CODE:
                return number
        return max([_FIRST_OWN_FORMAT - 1, *self._codes]) + 1

    def _bold_format(self) -> bytes:
        base = self._base(0)
        fonts = self._list("fonts", "font")
        if not fonts:
            return self._data[base.start : base.end]
        return self._with(base, _FONT, self._add_font(bold_font(self._data, fonts[0])))

    # --- writing

    def changed(self) -> bytes | None:
        """Give the part with the new formats, None if there are none."""
        if not self._added or self._root is None:
            return None
        splices: list[Splice] = []
        if self._date_format is not None and self._date_format not in self._codes:
            splices += self._date_format_splices(self._root, self._date_format)
        splices += self._grown("fonts", self._list("fonts", "font"), self._added_fonts)
        splices += self._grown("cellXfs", self._formats, self._added)
        return apply_splices(self._data, splices)

    def _grown(self, group: str, old: list[Element], new: list[bytes]) -> list[Splice]:
        element = self._root.find(group) if self._root else None
        if element is None or not new:
            return []
        count = {"count": str(len(old) + len(new))}
        return grow(self._data, element, b"".join(new), count)

    def _date_format_splices(self, root: Element, number: int) -> list[Splice]:
        new = b'<%b numFmtId="%d" formatCode="%b"/>' % (
            root.tag("numFmt"),
            number,
            escape_attribute(DATE_CODE),
        )
        group = root.find("numFmts")
        if group is not None:
            return grow(self._data, group, new, {"count": str(len(group.all("numFmt")) + 1)})
        tag = root.tag("numFmts")
        # The schema (18.8.39) wants the number formats first.
        return [Splice(root.inside, root.inside, b'<%b count="1">%b</%b>' % (tag, new, tag))]
