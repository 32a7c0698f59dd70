"""The zip package of a workbook: read safely, its members as they are for copying."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from xlsx_addin.errors import LocalError
from xlsx_addin.workbooks.access import FileStamp, check_unchanged
from xlsx_addin.workbooks.saved.directory import Member, data_start, read_directory
from xlsx_addin.workbooks.saved.inflate import Unreadable, crc32, inflate
from xlsx_addin.workbooks.saved.refusals import damaged, unusual

BLOCK: Final = 1 << 18
"""Bytes read, inflated or copied at a time."""

LARGEST_PART: Final = 256 << 20
"""Bytes of a part that is read as a whole; a sheet is streamed and may be larger."""

LARGEST_STREAM: Final = 0xFFFF_FFFF
"""Bytes of a part that is streamed: what a zip without zip64 can hold."""

_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x0001


def part_key(name: str) -> str:
    """Spell a part name so that equal parts have equal keys.

    Part names are compared without regard to case (ECMA-376 part 2, 9.1.1.3); back-slashes
    come from faulty zip libraries and are met in real workbooks.
    """
    return name.replace("\\", "/").lstrip("/").lower()


class Package:
    """The members of a workbook file, as they were when it was opened.

    The file is not kept open: Windows could not replace it then. Instead every access checks
    that it is still the same file.

    Args:
        path: the file.

    Raises:
        WorkbookError: it is no zip, damaged, encrypted or made to mislead.
        WorkbookBusy: (any access) it was changed in the meantime.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamp = FileStamp.of(path)
        with self._open() as file:
            self.members, self.comment = read_directory(file)
        self._by_key = _index(self.members)

    def find(self, name: str) -> Member | None:
        """Find a member by its part name, in any case."""
        return self._by_key.get(part_key(name))

    def read(self, name: str, *, limit: int = LARGEST_PART) -> bytes:
        """Read a part as a whole.

        Args:
            name: its part name.
            limit: the most bytes it may have.

        Raises:
            WorkbookError: it is missing, damaged or too large.
        """
        member = self.find(name)
        if member is None:
            raise damaged(f"its part {name} is missing")
        return b"".join(self.stream(member, limit=limit))

    def stream(self, member: Member, *, limit: int = LARGEST_STREAM) -> Iterator[bytes]:
        """Read the content of a member block by block.

        Args:
            member: the member.
            limit: the most bytes it may have.

        Yields:
            Blocks of at most about `BLOCK` bytes.

        Raises:
            WorkbookError: it is damaged or too large.
        """
        if member.size > limit:
            raise unusual(f"its part {member.name} has {member.size:,} bytes")
        with self._open() as file:
            yield from _checked(member, _inflate(file, member))

    def raw(self, member: Member) -> Iterator[bytes]:
        """Read a member as it lies in the file, header and all, up to the next one."""
        with self._open() as file:
            file.seek(member.offset)
            yield from _exactly(file, member.end - member.offset, member.name)

    def whole(self) -> Iterator[bytes]:
        """Read the file as it is."""
        with self._open() as file:
            while block := file.read(BLOCK):
                yield block

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        check_unchanged(self.path, self.stamp)
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise LocalError(
                f"{self.path.name} cannot be read: {error.strerror or error}.",
                next_step="Check that its drive is connected and refresh again.",
                code="not-readable",
            ) from error


def _index(members: tuple[Member, ...]) -> dict[str, Member]:
    by_key: dict[str, Member] = {}
    for member in members:
        if by_key.setdefault(part_key(member.name), member) is not member:
            raise unusual(f"it holds two parts named {member.name}")
        if member.flags & _ENCRYPTED:
            raise unusual(f"its part {member.name} is encrypted")
        if member.method not in (_STORED, _DEFLATED):
            raise unusual(f"its part {member.name} is compressed in an unknown way")
    return by_key


def _inflate(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(data_start(file, member.offset, member.name))
    blocks = _exactly(file, member.compressed, member.name)
    if member.method == _STORED:
        yield from blocks
        return
    try:
        yield from inflate(blocks, BLOCK)
    except Unreadable as error:
        raise damaged(f"its part {member.name} cannot be decompressed") from error


def _checked(member: Member, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the blocks on and check that they are what the directory promises."""
    size = crc = 0
    for block in blocks:
        size += len(block)
        if size > member.size:
            raise damaged(f"its part {member.name} is larger than it says")
        crc = crc32(block, crc)
        yield block
    if size != member.size or crc != member.crc:
        raise damaged(f"its part {member.name} fails its checksum")


def _exactly(file: BinaryIO, length: int, name: str) -> Iterator[bytes]:
    while length:
        block = file.read(min(length, BLOCK))
        if not block:
            raise damaged(f"its part {name} is cut")
        length -= len(block)
        yield block
