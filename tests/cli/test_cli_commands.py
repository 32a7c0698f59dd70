"""The commands besides refresh."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import INTERRUPTED_AFTER, cells_of
from xlsx_addin.cli.main import build_parser
from xlsx_addin.cli.sandbox import sandbox_options
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, PAYMENTS, Limit

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")  # a published example


def test_lookup_prints_a_table(amazon, cli):
    done = cli("lookup", *LINE)
    assert done.code == 0
    assert [line.split(maxsplit=2)[-1] for line in done.out.splitlines()[:2]] == [
        "1677-HWGG-ABCD",
        "2023-11-22",
    ]
    assert "Found" in done.out


def test_lookup_prints_json(amazon, cli):
    done = cli("lookup", *LINE, "--json")
    assert done.json == {
        "results": [
            {
                "order_id": LINE.order_id,
                "order_line_item_id": LINE.order_line_item_id,
                "shipment_id": LINE.shipment_id,
                "invoice_number": "1677-HWGG-ABCD",
                "invoice_date": "2023-11-22",
                "consolidated_invoice_number": "",
                "status": "Found",
                "message": "Nothing to do.",
            }
        ],
        "requests": 1,
        "retries": 0,
        "throttled": 0,
    }
    assert cli("lookup", *LINE, "--json").json["requests"] == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lookup_reads_a_csv_and_prints_it_with_the_results(delimiter, amazon, cli, tmp_path):
    path = tmp_path / "lines.csv"
    rows = [
        ["amount", "orderId", "orderLineItemId", "shipmentId"],
        ["1.50", f'="{LINE.order_id}"', LINE.order_line_item_id, LINE.shipment_id],
        ["2.50", LINE.order_id, "2.07645E+13", LINE.shipment_id],
        ["3.50", "", "N/A", ""],
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    done = cli("lookup", "--csv", path)
    assert done.code == 0
    table = list(csv.reader(io.StringIO(done.out)))
    assert table[0] == [
        *rows[0],
        "Invoice Number",
        "Invoice Date",
        "Consolidated Invoice Number",
        "Invoice Status",
        "Invoice Message",
    ]
    assert [row[:4] for row in table] == rows
    assert [row[7] for row in table[1:]] == ["Found", "ID damaged", ""]


def test_lookup_of_a_csv_without_ids_says_what_it_needs(amazon, cli, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("a,b\n1,2\n")
    done = cli("lookup", "--csv", path)
    assert done.code == 2
    assert "orderLineItemId" in done.err


def test_lookup_with_wrong_credentials_exits_with_3(amazon, cli, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "wrong")
    done = cli("lookup", *LINE)
    assert done.code == 3
    assert "Not allowed" in done.out


def test_lookup_on_the_sandbox_beats_the_environment(home, cli, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_ENDPOINT", "https://unreachable.invalid")
    done = cli("lookup", *LINE, "--sandbox", "--json")
    assert done.code == 0
    assert done.json["results"][0]["invoice_number"] == "1677-HWGG-ABCD"


def test_sandbox_answers_never_pass_for_real_ones(amazon, cli):
    assert cli("lookup", *LINE, "--sandbox", "--json").json["requests"] == 1
    assert cli("lookup", *LINE, "--json").json["requests"] == 1
    assert cli("lookup", *LINE, "--sandbox", "--json").json["requests"] == 0


def test_new_makes_a_workbook_that_can_be_refreshed(amazon, cli, tmp_path):
    path = tmp_path / "march.xlsx"
    assert cli("new", path).code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Reconcile"]
    assert sheet.tables["tblLines"].ref == "A4:P5"
    for column, value in enumerate(LINE, start=1):
        sheet.cell(5, column).value = value
    book.save(path)
    assert cli("refresh", path).code == 0
    assert cells_of(path, "Reconcile")[4][10] == "1677-HWGG-ABCD"


def test_new_never_replaces_a_file(cli, tmp_path):
    path = tmp_path / "march.xlsx"
    path.write_bytes(b"mine")
    done = cli("new", path)
    assert done.code == 2
    assert "already" in done.err
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "how"),
    [("march.xlsx", "xlsx-addin refresh"), ("march.xlsm", "press Refresh invoices")],
)
def test_new_says_how_it_goes_on(name, how, cli, tmp_path):
    assert how in cli("new", tmp_path / name).out
    done = cli("new", tmp_path / f"other-{name}", "--json")
    assert done.json == {"path": str(tmp_path / f"other-{name}")}


@pytest.mark.parametrize("name", ["march.xls", "march", "march.csv", "march.xlam"])
def test_new_makes_only_workbooks_that_can_be_refreshed(name, cli, tmp_path):
    assert cli("new", tmp_path / name).code == 2


def test_demo_shows_every_kind_of_row(home, cli, tmp_path):
    path = tmp_path / "demo.xlsx"
    done = cli("demo", "--rows", 150, "--to", path, "--json")
    assert done.code == 0
    assert done.book["rows"] == 150
    assert done.book["requests"] == -(-done.book["line_items"] // 25)
    seen = {status for status, count in done.book["statuses"].items() if count}
    assert {"Found", "Several", "Pending", "No invoice yet", "ID damaged", "Check IDs"} <= seen
    again = cli("refresh", path, "--sandbox", "--dry-run", "--json")
    assert again.book["changed"] == 0


def test_log_shows_what_happened_without_secrets(amazon, cli):
    cli("lookup", *LINE)
    done = cli("log")
    assert "getInvoiceDetailsByOrderLineItems" in done.out
    assert "sandbox-secret" not in done.out
    assert "Atza|" not in done.out
    assert "Atzr|" not in done.out
    assert Path(cli("log", "--path").out.strip()).is_file()


def test_every_command_has_help_with_an_example(cli, capsys):
    for command in ("refresh", "lookup", "demo", "new", "sandbox", "runs", "log"):
        with pytest.raises(SystemExit) as end:
            cli(command, "--help")
        assert end.value.code == 0
        assert f"example:\n  xlsx-addin {command}" in capsys.readouterr().out


def test_the_sandbox_commands_options_reach_the_sandbox():
    words = ["sandbox", "--static", "--rate", "40", "--burst", "5", "--latency", "0.5"]
    chosen = sandbox_options(build_parser().parse_args([*words, "--region", "jp"]))
    assert (chosen.mode, chosen.region, chosen.latency_s) == ("static", "jp", 0.5)
    assert chosen.limits == {INVOICES: Limit(40, 5), PAYMENTS: Limit(40, 5)}


def test_the_sandbox_command_refuses_a_rate_of_nothing(cli):
    assert cli("sandbox", "--rate", 0).code == 2


@pytest.mark.parametrize("rows", [0, -5, "many"])
def test_a_demo_needs_rows(rows, cli, tmp_path):
    assert cli("demo", "--rows", rows, "--to", tmp_path / "demo.xlsx").code == 2
    assert not (tmp_path / "demo.xlsx").exists()


def test_verbose_shows_what_happens(amazon, cli):
    assert "status 200" in cli("lookup", *LINE, "-v").err
    assert "status 200" not in cli("lookup", *LINE, "--all").err


def test_the_sandbox_command_serves_until_it_is_told_to_stop(home, tmp_path):
    command = [sys.executable, "-m", "xlsx_addin", "sandbox", "--json"]
    with subprocess.Popen(  # noqa: S603  # our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            text = "".join(iter(process.stdout.readline, "}\n")) + "}"
            variables = json.loads(text)
            request = urllib.request.Request(  # noqa: S310  # loopback
                variables["AMAZON_BUSINESS_ENDPOINT"] + "/nothing"
            )
            with pytest.raises(urllib.error.HTTPError) as answer:
                urllib.request.urlopen(request, timeout=10)  # noqa: S310  # loopback
            assert b"Access token is missing" in answer.value.read()
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0


@pytest.mark.skipif(os.name == "nt", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_saves_what_was_answered_and_exits_with_4(start_amazon, make_book, interrupt):
    amazon = start_amazon(latency_s=0.2)
    lines = [LineItem("111-0000001-0000001", f"{n:014d}", "XWwjNjAbC") for n in range(5000)]
    book = make_book(lines)
    done = interrupt(amazon, INVOICES, "refresh", book, "--json")
    assert done.code == 4
    report = done.book
    assert report["statuses"]["Cancelled"] > 0
    answered = sum(report["statuses"].values()) - report["statuses"]["Cancelled"]
    assert answered >= INTERRUPTED_AFTER * 25
    assert [row[6] == "Cancelled" for row in cells_of(book)[1:]].count(False) == answered
    assert "Traceback" not in done.err
