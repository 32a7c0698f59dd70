"""Putting a package together: unchanged members as they are, changed ones in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Final

from xlsx_addin.workbooks.saved.deflate import Deflated
from xlsx_addin.workbooks.saved.directory import CENTRAL, END, LOCAL, Member
from xlsx_addin.workbooks.saved.package import Package, part_key
from xlsx_addin.workbooks.saved.refusals import unusual

# Excel dates the members that it writes 1 January 1980, 0:00.
_TIME: Final = 0
_DATE: Final = 0x21
_VERSION: Final = 20
_UTF8_NAME: Final = 0x0800
_DEFLATED: Final = 8
_LARGEST: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in the new package.

    Args:
        contents: new content by part name; a name that is not there yet is added at the end.
        dropped: part names that go away.
    """

    contents: Mapping[str, Deflated]
    dropped: frozenset[str] = frozenset()


def assemble(package: Package, changes: Changes, out: IO[bytes]) -> None:
    """Write a package with changes.

    Args:
        package: the package as it is.
        changes: what becomes different.
        out: a seekable file, open for writing, at its start.

    Raises:
        WorkbookError: the result would be too large for a plain zip.
    """
    contents = {part_key(name): content for name, content in changes.contents.items()}
    dropped = {part_key(name) for name in changes.dropped}
    records: list[bytes] = []
    for member in package.members:
        key = part_key(member.name)
        if key in dropped:
            continue
        content = contents.pop(key, None)
        if content is None:
            records.append(_copy(package, member, out))
        else:
            records.append(_replace(member, content, out))
    added = [name for name in changes.contents if part_key(name) in contents]
    records += [_add(name, changes.contents[name], out) for name in added]
    _finish(records, package.comment, out)


def _copy(package: Package, member: Member, out: IO[bytes]) -> bytes:
    offset = out.tell()
    for block in package.raw(member):
        out.write(block)
    fields = list(CENTRAL.unpack(member.record))
    extra = member.extra
    if fields[16] == _LARGEST:
        extra = _move_zip64_offset(member, offset)
    else:
        fields[16] = _checked(offset)
    return CENTRAL.pack(*fields) + member.raw_name + extra + member.comment


def _move_zip64_offset(member: Member, offset: int) -> bytes:
    """Set the offset in the zip64 field, where it stands as the only one of its value."""
    old = member.offset.to_bytes(8, "little")
    at = member.extra.rfind(old)
    return member.extra[:at] + offset.to_bytes(8, "little") + member.extra[at + 8 :]


def _replace(member: Member, content: Deflated, out: IO[bytes]) -> bytes:
    offset = out.tell()
    fields = list(CENTRAL.unpack(member.record))
    flags = fields[3] & _UTF8_NAME
    time, date = fields[5], fields[6]
    _write_local(out, member.raw_name, content, (flags, time, date))
    fields[2:5] = _VERSION, flags, _DEFLATED
    fields[7:12] = content.crc, content.compressed, content.size, len(member.raw_name), 0
    fields[16] = _checked(offset)
    return CENTRAL.pack(*fields) + member.raw_name + member.comment


def _add(name: str, content: Deflated, out: IO[bytes]) -> bytes:
    offset = out.tell()
    raw_name = name.encode()
    _write_local(out, raw_name, content, (0, _TIME, _DATE))
    sizes = (content.crc, content.compressed, content.size)
    return (
        CENTRAL.pack(
            *(b"PK\1\2", _VERSION, _VERSION, 0, _DEFLATED, _TIME, _DATE, *sizes),
            *(len(raw_name), 0, 0, 0, 0, 0, _checked(offset)),
        )
        + raw_name
    )


def _write_local(
    out: IO[bytes], raw_name: bytes, content: Deflated, flags_time_date: tuple[int, int, int]
) -> None:
    flags, time, date = flags_time_date
    _checked(content.compressed)
    sizes = (content.crc, content.compressed, _checked(content.size))
    out.write(
        LOCAL.pack(b"PK\3\4", _VERSION, flags, _DEFLATED, time, date, *sizes, len(raw_name), 0)
    )
    out.write(raw_name)
    content.copy_to(out)


def _finish(records: list[bytes], comment: bytes, out: IO[bytes]) -> None:
    start = _checked(out.tell())
    if len(records) >= 0xFFFF:
        raise unusual("it has too many parts")
    for record in records:
        out.write(record)
    size = out.tell() - start
    count = len(records)
    out.write(END.pack(b"PK\5\6", 0, 0, count, count, size, start, len(comment)) + comment)


def _checked(number: int) -> int:
    """Pass an offset or size that a plain zip can hold; Excel dislikes needless zip64."""
    if number >= _LARGEST:
        raise unusual("it would grow beyond 4 GiB")
    return number
