import gzip
import io
import zipfile

import pytest

from xlsx_addin.amazon.unpacking import NotAPdf, unpack_pdf

PDF = b"%PDF-1.4\nsomething\n%%EOF\n"
MEGABYTE = 1024 * 1024


def zipped(*entries, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def unpack(body, most_bytes=MEGABYTE):
    return unpack_pdf(body, most_bytes=most_bytes)


ONE = ("a.pdf", PDF)


@pytest.mark.parametrize(
    "body",
    [
        PDF,
        gzip.compress(PDF),
        zipped(ONE),
        gzip.compress(zipped(ONE)),
        zipped(("../../evil.pdf", PDF)),
        zipped(("folder/", ""), ("readme.txt", "no"), ONE, ("b.pdf", PDF + b"2")),
        zipped(("C:\\windows\\x", PDF), compression=zipfile.ZIP_STORED),
    ],
)
def test_the_pdf_is_found_by_first_bytes(body):
    assert unpack(body) == PDF


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<Error><Code>AccessDenied", "'<Error><Code>AccessDenie'"),
        (b"\x00\x01\xff", "bytes 00 01 ff"),
        (gzip.compress(PDF)[:-12], "breaks off"),
        (b"\x1f\x8bnonsense", "gzip layer is damaged"),
        (zipped(ONE)[:40], "zip layer is damaged"),
        (zipped(("a.txt", "text")), "holds no PDF"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(PDF)))), "more than 4 times"),
    ],
)
def test_what_is_no_pdf_is_described(body, words):
    with pytest.raises(NotAPdf, match=words):
        unpack(body)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"%PDF-" + bytes(2 * MEGABYTE)),
        zipped(("bomb.pdf", b"%PDF-" + bytes(2 * MEGABYTE))),
        gzip.compress(zipped(("bomb.pdf", b"%PDF-" + bytes(2 * MEGABYTE)))),
    ],
)
def test_nothing_is_unpacked_beyond_the_bound(body):
    with pytest.raises(NotAPdf, match="larger than 1 MB"):
        unpack(body)


def test_a_zip_that_lies_about_sizes_is_damaged_or_too_large():
    body = bytearray(zipped(("bomb.pdf", b"%PDF-" + bytes(2 * MEGABYTE))))
    at = body.index(b"PK\x01\x02")
    body[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(NotAPdf):
        unpack(bytes(body))


def test_an_encrypted_zip_is_said():
    body = bytearray(zipped(ONE))
    at = body.index(b"PK\x01\x02")
    body[6] |= 1
    body[at + 8] |= 1
    with pytest.raises(NotAPdf, match="encrypted"):
        unpack(bytes(body))
