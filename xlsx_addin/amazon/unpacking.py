"""From what is downloaded to the PDF in it: gzip, zip and PDF are told by their first bytes.

Source: `docs/api.md`, Document API: GZIP, then a ZIP whose first entry is the PDF, or the PDF
itself. Nothing is unpacked beyond a bound, and names in a ZIP are never looked at.
"""

import io
import zipfile
import zlib
from typing import Final

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PDF: Final = b"%PDF-"
_LAYERS: Final = 4
_ENTRIES: Final = 100
_CHUNK: Final = 64 * 1024
_SHOWN: Final = 24


class NotAPdf(Exception):
    """There is no PDF in what was downloaded; says what there is, as a clause."""


def unpack_pdf(body: bytes, *, most_bytes: int) -> bytes:
    """Take the PDF out of what was downloaded.

    Args:
        body: as it came.
        most_bytes: of anything that is unpacked.

    Raises:
        NotAPdf: there is none in it, or it is too large.
    """
    for _ in range(_LAYERS):
        if body.startswith(_PDF):
            return body
        if body.startswith(_GZIP):
            body = _gunzip(body, most_bytes)
        elif body.startswith(_ZIP):
            body = _first_pdf(body, most_bytes)
        else:
            raise NotAPdf(_described(body))
    raise NotAPdf(f"it is packed more than {_LAYERS} times")


def _gunzip(body: bytes, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        result = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise NotAPdf("its gzip layer is damaged") from error
    if len(result) > most_bytes:
        raise _too_large(most_bytes)
    if not unpacker.eof:
        raise NotAPdf("its gzip layer breaks off")
    return result


def _first_pdf(body: bytes, most_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist()[:_ENTRIES]:
                content = _entry(archive, entry, most_bytes)
                if content is not None:
                    return content
    # The module raises these for damaged, encrypted and unknown kinds of entries.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NotAPdf("its zip layer is damaged or encrypted") from error
    raise NotAPdf("its zip layer holds no PDF")


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most_bytes: int) -> bytes | None:
    """Read an entry, None if it is no PDF; what it says about its size is not believed."""
    if entry.is_dir():
        return None
    with archive.open(entry) as file:
        content = bytearray(file.read(len(_PDF)))
        if bytes(content) != _PDF:
            return None
        while chunk := file.read(_CHUNK):
            content += chunk
            if len(content) > most_bytes:
                raise _too_large(most_bytes)
    return bytes(content)


def _too_large(most_bytes: int) -> NotAPdf:
    return NotAPdf(f"unpacked it is larger than {most_bytes / 1024 / 1024:.0f} MB")


def _described(body: bytes) -> str:
    """Describe what was downloaded by its first bytes."""
    if not body:
        return "it is empty"
    start = body[:_SHOWN]
    text = start.decode("ascii", "replace")
    if text.isprintable() and "\ufffd" not in text:
        return f"it begins with {text!r}"
    return f"it begins with the bytes {start.hex(' ')}"
