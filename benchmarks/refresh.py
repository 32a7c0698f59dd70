"""A refresh with all lines known, as a whole process, against one that asks them all.

`python benchmarks/refresh.py [ROWS]`. Wall-clock seconds; the sandbox has no limit here, so
that the figures are this program's own time.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, UNLIMITED, Sandbox, SandboxOptions

HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID", "Title", "Net", "Booked")


def main(rows: int) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        Sandbox(SandboxOptions(limits={INVOICES: UNLIMITED})) as sandbox,
    ):
        folder = Path(name)
        lines = sandbox.account.line_items(rows)
        fresh, again = folder / "fresh.xlsx", folder / "again.xlsx"
        for path in (fresh, again):
            _make(path, lines)
        environ = _environment(folder, sandbox)
        asked = _refresh(fresh, environ)
        known = _refresh(again, environ)
        nothing = _refresh(again, environ)
        requests = sandbox.requests.count(INVOICES)
    print(f"{rows:,} rows x {len(HEADERS)} columns, {requests} requests in all")
    print(f"{asked:6.1f} s  nothing known: asks and writes every row")
    print(f"{known:6.1f} s  everything known, result cells empty: writes every row")
    print(f"{nothing:6.1f} s  everything known and written: changes nothing")


def _make(path: Path, lines: list) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Lines")
    sheet.append(HEADERS)
    for number, line in enumerate(lines):
        sheet.append((*line, "Copy paper A4", number * 1.25, f"2026-03-{number % 28 + 1:02}"))
    book.save(path)


def _environment(folder: Path, sandbox: Sandbox) -> dict[str, str]:
    home = folder / "home"
    home.mkdir()
    (home / "settings.toml").write_text("[profiles.default]\nrate_per_s = 100000\nburst = 100000\n")
    known = SANDBOX_CREDENTIALS
    return os.environ | {
        "XLSX_ADDIN_HOME": str(home),
        "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
        "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        "AMAZON_BUSINESS_CLIENT_ID": known.client_id,
        "AMAZON_BUSINESS_CLIENT_SECRET": known.client_secret,
        "AMAZON_BUSINESS_REFRESH_TOKEN": known.refresh_token,
    }


def _refresh(path: Path, environ: dict[str, str]) -> float:
    command = [sys.executable, "-m", "xlsx_addin", "refresh", str(path), "--no-backup"]
    began = time.perf_counter()
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
