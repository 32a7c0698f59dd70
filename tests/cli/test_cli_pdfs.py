"""`pdfs` on the sandbox, as a user runs it: three regions, kills, refusals, what is printed."""

import io
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from random import Random

import pytest

from tests.conftest import cells_of, one_invoice_each
from xlsx_addin.cli.pdfs import Watcher, duration
from xlsx_addin.jobs.pdf_queue import Standing
from xlsx_addin.sandbox import (
    DOCUMENT_API,
    INVOICES,
    UNLIMITED,
    Documents,
    FaultKind,
    FaultPlan,
    FaultRule,
    SandboxOptions,
)
from xlsx_addin.sandbox.account import Account
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.access import lock

QUICK = Documents(queue_s=0.0, progress_s=0.0, without_pdf=0.0, fatal=0.0)
NO_LIMITS = dict.fromkeys((*DOCUMENT_API, INVOICES), UNLIMITED)
KILLS = 4 * int(os.environ.get("STRESS", "1"))


@pytest.fixture
def quick_amazon(start_amazon, home):
    """Start a sandbox that delivers at once; its documents are looked at without a wait."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + "report_poll_s = 0.01\n")

    def start(**options):
        return start_amazon(**({"limits": NO_LIMITS, "documents": QUICK} | options))

    return start


@pytest.fixture
def book(quick_amazon, refresh, make_book):
    """A refreshed workbook with 60 lines of region na, and its sandbox."""
    sandbox = quick_amazon(shares=one_invoice_each())
    path = make_book(sandbox.account.line_items(60))
    assert refresh(path).code == 0
    return path, sandbox


def pdfs_in(folder):
    # What a killed run leaves of a file is hidden, and removed by a later run.
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in files:
        content = path.read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.endswith(b"%%EOF\n")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d_[A-Z0-9-]+\.pdf", path.name)
    return files


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_500_line_items_on_the_built_in_sandbox_and_once_more_without_a_request(
    region, cli, make_book, tmp_path, monkeypatch
):
    monkeypatch.setenv("AMAZON_BUSINESS_REGION", region)
    path = make_book(Account(SandboxOptions(region=region)).line_items(500))
    assert cli("refresh", path, "--sandbox").code == 0
    folder = tmp_path / "pdfs"
    done = cli("pdfs", path, "--to", folder, "--sandbox", "--json")
    states = done.json["states"]
    assert done.code == 0, done.json
    assert states["failed"] == states["waiting"] == done.json["throttled"] == 0
    assert states["saved"] == len(pdfs_in(folder)) > 100
    assert states["saved"] + states["no PDF"] + states["not available"] == len(
        done.json["documents"]
    )
    assert "a thousand times faster" in done.err
    again = cli("pdfs", path, "--to", folder, "--sandbox", "--json")
    assert (again.code, again.json["requests"]) == (0, 0)
    assert again.json["states"] == states | {"saved": 0, "there": states["saved"]}


def test_the_pdf_of_a_row_is_named_as_its_invoice(book, cli, tmp_path):
    path, _ = book
    cli("pdfs", path, "--to", tmp_path / "pdfs")
    expected = {f"{row[4]:%Y-%m-%d}_{row[3]}.pdf" for row in cells_of(path)[1:] if row[3]}
    assert {file.name for file in pdfs_in(tmp_path / "pdfs")} == expected


def test_a_killed_run_goes_on_and_loses_doubles_and_halves_nothing(book, cli, tmp_path):
    path, sandbox = book
    folder, dice = tmp_path / "pdfs", Random(7)
    command = [sys.executable, "-m", "xlsx_addin", "pdfs", str(path), "--to", str(folder)]
    for _ in range(KILLS):
        enough = len(sandbox.requests) + dice.randrange(2, 25)
        process = subprocess.Popen(  # noqa: S603  # our own program
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        never = threading.Event()
        while len(sandbox.requests) < enough and process.poll() is None:
            never.wait(0.002)
        process.kill()
        process.communicate(timeout=20)
    done = cli("pdfs", path, "--to", folder, "--json")
    assert done.code == 0
    documents = done.json["documents"]
    assert len(pdfs_in(folder)) == len(documents) == len({one["file"] for one in documents})
    assert {one["state"] for one in documents} <= {"saved", "there"}
    succeeded = {
        name: sum(one.operation == name and one.status < 300 for one in sandbox.requests)
        for name in ("createReport", "download")
    }
    # A kill may come when Amazon has answered and nobody has heard it.
    assert all(len(documents) <= count <= len(documents) + KILLS for count in succeeded.values())
    assert cli("pdfs", path, "--to", folder, "--json").json["requests"] == 0


@pytest.mark.parametrize("wrapping", ["gzip+zip", "zip", "gzip", "plain"])
def test_every_wrapping_of_the_pdf_is_opened(
    wrapping, quick_amazon, refresh, cli, make_book, tmp_path
):
    sandbox = quick_amazon(shares=one_invoice_each(), documents=replace(QUICK, wrapping=wrapping))
    path = make_book(sandbox.account.line_items(3))
    refresh(path)
    assert cli("pdfs", path, "--to", tmp_path / "pdfs").code == 0
    assert pdfs_in(tmp_path / "pdfs")


def test_addresses_that_die_at_once_fail_with_words_and_come_in_another_run(
    quick_amazon, refresh, cli, make_book, tmp_path
):
    sandbox = quick_amazon(shares=one_invoice_each(), documents=replace(QUICK, address_s=0.0))
    path = make_book(sandbox.account.line_items(1))
    refresh(path)
    done = cli("pdfs", path, "--to", tmp_path / "pdfs")
    assert done.code == 1
    assert "does not work (status 403)" in done.out
    assert sandbox.requests.count("download") == 3


def test_credit_memos_of_north_america_are_found_although_nothing_tells_them(
    quick_amazon, refresh, cli, make_book, tmp_path
):
    sandbox = quick_amazon(shares=one_invoice_each(credit_memo=1.0))
    lines = sandbox.account.line_items(4)
    path = make_book(lines)
    refresh(path)
    assert cli("pdfs", path, "--to", tmp_path / "pdfs").code == 0
    memos = {
        one.number for line in lines for one in sandbox.account.documents(line) if one.corrects
    }
    named = {file.stem.partition("_")[2] for file in pdfs_in(tmp_path / "pdfs")}
    assert len(memos) == 4
    assert memos < named


def test_a_dry_run_asks_nobody_and_needs_no_sign_in(book, cli, tmp_path, monkeypatch):
    path, sandbox = book
    asked = len(sandbox.requests)
    monkeypatch.delenv("AMAZON_BUSINESS_REFRESH_TOKEN")
    done = cli("pdfs", path, "--to", tmp_path / "pdfs", "--dry-run", "--link")
    assert done.code == 0
    assert re.search(r"would ask for \d+ documents, which takes about", done.out)
    assert len(sandbox.requests) == asked
    assert not (tmp_path / "pdfs").exists()


def test_rows_that_were_not_refreshed_are_told_what_to_do(quick_amazon, cli, make_book, tmp_path):
    sandbox = quick_amazon()
    path = make_book(sandbox.account.line_items(2))
    done = cli("pdfs", path, "--to", tmp_path / "pdfs")
    assert done.code == 1
    assert f"2 rows not refreshed yet: run xlsx-addin refresh {path} first" in done.out
    assert sandbox.requests.count("createReport") == 0


def test_a_missing_role_ends_the_run_with_3(quick_amazon, refresh, cli, make_book, tmp_path):
    denied = FaultRule(kind=FaultKind.DENIED, operation="createReport")
    sandbox = quick_amazon(shares=one_invoice_each(), faults=FaultPlan((denied,)))
    path = make_book(sandbox.account.line_items(20))
    refresh(path)
    done = cli("pdfs", path, "--to", tmp_path / "pdfs")
    assert done.code == 3
    assert "Business Purchase Reconciliation" in done.out
    assert sandbox.requests.count("createReport") == 1


def test_a_folder_that_is_a_file_is_said(book, cli, tmp_path):
    (tmp_path / "x").touch()
    done = cli("pdfs", book[0], "--to", tmp_path / "x")
    assert done.code == 1
    assert "cannot be written" in done.err


def test_another_run_of_the_account_is_kept_off_the_queue(book, cli, tmp_path, home):
    account = load_settings(os.environ).account
    with lock(home / f"pdfs-{account}", home):
        done = cli("pdfs", book[0], "--to", tmp_path / "pdfs")
    assert done.code == 5
    assert "Another run fetches PDFs of this account." in done.err


def test_a_run_is_on_record_with_what_came_of_it(book, cli, tmp_path):
    cli("pdfs", book[0], "--to", tmp_path / "pdfs")
    latest = cli("runs", "--json").json["runs"][0]
    assert (latest["kind"], latest["counts"]["rows"]) == ("pdfs", 60)
    assert latest["counts"]["documents"] == latest["counts"]["saved"] > 10


def test_europe_is_told_which_marketplace_is_asked(
    quick_amazon, refresh, cli, make_book, tmp_path, home
):
    sandbox = quick_amazon(region="eu", shares=one_invoice_each())
    path = make_book(sandbox.account.line_items(1))
    refresh(path)
    done = cli("pdfs", path, "--to", tmp_path / "pdfs", "--dry-run")
    assert "marketplace DE" in done.err
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + 'marketplace = "fr"\n')
    done = cli("pdfs", path, "--to", tmp_path / "pdfs")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 1 s"),
        (89, "about 89 s"),
        (95, "about 2 min"),
        (5300, "about 88 min"),
        (9900, "about 2 h 45 min"),
    ],
)
def test_durations_are_said_as_people_do(seconds, words):
    assert duration(seconds) == words


def test_in_the_background_a_line_a_minute_says_how_far_it_is():
    stream, now = io.StringIO(), [0.0]
    watcher = Watcher(stream, lambda: now[0])
    for now[0] in range(0, 125, 5):
        watcher(Standing(total=1000, ended=int(now[0]), saved=0, seconds_left=9900.0))
    watcher.end()
    assert stream.getvalue() == (
        "PDFs: 60 of 1,000, about 2 h 45 min left\nPDFs: 120 of 1,000, about 2 h 45 min left\n"
    )


def test_on_a_terminal_one_line_changes_and_is_ended():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream, now = Terminal(), [0.0]
    watcher = Watcher(stream, lambda: now[0])
    watcher(Standing(10, 1, 1, 60.0))
    now[0] = 0.1
    watcher(Standing(10, 2, 2, 50.0))
    now[0] = 1.0
    watcher(Standing(10, 10, 10, 0.0))
    watcher.end()
    first, last = stream.getvalue().strip("\r\n").split("\r")
    assert (first, last.rstrip()) == ("PDFs: 1 of 10, about 60 s left", "PDFs: 10 of 10")
    assert len(first) == len(last)
    assert stream.getvalue().endswith("\n")
