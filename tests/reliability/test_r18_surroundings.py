"""R18: a store, a disk, a clock and a network that are not as they should be."""

import gzip
import os
import shutil
import socket
import sqlite3
import threading
import time
import zipfile
from contextlib import closing, contextmanager

import pytest

from tests.conftest import one_invoice_each
from tests.reliability.bed import IMPATIENT, QUICK, shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import XlsxAddinError

LINES = 200


@pytest.fixture
def bed(make_bed):
    return make_bed(shares=one_invoice_each())


@pytest.fixture
def path(bed):
    return bed.book(bed.sandbox.account.line_items(LINES))


def all_found(path):
    return all(one.cells.status == "Found" for one in shown(path))


# --- the store


@pytest.mark.parametrize("damage", ["garbage", "truncated", "zeros", "empty"])
def test_a_damaged_store_costs_requests_and_nothing_else(bed, path, figures, damage):
    bed.refresh(path)
    content = bed.store.read_bytes()
    for companion in bed.folder.glob("store.sqlite-*"):
        companion.unlink()
    bed.store.write_bytes(
        {
            "garbage": b"\xff" * len(content),
            "truncated": content[: len(content) // 2],
            "zeros": bytes(len(content)),
            "empty": b"",
        }[damage]
    )
    again = bed.book(bed.sandbox.account.line_items(LINES), "again.xlsx")
    report = bed.refresh(again)
    assert report.workbooks[0].error is None
    assert all_found(again)
    figures("R18", f"store {damage}", f"begun anew, {report.requests} requests, all rows right")


def test_a_store_of_a_newer_version_is_left_alone_and_told(bed, path, figures):
    bed.refresh(path)
    with closing(sqlite3.connect(bed.store)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = bed.store.read_bytes()
    with pytest.raises(XlsxAddinError, match="newer version") as caught:
        bed.refresh(path)
    assert caught.value.next_step
    assert bed.store.read_bytes() == before
    figures("R18", "store of a newer version", "refused with advice, untouched")


def test_a_store_that_belongs_to_another_program_is_left_alone(bed, path):
    with closing(sqlite3.connect(bed.store)) as connection, connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = bed.store.read_bytes()
    with pytest.raises(XlsxAddinError, match="another program"):
        bed.refresh(path)
    assert bed.store.read_bytes() == before


@contextmanager
def without_rights(folder):
    """Take the right to write into a folder away for a while."""
    folder.chmod(0o500)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        yield
    finally:
        folder.chmod(0o700)


def test_a_read_only_home_is_told(bed, path, figures):
    with without_rights(bed.folder), pytest.raises(XlsxAddinError) as caught:
        bed.refresh(path)
    assert caught.value.next_step
    figures("R18", "home that cannot be written", caught.value.message[:60] + "…")


def test_a_workbook_in_a_folder_that_cannot_be_written_is_left_before_anybody_is_asked(
    bed, figures, tmp_path
):
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = bed.book(bed.sandbox.account.line_items(LINES)).rename(folder / "book.xlsx")
    before = path.read_bytes()
    with without_rights(folder):
        report = bed.refresh(path)
        left = list(folder.iterdir())
    error = report.workbooks[0].error
    assert error is not None
    assert error.next_step
    assert report.requests == 0
    assert (left, path.read_bytes()) == ([path], before)
    figures("R18", "workbook in a read-only folder", error.message[:60] + "…")


def test_a_clock_set_back_an_hour_changes_no_row(make_bed, figures, monkeypatch):
    bed = make_bed()
    path = bed.book(bed.sandbox.account.line_items(LINES))
    bed.refresh(path)
    before = [one.cells for one in shown(path)]
    real = bed.now
    bed.now = lambda: real() - 3600
    report = bed.refresh(path)
    assert report.workbooks[0].error is None
    assert report.seconds >= 0
    assert [one.cells for one in shown(path)] == before
    figures("R18", "clock set back an hour", f"{report.requests} requests, no row changed")


# --- the network


@contextmanager
def listener(answer):
    """Answer every connection with the same bytes, or with what a function writes."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve():
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection):
        with connection:
            try:
                connection.recv(65536)
                if callable(answer):
                    answer(connection, stop)
                else:
                    connection.sendall(answer)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        stop.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def http(body, content_type="application/json", status="200 OK", **headers):
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
    return (head + "Connection: close\r\n\r\n").encode() + body


def drip(connection, stop):
    """Send a body that never ends, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not stop.wait(0.05):
        connection.sendall(b" ")


def flood(connection, stop):
    """Send a body without end as fast as it goes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not stop.is_set():
        connection.sendall(b" " * 1_000_000)


ANSWERS = {
    "proxy sign-in (407)": http(b"", status="407 Proxy Authentication Required"),
    "HTML with status 200": http(b"<html>Please sign in to the guest network</html>", "text/html"),
    "an empty body": http(b""),
    "no JSON object": http(b"[]"),
    "deeply nested JSON": http(b"[" * 200_000),
    "a gzip bomb": http(gzip.compress(bytes(300 * 1024 * 1024)), Content_Encoding="gzip"),
    "a body without end": flood,
    "a dripping body": drip,
    "a redirect": http(b"", status="302 Found", Location="https://example.test/"),
    "no HTTP at all": b"SSH-2.0-OpenSSH_9.6\r\n",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_answers_in_amazons_place_ends_in_a_message(make_bed, figures, name):
    bed = make_bed(client=IMPATIENT)
    path = bed.book(bed.sandbox.account.line_items(30))
    with listener(ANSWERS[name]) as address:
        bed.endpoint = address
        began = time.monotonic()
        report = bed.refresh(path)
        took = time.monotonic() - began
    rows = shown(path)
    assert len(rows) == 30
    assert {one.cells.status for one in rows} <= {"Failed", "Not allowed"}
    assert all(one.message and "Traceback" not in one.message for one in rows)
    assert report.exit_code in (1, 3)
    # Patience with the network is a setting; here it is a hundredth of the usual 120 s.
    assert took <= 60
    figures("R18", name, f"{rows[0].cells.status} after {took:.1f} s: {rows[0].message[:70]}…")


def test_a_certificate_that_nobody_vouches_for_is_refused(make_bed, figures, tmp_path):
    """Certificates are checked even where nothing else is wrong."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    import ssl  # noqa: PLC0415  # for this test alone
    import subprocess  # noqa: PLC0415  # likewise

    subject = "/CN=127.0.0.1"
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(  # noqa: S603  # our own words
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-keyout", key, "-out", certificate, "-subj", subject),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    seen = []

    def handshake(connection, _stop):
        with context.wrap_socket(connection, server_side=True) as secured:
            seen.append(secured.recv(100))

    bed = make_bed(client=IMPATIENT)
    path = bed.book(bed.sandbox.account.line_items(30))
    with listener_for_tls(handshake) as address:
        bed.endpoint = address
        bed.refresh(path)
    rows = shown(path)
    assert {one.cells.status for one in rows} == {"Failed"}
    assert "certificate" in rows[0].message.lower()
    assert not any(seen), "something was sent although the certificate is nobody's"
    figures("R18", "wrong certificate", rows[0].message[:90] + "…")


@contextmanager
def listener_for_tls(handshake):
    """A listener that does not read before the handshake."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                try:
                    handshake(connection, None)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


# --- hostile workbooks


def rewritten(path, part, content):
    """Put another content into a part of a workbook."""
    other = path.with_name(f"hostile-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item, content if item.filename == part else old.read(item))
        if part not in old.namelist():
            new.writestr(part, content)
    return other


SHEET = "xl/worksheets/sheet1.xml"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><worksheet>&j;</worksheet>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<worksheet>&a;</worksheet>"
)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        pytest.param(SHEET, BOMB, id="entity bomb"),
        pytest.param(SHEET, OUTSIDE, id="external entity"),
        pytest.param("xl/workbook.xml", BOMB, id="entity bomb in the workbook part"),
        pytest.param("../../../evil.xml", b"<x/>", id="path out of the package"),
        pytest.param("/etc/evil.xml", b"<x/>", id="absolute path"),
        pytest.param("xl\\worksheets\\..\\..\\evil.xml", b"<x/>", id="backslashes"),
        pytest.param(SHEET, b"<worksheet>" + b"<a>" * 100_000, id="deep nesting"),
        pytest.param(SHEET, bytes(100), id="zeros"),
        pytest.param(SHEET, b"", id="empty part"),
    ],
)
def test_hostile_workbooks_are_refused_or_harmless(bed, path, figures, part, content, request):
    other = rewritten(path, part, content)
    before = other.read_bytes()
    outside = bed.folder.parent / "evil.xml"
    began = time.monotonic()
    report = bed.refresh(other)
    took = time.monotonic() - began
    error = report.workbooks[0].error
    if error is None:
        assert all_found(other)
        result = "refreshed, harmless"
    else:
        assert error.next_step
        assert other.read_bytes() == before
        result = error.message[:70] + "…"
    assert not outside.exists()
    assert took <= 20
    figures("R18", request.node.callspec.id, result)


def test_a_zip_bomb_is_refused_within_bounds(bed, path, figures):
    import resource  # noqa: PLC0415  # POSIX

    other = path.with_name("bomb.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename != SHEET:
                new.writestr(item, old.read(item))
        with new.open(SHEET, "w", force_zip64=True) as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(1500):
                part.write(b" " * (1 << 20))
            part.write(b"</sheetData></worksheet>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    report = bed.refresh(other)
    took = time.monotonic() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    error = report.workbooks[0].error
    assert error is not None
    figures("R18", "zip bomb, 1.5 GB", f"{error.code} after {took:.1f} s, {grown:.0f} MB more")
    assert grown <= 400


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", SHEET])
def test_a_bomb_that_lies_about_its_size_is_not_unpacked(bed, path, figures, part):
    import tracemalloc  # noqa: PLC0415  # for this test alone

    other = path.with_name("liar.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            padding = b" " * (200 << 20) if item.filename == part else b""
            new.writestr(item, old.read(item) + padding)
    content = bytearray(other.read_bytes())
    # The uncompressed size, in the central header (PKWARE's APPNOTE 6.3, 4.3.12).
    at = content.rfind(part.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = (1_000_000).to_bytes(4, "little")
    other.write_bytes(content)
    tracemalloc.start()
    try:
        report = bed.refresh(other)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    error = report.workbooks[0].error
    assert error is not None
    assert other.read_bytes() == content
    figures("R18", f"{part} of 200 MB says 1 MB", f"{error.message[:60]}…; {peak >> 20} MB at most")
    assert peak <= 50 << 20


def test_after_all_of_it_a_refresh_still_works(bed, path):
    bed.refresh(path)
    assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(path))
    assert QUICK.attempts == 5
