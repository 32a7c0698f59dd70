"""Compressing new content, on several cores at once.

A deflate stream may be made of pieces: each piece is compressed for itself, with the last
32 KiB before it as its dictionary, and ends on a byte boundary (RFC 1951, 3.2.4; zlib's
Z_SYNC_FLUSH). Any inflater reads the pieces as one stream. zlib lets other threads run
meanwhile, so that compressing costs little beside the work that makes the content.
"""

import os
import shutil
import tempfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Final

from xlsx_addin.core.closing import Closing
from xlsx_addin.workbooks.saved.inflate import crc32

try:
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]  # it is optional

Compress = Callable[[bytes, bytes], bytes]
"""Compresses a piece, given what stands before it, up to a byte boundary."""

# Level 6, the usual one, takes twice the time of 5 for two parts in a hundred less.
_ZLIB_LEVEL: Final = 5
# Intel's library takes a tenth of that, for a fifth more.
_ISAL_LEVEL: Final = 2
_WINDOW: Final = 32 << 10
# What makes the content keeps no more of them busy.
_MOST_WORKERS: Final = 4
_PIECE: Final = 512 << 10
_LAST_BLOCK: Final = b"\x03\x00"
_IN_MEMORY: Final = 1 << 20


class Deflated(Closing):
    """Compressed content, waiting to be put into a zip.

    Args:
        blocks: the content, in pieces of any size.
        compress: compresses a piece; None for the fastest way there is.
    """

    def __init__(self, blocks: Iterable[bytes], compress: Compress | None = None) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by close()
        self.crc = 0
        self.size = 0
        try:
            for piece in _compress(self._measured(blocks), compress or fastest()):
                self._file.write(piece)
            self.compressed = self._file.tell()
        except BaseException:
            self.close()
            raise

    def copy_to(self, out: IO[bytes]) -> None:
        """Write the compressed bytes."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, out, 1 << 20)

    def close(self) -> None:
        """Drop the compressed bytes."""
        self._file.close()

    def _measured(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.crc = crc32(block, self.crc)
            self.size += len(block)
            yield block


def fastest() -> Compress:
    """Choose the fastest way to compress: isal if it is installed, else zlib."""
    return compress_with_zlib if isal_zlib is None else compress_with_isal


def compress_with_zlib(piece: bytes, before: bytes) -> bytes:
    """Compress a piece with the standard library."""
    packer = zlib.compressobj(_ZLIB_LEVEL, wbits=-zlib.MAX_WBITS, zdict=before)
    return packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)


def compress_with_isal(piece: bytes, before: bytes) -> bytes:
    """Compress a piece with the library of the package isal."""
    packer = isal_zlib.compressobj(_ISAL_LEVEL, wbits=-zlib.MAX_WBITS, zdict=before)
    return packer.compress(piece) + packer.flush(isal_zlib.Z_SYNC_FLUSH)


def _compress(blocks: Iterable[bytes], compress: Compress) -> Iterator[bytes]:
    """Compress pieces on several cores, a few at a time, and yield them in order."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    waiting: deque[Future[bytes]] = deque()
    before = b""
    with ThreadPoolExecutor(workers) as pool:
        for piece in _pieces(blocks):
            waiting.append(pool.submit(compress, piece, before))
            before = piece[-_WINDOW:]
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()
    yield _LAST_BLOCK


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Gather small blocks so that each piece is worth a task of its own."""
    gathered: list[bytes] = []
    size = 0
    for block in blocks:
        gathered.append(block)
        size += len(block)
        if size >= _PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)
