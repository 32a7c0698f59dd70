"""Fixtures for tests that go through the whole program.

`amazon` is a sandbox without limits that environment and settings point to; `cli` runs a
command in this process with a home folder of its own; `make_book` writes a small workbook.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlsx_addin.cli.main import main
from xlsx_addin.sandbox import (
    INVOICES,
    PAYMENTS,
    SANDBOX_CREDENTIALS,
    UNLIMITED,
    Sandbox,
    SandboxOptions,
)

HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID")


@pytest.fixture(scope="session", autouse=True)
def no_keychain():
    """Keep the tests off the keychain of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder whose profile sets no pace of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "settings.toml").write_text(
        "[profiles.default]\nrate_per_s = 100000\nburst = 100000\ngive_up_after_s = 0.05\n"
        "attempts = 2\nlongest_wait_s = 0.01\n"
    )
    monkeypatch.setenv("XLSX_ADDIN_HOME", str(folder))
    for name in ("REGION", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "ENDPOINT", "TOKEN_URL"):
        monkeypatch.delenv(f"AMAZON_BUSINESS_{name}", raising=False)
    monkeypatch.delenv("XLSX_ADDIN_STORE", raising=False)
    return folder


@pytest.fixture
def start_amazon(home, monkeypatch):
    """Start a sandbox, by default without limits, and point the environment to it."""
    running: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        chosen = SandboxOptions(
            **({"limits": dict.fromkeys((INVOICES, PAYMENTS), UNLIMITED)} | options)
        )
        sandbox = Sandbox(chosen)
        sandbox.start()
        running.append(sandbox)
        variables = {
            "REGION": chosen.region,
            "ENDPOINT": sandbox.endpoint,
            "TOKEN_URL": sandbox.token_url,
            "CLIENT_ID": SANDBOX_CREDENTIALS.client_id,
            "CLIENT_SECRET": SANDBOX_CREDENTIALS.client_secret,
            "REFRESH_TOKEN": SANDBOX_CREDENTIALS.refresh_token,
        }
        for name, value in variables.items():
            monkeypatch.setenv(f"AMAZON_BUSINESS_{name}", value)
        return sandbox

    yield start
    for sandbox in running:
        sandbox.stop()


@pytest.fixture
def amazon(start_amazon):
    """A sandbox of region na that answers every well-formed line with one invoice."""
    return start_amazon(shares=one_invoice_each())


def one_invoice_each(**changes: float) -> Any:
    """Shares of an account in which every line has one invoice, but for the changes."""
    nothing = SandboxOptions().shares
    return replace(
        nothing,
        **(
            dict.fromkeys(("without_invoice", "second_invoice", "credit_memo", "pending"), 0.0)
            | changes
        ),
    )


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def book(self) -> Any:
        """The only workbook of a refresh."""
        (book,) = self.json["workbooks"]
        return book


@pytest.fixture
def cli(home, capsys) -> Callable[..., Done]:
    """Run a command."""

    def run(*words: object) -> Done:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run


@pytest.fixture
def refresh(cli) -> Callable[..., Done]:
    """Run `refresh --json`."""
    return lambda *words: cli("refresh", *words, "--json")


@pytest.fixture
def make_book(tmp_path) -> Callable[..., Path]:
    """Write a workbook of one sheet with a header row and these rows."""

    def make(
        rows: Iterable[Sequence[object]],
        *,
        headers: Sequence[str] = HEADERS,
        name: str = "book.xlsx",
    ) -> Path:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Lines"
        sheet.append(list(headers))
        for row in rows:
            sheet.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return make


def cells_of(path: Path, sheet: str | None = None) -> list[tuple[object, ...]]:
    """All rows of a sheet, rows x columns."""
    book = openpyxl.load_workbook(path)
    try:
        page = book[sheet] if sheet else book.worksheets[0]
        return [tuple(row) for row in page.iter_rows(values_only=True)]
    finally:
        book.close()


@pytest.fixture(scope="session")
def soffice() -> str:
    """Give LibreOffice's program; where it has to be installed, its absence is a failure."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("XLSX_ADDIN_REQUIRE_LIBREOFFICE") == "1":
            pytest.fail("LibreOffice is not installed, though it is required")
        pytest.skip("LibreOffice is not installed")
    return program


@pytest.fixture
def interrupt(home):
    """Run a command in a process of its own and press Ctrl-C once Amazon has answered a bit.

    The profile's pace is slow meanwhile, so that much is left.
    """

    def run(amazon: Sandbox, operation: str, *words: object) -> Done:
        settings = home / "settings.toml"
        fast = settings.read_text()
        slow = fast.replace("rate_per_s = 100000", "rate_per_s = 20")
        settings.write_text(slow.replace("burst = 100000", "burst = 5"))
        with subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "xlsx_addin", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while amazon.requests.count(operation, status=200) < INTERRUPTED_AFTER:
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        settings.write_text(fast)
        return Done(process.returncode, out, err)

    return run


INTERRUPTED_AFTER = 6
"""Requests that are answered before `interrupt` presses Ctrl-C, at least."""
