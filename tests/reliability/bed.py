"""The test bed: a sandbox at a hundred times Amazon's rate, a home folder, workbooks, refreshes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from tests.reliability.truth import Expected, expected
from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.plan import Policy
from xlsx_addin.jobs.options import RefreshOptions
from xlsx_addin.jobs.progress import NoProgress
from xlsx_addin.jobs.refresh import WorkbookTools, refresh
from xlsx_addin.jobs.report import RefreshReport
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.jobs.undo import UndoReport, undo
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, Limit, Sandbox, SandboxOptions
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.store.sqlite import SqliteStore
from xlsx_addin.workbooks.access import lock
from xlsx_addin.workbooks.files import check_saving
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID")
FASTER = 100
"""How many times faster than Amazon all of it goes."""

RATE_PER_S, BURST = 2.0 * FASTER, 10.0 * FASTER
_USUAL = ClientOptions()
QUICK = replace(
    _USUAL,
    rate_per_s=RATE_PER_S,
    burst=BURST,
    read_timeout_s=1.0,
    answer_timeout_s=2.0,
    backoff_base_s=_USUAL.backoff_base_s / FASTER,
    backoff_cap_s=_USUAL.backoff_cap_s / FASTER,
    probe_base_s=_USUAL.probe_base_s / FASTER,
    probe_cap_s=_USUAL.probe_cap_s / FASTER,
)
"""The client's numbers, scaled as the sandbox is, but for its patience with a busy machine."""

IMPATIENT = replace(
    QUICK,
    connection=replace(_USUAL.connection, patience_s=_USUAL.connection.patience_s / FASTER),
    server=replace(_USUAL.server, patience_s=_USUAL.server.patience_s / FASTER),
)
"""For trouble that never ends."""

Row = Sequence[object]


@dataclass
class Bed:
    """One account, one home folder.

    Args:
        folder: where everything is.
        sandbox: it runs.
        options: of the client.
        cancel: set to stop a refresh.
        now: the wall clock.
        endpoint: what stands in the sandbox's place, which gives the tokens all the same.
    """

    folder: Path
    sandbox: Sandbox
    options: ClientOptions = QUICK
    cancel: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], float] = time.time
    endpoint: str = ""

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    def book(self, rows: Sequence[Row], name: str = "book.xlsx") -> Path:
        """Write a workbook with these rows, texts in cells of the format Text."""
        path = self.folder / name
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Lines")
        sheet.append(HEADERS)
        for row in rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value)
                if isinstance(value, str):
                    cell.data_type, cell.number_format = "s", "@"
                cells.append(cell)
            sheet.append(cells)
        book.save(path)
        return path

    def refresh(
        self,
        *paths: Path,
        policy: Policy | None = None,
        progress: Any = None,
        **changes: Any,
    ) -> RefreshReport:
        """Refresh workbooks in this process, as the command does."""
        options = RefreshOptions(policy=policy or Policy(), backup=False, **changes)
        with self._tools(progress) as tools:
            return refresh(paths, options, tools, self._workbooks)

    def undo(self, path: Path) -> UndoReport:
        """Put back what the last refresh of a workbook overwrote."""
        with self._tools() as tools:
            return undo(path, tools, self._workbooks, backup=False)

    @property
    def _workbooks(self) -> WorkbookTools:
        return WorkbookTools(
            open_workbook, check_saving, lambda path: lock(path, self.folder / "home"), file_key
        )

    @contextmanager
    def _tools(self, progress: Any = None) -> Iterator[JobTools]:
        with closing(SqliteStore(self.store)) as store:
            yield JobTools(
                store,
                self._connect,
                "account",
                self.now,
                cancel=self.cancel,
                progress=progress or NoProgress(),
            )

    @contextmanager
    def _connect(self) -> Iterator[AmazonClient]:
        with closing(RequestsTransport(self.options)) as transport:
            yield AmazonClient(Session(self.account, transport=transport, options=self.options))

    @property
    def account(self) -> Account:
        known = SANDBOX_CREDENTIALS
        signs_in = Credentials(
            known.client_id, Secret(known.client_secret), Secret(known.refresh_token)
        )
        return Account(self.endpoint or self.sandbox.endpoint, self.sandbox.token_url, signs_in)

    def set_pace(self, rate_per_s: float, burst: float) -> None:
        """Let processes ask this fast."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        (home / "settings.toml").write_text(
            f"[profiles.default]\nrate_per_s = {rate_per_s}\nburst = {burst}\n"
            f"longest_wait_s = {QUICK.backoff_cap_s}\n",
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own needs to use this bed."""
        home = self.folder / "home"
        if not home.exists():
            self.set_pace(RATE_PER_S, BURST)
        known = SANDBOX_CREDENTIALS
        return os.environ | {
            "XLSX_ADDIN_HOME": str(home),
            "AMAZON_BUSINESS_REGION": self.sandbox.options.region,
            "AMAZON_BUSINESS_ENDPOINT": self.sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": self.sandbox.token_url,
            "AMAZON_BUSINESS_CLIENT_ID": known.client_id,
            "AMAZON_BUSINESS_CLIENT_SECRET": known.client_secret,
            "AMAZON_BUSINESS_REFRESH_TOKEN": known.refresh_token,
        }

    def process(self, *words: object, **environment: str) -> "subprocess.Popen[str]":
        """Start a command in a process of its own."""
        return subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-m", "xlsx_addin", *map(str, words)],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def truth(self, line_item: LineItem) -> Expected:
        return expected(self.sandbox.account.truth(line_item))


Start = Callable[..., Bed]


@contextmanager
def bed(folder: Path, client: ClientOptions = QUICK, **options: Any) -> Iterator[Bed]:
    """Set up a bed whose sandbox has these options."""
    folder.mkdir(parents=True, exist_ok=True)
    limits = {INVOICES: Limit(RATE_PER_S, BURST)}
    with Sandbox(SandboxOptions(**({"limits": limits} | options))) as sandbox:
        yield Bed(folder, sandbox, client)


@dataclass(frozen=True)
class Shown:
    """A row after a refresh."""

    ids: tuple[object, object, object]
    cells: Expected
    message: str | None


def shown(path: Path) -> list[Shown]:
    """Read the rows of a refreshed workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    finally:
        book.close()
    result = []
    for row in rows:
        order, line, shipment, number, day, consolidated, status, message = (*row, *[None] * 8)[:8]
        cells = Expected(number, day.date() if day else None, consolidated, status)
        result.append(Shown((order, line, shipment), cells, message))
    return result
