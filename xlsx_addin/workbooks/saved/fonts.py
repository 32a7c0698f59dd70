"""Fonts like another one, but for a detail."""

from typing import Final

from xlsx_addin.workbooks.saved.xml import Element

# The order of the elements of a font (ISO/IEC 29500-1, 18.8.22, as Excel writes it).
_BEFORE_UNDERLINE: Final = frozenset(
    {"b", "i", "strike", "condense", "extend", "outline", "shadow"}
)
_BEFORE_COLOR: Final = _BEFORE_UNDERLINE | {"u", "vertAlign", "sz"}
_LINK_COLOR: Final = "FF0563C1"
"""The colour of links in Excel's usual theme."""


def bold_font(data: bytes, font: Element) -> bytes:
    """Write a font in bold.

    Args:
        data: the part that it is in.
        font: the font.
    """
    if font.find("b") is not None:
        return data[font.start : font.end]
    return _wrapped(data, font, [_empty(font, "b"), *_children(data, font)])


def link_font(data: bytes, font: Element) -> bytes:
    """Write a font as links have it: blue and underlined.

    Args:
        data: the part that it is in.
        font: the font.
    """
    kept = [child for child in font.children if child.name not in ("u", "color")]
    before = [child for child in kept if child.name in _BEFORE_UNDERLINE]
    middle = [child for child in kept if child.name in _BEFORE_COLOR - _BEFORE_UNDERLINE]
    after = [child for child in kept if child.name not in _BEFORE_COLOR]
    color = b'<%b rgb="%b"/>' % (font.tag("color"), _LINK_COLOR.encode())
    written = [
        *(data[child.start : child.end] for child in before),
        _empty(font, "u"),
        *(data[child.start : child.end] for child in middle),
        color,
        *(data[child.start : child.end] for child in after),
    ]
    return _wrapped(data, font, written)


def _children(data: bytes, font: Element) -> list[bytes]:
    return [data[font.inside : font.outside]]


def _empty(font: Element, name: str) -> bytes:
    return b"<" + font.tag(name) + b"/>"


def _wrapped(data: bytes, font: Element, content: list[bytes]) -> bytes:
    tag = data[font.start : font.inside]
    if font.end == font.inside:
        tag = tag[:-2].rstrip() + b">"
    return tag + b"".join(content) + b"</" + font.tag("font") + b">"
