"""A sheet as a stream of three regions: before its rows, its rows, after them."""

from collections.abc import Iterator
from typing import NamedTuple

from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.rows import whole_rows


class Chunk(NamedTuple):
    """Some whole rows.

    Args:
        data: their bytes.
        plain: whether they are all in the form that Excel writes.
    """

    data: bytes
    plain: bool


class Regions:
    """The regions of a sheet, to be read once, in order.

    Args:
        blocks: the part, UTF-8.
        survey: what the first pass found.
    """

    def __init__(self, blocks: Iterator[bytes], survey: SheetSurvey) -> None:
        self._blocks = blocks
        self._survey = survey
        self._rest = b""

    def head(self) -> bytes:
        """Give everything up to the rows, the tag before them included."""
        return b"".join(self._take(self._survey.data_start))

    def rows(self) -> Iterator[Chunk]:
        """Give the rows."""
        at = self._survey.data_start
        for data in whole_rows(self._take(self._survey.data_end - at), self._survey.prefix):
            yield Chunk(data, self._survey.is_plain(at, at + len(data)))
            at += len(data)

    def tail(self) -> Iterator[bytes]:
        """Give everything from the end of the rows on."""
        yield self._rest
        yield from self._blocks

    def _take(self, size: int) -> Iterator[bytes]:
        while size:
            block = self._rest or next(self._blocks, b"")
            if not block:
                # The blocks are those of the first pass, whose checksum was right.
                return
            yield block[:size]
            self._rest = block[size:]
            size -= min(size, len(block))
