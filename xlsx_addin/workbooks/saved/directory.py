"""The directory of a zip: what lies where in the file.

It is parsed here rather than by `zipfile`, which can neither copy a member raw nor keep names
that are not as it expects them. Source of the layout: PKWARE's APPNOTE 6.3, sections 4.3.7
(local header), 4.3.12 (central header), 4.3.14 to 4.3.16 (ends of directory).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Final

from xlsx_addin.workbooks.saved.refusals import damaged, unusual

LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
_ZIP64_LOCATOR: Final = struct.Struct("<4sLQL")
_ZIP64_END: Final = struct.Struct("<4sQ2H2L4Q")

_LARGEST_DIRECTORY: Final = 64 << 20
_UTF8_NAME: Final = 0x0800


@dataclass(frozen=True, slots=True)
class Member:
    """A file within the zip.

    Args:
        name: as stored, with its spelling.
        record: the fixed fields of its central header.
        raw_name: the bytes of its name.
        extra: its extra fields in the central directory.
        comment: its comment.
        offset: where its local header starts.
        end: where the next member, or the central directory, starts.
        flags: general purpose bits.
        method: 0 stored, 8 deflated.
        crc: checksum of its content.
        compressed: bytes in the file.
        size: bytes of its content.
    """

    name: str
    record: bytes
    raw_name: bytes
    extra: bytes
    comment: bytes
    offset: int
    end: int
    flags: int
    method: int
    crc: int
    compressed: int
    size: int


def read_directory(file: BinaryIO) -> tuple[tuple[Member, ...], bytes]:
    """Read the members of a zip, in the order of its directory, and its comment.

    Raises:
        WorkbookError: it is no zip, damaged, or made to mislead.
    """
    count, size, start, comment = _read_end(file)
    if size > _LARGEST_DIRECTORY:
        raise damaged("its list of parts is too large")
    file.seek(start)
    directory = file.read(size)
    entries = list(_entries(directory, count))
    starts = sorted({offset for *_, offset in entries} | {start})
    if len(starts) != count + 1 or starts[-1] != start:
        raise damaged("its parts overlap")
    ends = dict(pairwise(starts))
    return tuple(_member(file, entry, ends[entry[-1]]) for entry in entries), comment


def _read_end(file: BinaryIO) -> tuple[int, int, int, bytes]:
    """Find the end record; return the number of members, size and start of the directory."""
    length = file.seek(0, 2)
    tail_start = max(0, length - END.size - 0xFFFF)
    file.seek(tail_start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + END.size > len(tail):
        raise damaged("the end of the file is missing, or it is no workbook at all")
    _, disk, _, _, count, size, start, comment_length = END.unpack_from(tail, at)
    comment = tail[at + END.size : at + END.size + comment_length]
    if disk not in (0, 0xFFFF):
        raise unusual("it is one of several zip volumes")
    if 0xFFFF in (disk, count) or 0xFFFF_FFFF in (size, start):
        count, size, start = _read_zip64_end(file, tail_start + at)
    if start + size > tail_start + at:
        raise damaged("its list of parts is cut")
    return count, size, start, comment


def _read_zip64_end(file: BinaryIO, end: int) -> tuple[int, int, int]:
    file.seek(max(0, end - _ZIP64_LOCATOR.size))
    locator = file.read(_ZIP64_LOCATOR.size)
    if not locator.startswith(b"PK\6\7"):
        raise damaged("its zip64 list of parts is missing")
    at = _ZIP64_LOCATOR.unpack(locator)[2]
    if at > end:
        raise damaged("its zip64 list of parts is missing")
    file.seek(at)
    record = file.read(_ZIP64_END.size)
    if len(record) < _ZIP64_END.size or not record.startswith(b"PK\6\6"):
        raise damaged("its zip64 list of parts is missing")
    *_, count, size, start = _ZIP64_END.unpack(record)
    return count, size, start


_Entry = tuple[bytes, bytes, bytes, bytes, int, int, int]
"""Fixed fields, name, extra, comment, compressed size, size, offset."""


def _entries(directory: bytes, count: int) -> Iterator[_Entry]:
    at = 0
    for _ in range(count):
        record = directory[at : at + CENTRAL.size]
        if len(record) < CENTRAL.size or not record.startswith(b"PK\1\2"):
            raise damaged("its list of parts is cut")
        fields = CENTRAL.unpack(record)
        lengths = fields[10:13]
        at += CENTRAL.size
        texts = []
        for length in lengths:
            texts.append(directory[at : at + length])
            at += length
        if at > len(directory):
            raise damaged("its list of parts is cut")
        name, extra, comment = texts
        size, compressed, offset = _zip64_values(extra, fields[9], fields[8], fields[16])
        yield record, name, extra, comment, compressed, size, offset


def _zip64_values(extra: bytes, size: int, compressed: int, offset: int) -> tuple[int, int, int]:
    """Take sizes and offset from the zip64 field where the header has only its sign for it."""
    values = [size, compressed, offset]
    if 0xFFFF_FFFF not in values:
        return size, compressed, offset
    field = _extra_field(extra, 0x0001)
    for place, value in enumerate(values):
        if value == 0xFFFF_FFFF:
            if len(field) < 8:
                raise damaged("its zip64 sizes are missing")
            values[place] = struct.unpack_from("<Q", field)[0]
            field = field[8:]
    return values[0], values[1], values[2]


def _extra_field(extra: bytes, wanted: int) -> bytes:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == wanted:
            return extra[4 : 4 + length]
        extra = extra[4 + length :]
    return b""


def _member(file: BinaryIO, entry: _Entry, end: int) -> Member:
    record, raw_name, extra, comment, compressed, size, offset = entry
    fields = CENTRAL.unpack(record)
    flags, method, crc = fields[3], fields[4], fields[7]
    codec = "utf-8" if flags & _UTF8_NAME else "cp437"
    name = raw_name.decode(codec, "replace")
    if data_start(file, offset, name) + compressed > end:
        raise damaged(f"its part {name} is cut")
    return Member(
        name,
        record,
        raw_name,
        extra,
        comment,
        offset,
        end,
        flags,
        method,
        crc,
        compressed,
        size,
    )


def data_start(file: BinaryIO, offset: int, name: str) -> int:
    """Tell where the content of a member starts.

    Args:
        file: the zip.
        offset: where the member's local header starts.
        name: its name, for messages.

    Raises:
        WorkbookError: there is no header.
    """
    file.seek(offset)
    header = file.read(LOCAL.size)
    if len(header) < LOCAL.size or not header.startswith(b"PK\3\4"):
        raise damaged(f"its part {name} is not where it should be")
    *_, name_length, extra_length = LOCAL.unpack(header)
    return int(offset + LOCAL.size + name_length + extra_length)
