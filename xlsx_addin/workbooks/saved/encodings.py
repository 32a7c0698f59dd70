"""Encodings of parts: UTF-8 is passed through, all else is recoded to it."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from xlsx_addin.workbooks.saved.refusals import unusual

_DECLARED: Final = re.compile(rb"""(<\?xml[^>]*?encoding\s*=\s*["'])([A-Za-z][\w.-]*)""")
_UTF8: Final = "utf-8"


def to_utf8(data: bytes) -> bytes:
    """Recode a part to UTF-8; one that is UTF-8 is passed through unchanged."""
    return b"".join(utf8_blocks(iter([data])))


def utf8_blocks(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Recode a part to UTF-8 block by block, its XML declaration with it.

    Raises:
        WorkbookError: the encoding is not known, or the bytes are not of it.
    """
    first = next(blocks, b"")
    encoding = _encoding(first)
    if encoding == _UTF8:
        yield first
        yield from blocks
        return
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        head = decoder.decode(first).removeprefix("\ufeff").encode()
        yield _DECLARED.sub(rb"\1UTF-8", head, count=1)
        for block in blocks:
            yield decoder.decode(block).encode()
    except (LookupError, UnicodeError) as error:
        raise unusual(f"one of its parts is encoded as {encoding}") from error


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if head.startswith(b"<") else "utf-16-be"
    declared = _DECLARED.search(head[:200])
    # Other spellings, such as utf8, are recoded too: not every parser knows them.
    return _UTF8 if declared is None else declared[2].decode("ascii").lower()
