"""Workbooks broken at random: bytes, the list of parts, the parts, and their XML."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
NUMBERS = (0, 1, 2, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF)
HOSTILE = (
    *(b"", b"0", b"-1", b"1", b"A0", b"A1", b"XFD1048576", b"XFE1048577", b"ZZZZ9", b"A1:A0"),
    *(b"1048577", b"99999999999", b"1e400", b"NaN", b"INF", b"-", b".", b" 5 ", b"true", b"s"),
    *(b"inlineStr", b"str", b"e", b"d", b"A1:XFD1048576", b"#REF!", b"rId99", b"../../x.xml"),
    *("\u0664".encode(), b"\xff\xfe", b"\x00", b"&amp;", b"&#x10FFFF;", b"&#0;", b"&nope;"),
    *(b"9" * 5_000, b"A" + b"9" * 5_000, b"&#" + b"9" * 5_000 + b";"),
    *(b"http://x", b"x" * 5_000, b"<", b">", b"'", b'"', b"]]>", b"_x0041_", b"45000.5"),
)
_TAG = re.compile(rb"<[^<>]*>")
_VALUE = re.compile(rb'="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")

Spoil = Callable[[bytes, Random], bytes]


def flipped(content: bytes, dice: Random) -> bytes:
    """Change some bytes anywhere."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 3, 20))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(content: bytes, dice: Random) -> bytes:
    """End too early."""
    return content[: dice.randrange(len(content))]


def torn(content: bytes, dice: Random) -> bytes:
    """Lose a piece in the middle, double it, or put one in another's place."""
    first, last = sorted(dice.sample(range(len(content) + 1), 2))
    piece = content[first:last]
    at = dice.randrange(len(content))
    return dice.choice(
        (
            content[:first] + content[last:],
            content[:last] + piece + content[last:],
            content[:at] + piece[:2_000] + content[at + len(piece[:2_000]) :],
        )
    )


def misled(content: bytes, dice: Random) -> bytes:
    """Lie in a field of a header: sizes, checksums, offsets, names' lengths, methods, flags."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 2))):
        sign, length = dice.choice(((LOCAL, 30), (CENTRAL, 46), (CENTRAL, 46), (END, 22)))
        at = dice.choice([one.start() for one in re.finditer(re.escape(sign), content)])
        width = dice.choice((2, 4))
        place = at + dice.randrange(4, length - width)
        number = dice.choice((*NUMBERS, dice.randrange(1 << 8 * width))) % (1 << 8 * width)
        changed[place : place + width] = struct.pack("<H" if width == 2 else "<L", number)
    return bytes(changed)


def repacked(content: bytes, dice: Random) -> bytes:
    """Swap, lose, double, empty or rename parts; the zip itself is right."""
    parts = _unpacked(content)
    names = list(parts)
    one, other = dice.choice(names), dice.choice(names)
    what = dice.randrange(6)
    if what == 0:
        parts[one], parts[other] = parts[other], parts[one]
    elif what == 1:
        del parts[one]
    elif what == 2:
        parts[one] = b""
    elif what == 3:
        parts[one.upper() + dice.choice(("", "x", "/"))] = parts.pop(one)
    elif what == 4:
        parts[one] = parts[one][: dice.randrange(len(parts[one]) + 1)]
    else:
        parts[one] = parts[one].decode("latin-1").encode("utf-16")
    return _packed(parts, dice)


def rewritten(content: bytes, dice: Random) -> bytes:
    """Edit the XML of a part."""
    parts = _unpacked(content)
    names = [name for name in parts if name.endswith((".xml", ".rels")) and parts[name]]
    for _ in range(dice.choice((1, 1, 2, 5))):
        name = dice.choice(names)
        parts[name] = dice.choice(_EDITS)(parts[name], dice)
    return _packed(parts, dice)


def quietly_flipped(content: bytes, dice: Random) -> bytes:
    """Change bytes where nothing but the checksum tells."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name, part in _unpacked(content).items():
            package.writestr(name, part)
    return flipped(file.getvalue(), dice)


WAYS: tuple[Spoil, ...] = (
    *(flipped, quietly_flipped, cut, torn, misled, repacked),
    *(rewritten, rewritten, rewritten),
)


def _tag_lost(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _TAG, lambda _: b"")


def _tag_doubled(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _TAG, lambda old: old + old)


def _tag_renamed(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _TAG, lambda old: re.sub(rb"^<\w+", b"<x", old))


def _value_changed(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _VALUE, lambda _: b'="' + dice.choice(HOSTILE) + b'"')


def _attribute_doubled(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _VALUE, lambda old: old + b" r" + old)


def _attribute_lost(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, re.compile(rb' [\w:]+="[^"]*"'), lambda _: b"")


def _text_changed(part: bytes, dice: Random) -> bytes:
    return _spliced(part, dice, _TEXT, lambda _: b">" + dice.choice(HOSTILE) + b"<")


def _bytes_changed(part: bytes, dice: Random) -> bytes:
    return flipped(part, dice)


def _element_moved(part: bytes, dice: Random) -> bytes:
    elements = list(re.finditer(rb"<(\w+)[^<>]*(?:/>|>[^<>]*</\1>)", part))
    if not elements:
        return part
    one = dice.choice(elements)
    rest = part[: one.start()] + part[one.end() :]
    tags = list(_TAG.finditer(rest))
    at = dice.choice(tags).end() if tags else 0
    return rest[:at] + one[0] + rest[at:]


def _comment_added(part: bytes, dice: Random) -> bytes:
    odd = (
        b"<!-- > -->",
        b"<![CDATA[<c/>]]>",
        b"<?x?>",
        b"<!DOCTYPE x>",
        b"<x:y/>",
        b"\xef\xbb\xbf",
    )
    return _spliced(part, dice, _TAG, lambda old: old + dice.choice(odd))


_EDITS: tuple[Spoil, ...] = (
    _tag_lost,
    _tag_doubled,
    _tag_renamed,
    _value_changed,
    _value_changed,
    _value_changed,
    _attribute_doubled,
    _attribute_lost,
    _text_changed,
    _bytes_changed,
    _element_moved,
    _element_moved,
    _comment_added,
)


def _spliced(
    part: bytes, dice: Random, pattern: re.Pattern[bytes], new: Callable[[bytes], bytes]
) -> bytes:
    places = list(pattern.finditer(part))
    if not places:
        return part
    one = dice.choice(places)
    return part[: one.start()] + new(one[0]) + part[one.end() :]


def _unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: dict[str, bytes], dice: Random) -> bytes:
    way = dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()
