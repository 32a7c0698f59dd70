"""A PDF of one page with a few lines of text, as small as a valid one can be.

Source: ISO 32000-1, 7.5 (file structure), 9.6.2.2 (the fonts every reader has).
"""

from collections.abc import Sequence
from typing import Final

_TOP: Final = 780
_LEFT: Final = 60
_LEADING: Final = 22


def write_pdf(title: str, lines: Sequence[str]) -> bytes:
    """Write a page in A4.

    Args:
        title: its heading; what Latin-1 lacks is shown as a question mark.
        lines: what stands below, likewise.
    """
    parts = [
        "BT",
        f"/F1 20 Tf {_LEFT} {_TOP} Td {_string(title)} Tj",
        f"/F1 12 Tf {_LEADING} TL T*",
    ]
    parts += [f"T* {_string(line)} Tj" for line in lines]
    page = "\n".join([*parts, "ET"]).encode("latin-1")
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
                b" /Resources << /Font << /F1 5 0 R >> >> >>"
            ),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
    )


def _string(text: str) -> str:
    safe = text.encode("latin-1", "replace").decode("latin-1")
    for mark in "\\()":
        safe = safe.replace(mark, f"\\{mark}")
    return f"({''.join(one if one.isprintable() else ' ' for one in safe)})"


def _file(objects: Sequence[bytes]) -> bytes:
    """Number the objects, and write where each begins."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(file)
    count = len(objects) + 1
    file += b"xref\n0 %d\n0000000000 65535 f \n" % count
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, table)
    return bytes(file)
