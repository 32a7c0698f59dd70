"""The composition root: wires settings, store, client, workbooks and jobs."""

import getpass
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.lookup import LookupReport, lookup
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.payments import PaymentOptions, payments
from xlsx_addin.jobs.progress import NoProgress, Progress
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport, joined
from xlsx_addin.jobs.tools import Amazon, JobTools
from xlsx_addin.jobs.transactions import TransactionsOptions, import_transactions
from xlsx_addin.jobs.transactions_report import TransactionsReport
from xlsx_addin.jobs.undo import UndoReport, undo
from xlsx_addin.logs import hide
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import Settings
from xlsx_addin.store.address import open_store
from xlsx_addin.store.contract import Caller, RunRecord
from xlsx_addin.version import program_version
from xlsx_addin.workbooks.access import is_locked, lock
from xlsx_addin.workbooks.files import check_saving
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

if TYPE_CHECKING:
    from xlsx_addin.sandbox import Sandbox, SandboxOptions
    from xlsx_addin.sandbox.account import Account as SandboxAccount
    from xlsx_addin.sandbox.options import Region as SandboxRegion
    from xlsx_addin.workbooks.live import LiveWorkbook


class App:
    """All parts of the program, wired for one profile, for as long as a `with` block lasts.

    Args:
        settings: of the profile; those of a sandbox start one in this process.
        command: the command or button that runs, for the record of runs.
        today: tells the local day.
    """

    def __init__(
        self, settings: Settings, command: str = "", *, today: Callable[[], date] = date.today
    ) -> None:
        self._settings = settings
        self._command = command
        self._today = today
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        settings = self._settings
        hide(*settings.secrets)
        self._store = open_store(settings.store, settings.home)
        self._stack.callback(self._store.close)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def notices(self) -> list[str]:
        """What the user should know besides the result of a job."""
        aside = self._store.moved_aside
        damaged = (
            "The store of known answers was damaged; a new one was begun, and line items are"
            f" asked about again. The old file is {aside}."
        )
        ends = self._settings.secret_notice(self._today())
        return [*([damaged] if aside else []), *([ends] if ends else [])]

    def refresh(
        self,
        paths: Iterable[Path],
        options: RefreshOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> RefreshReport:
        """Fill in the invoices of saved workbooks.

        Args:
            paths: the workbooks, each once.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.
        """
        workbooks = self._closed_workbooks(force=options.force)
        return refresh(paths, options, self._tools(cancel, progress), workbooks)

    def undo(self, path: Path, *, backup: bool = True) -> UndoReport:
        """Put back what the last refresh of a saved workbook overwrote.

        Args:
            path: the workbook.
            backup: keep a copy of the old content.

        Raises:
            InputError: there is nothing to undo, or the workbook cannot be used.
            LocalError: the workbook is busy or cannot be written.
        """
        return undo(path, self._tools(None, None), self._closed_workbooks(), backup=backup)

    def _closed_workbooks(self, *, force: bool = False) -> WorkbookTools:
        return WorkbookTools(
            partial(open_workbook, force=force),
            check_saving,
            partial(lock, home=self._settings.home),
            file_key,
        )

    def refresh_open(
        self,
        workbook: "LiveWorkbook",
        options: RefreshOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> RefreshReport:
        """Fill in the invoices of a workbook that is open in Excel.

        Args:
            workbook: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.
        """
        tools = self._tools(cancel, progress)
        return refresh([workbook.path], options, tools, self._open_workbook(workbook))

    def undo_open(self, workbook: "LiveWorkbook", *, progress: Progress) -> UndoReport:
        """Put back what the last refresh of an open workbook overwrote.

        Args:
            workbook: the workbook.
            progress: whoever watches.

        Raises:
            InputError: there is nothing to undo, or the sheet cannot be used.
            WorkbookBusy: Excel was busy for too long.
        """
        return undo(workbook.path, self._tools(None, progress), self._open_workbook(workbook))

    def payments(
        self,
        path: Path,
        options: PaymentOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> PaymentsReport:
        """Fill in the payment status and due date of the invoices of a saved workbook.

        Args:
            path: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.

        Raises:
            XlsxAddinError: as `jobs.payments.payments` says.
        """
        return payments(path, options, self._tools(cancel, progress), self._closed_workbooks())

    def payments_open(
        self,
        workbook: "LiveWorkbook",
        options: PaymentOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> PaymentsReport:
        """Fill in the payment status and due date of the invoices of an open workbook.

        Args:
            workbook: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.

        Raises:
            XlsxAddinError: as `jobs.payments.payments` says.
        """
        tools = self._tools(cancel, progress)
        return payments(workbook.path, options, tools, self._open_workbook(workbook))

    def transactions(
        self,
        path: Path,
        options: TransactionsOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> TransactionsReport:
        """Add the transactions of some days to a saved workbook.

        Args:
            path: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.

        Raises:
            InputError: the days make no sense.
        """
        workbooks = self._closed_workbooks(force=options.force)
        return import_transactions(path, options, self._tools(cancel, progress), workbooks)

    def transactions_open(
        self,
        workbook: "LiveWorkbook",
        options: TransactionsOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> TransactionsReport:
        """Add the transactions of some days to a workbook that is open in Excel.

        Args:
            workbook: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.

        Raises:
            InputError: the days make no sense.
        """
        tools = self._tools(cancel, progress)
        return import_transactions(workbook.path, options, tools, self._open_workbook(workbook))

    def _open_workbook(self, workbook: "LiveWorkbook") -> WorkbookTools:
        key = workbook.key
        return WorkbookTools(
            lambda _: workbook,
            lambda _path, _output: None,
            lambda _: lock(Path(key), self._settings.home),
            lambda _: key,
        )

    def runs(self, limit: int) -> list[RunRecord]:
        """List the latest runs, newest first.

        Args:
            limit: how many at most.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._store.runs(limit)

    def run(self, number: int) -> RunRecord | None:
        """Give one run, None if it is not known (any more).

        Args:
            number: of the run.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._store.run(number)

    def is_under_way(self, run: RunRecord) -> bool:
        """Say whether a run without an end still holds its workbook.

        Args:
            run: without an end.
        """
        return is_locked(Path(run.book.partition("\n")[0]), self._settings.home)

    def lookup(
        self,
        rows: Sequence[RowKey],
        policy: Policy,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> LookupReport:
        """Look up the invoices of line items.

        Args:
            rows: line items, outcomes of rows without a valid one, None for blank rows.
            policy: which known answers are good enough.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.

        Raises:
            SettingError: something has to be asked, but the sign-in is not set up.
            StoreError: answers cannot be looked up or kept.
        """
        return lookup(rows, policy, self._tools(cancel, progress))

    def formula_tools(self, cancel: threading.Event) -> JobTools:
        """Give what the formulas of an open workbook work with, as long as the `with` block lasts.

        Args:
            cancel: set by whoever wants asking to stop.
        """
        return self._tools(cancel, None)

    def sandbox_account(self) -> "SandboxAccount":
        """Give the made-up account that the sandbox answers about."""
        return _new_sandbox(self._settings).account

    def _tools(self, cancel: threading.Event | None, progress: Progress | None) -> JobTools:
        return JobTools(
            store=self._store,
            connect=self._connect,
            account=self._settings.account,
            now=time.time,
            zone=self._settings.zone,
            cancel=cancel or threading.Event(),
            progress=progress or NoProgress(),
            caller=Caller(_user_name(), self._command, program_version()),
        )

    @contextmanager
    def _connect(self) -> Iterator[Amazon]:
        """Make the client, and the sandbox if that is what it talks to."""
        # Imported when something has to be asked: `requests` costs 0.1 s.
        from xlsx_addin.connecting import connected  # noqa: PLC0415  # see above

        with ExitStack() as stack:
            settings = stack.enter_context(reachable(self._settings))
            yield stack.enter_context(connected(settings, shares_pace=not settings.sandbox))


@contextmanager
def reachable(settings: Settings) -> Iterator[Settings]:
    """Give settings with an address, for as long as a `with` block lasts.

    Args:
        settings: of a profile; those of a sandbox start one in this process.
    """
    if not settings.sandbox:
        yield settings
        return
    with _new_sandbox(settings) as sandbox:
        yield _pointed_to(sandbox, settings)


def _new_sandbox(settings: Settings) -> "Sandbox":
    from xlsx_addin.sandbox import Sandbox  # noqa: PLC0415  # only those who use it pay

    return Sandbox(_sandbox_options(settings))


def refresh_by_profile(
    order: Sequence[Path],
    parted: Mapping[str | None, Sequence[Path]],
    program: Callable[[str | None], App],
    refresh_with: Callable[[App, Sequence[Path]], RefreshReport],
    *,
    tell: Callable[[str], object] = lambda _: None,
) -> RefreshReport:
    """Refresh workbooks of several accounts, one account after the other.

    Args:
        order: the workbooks as they were named.
        parted: the workbooks of each profile, in the order of their first ones.
        program: wires the program for a profile.
        refresh_with: refreshes the workbooks of a profile.
        tell: takes what the user should know besides the report.

    Raises:
        XlsxAddinError: the only profile cannot be used. If there are several, it is the error of
            each workbook that uses it.
    """
    reports: list[RefreshReport] = []
    for profile, paths in parted.items():
        try:
            with program(profile) as app:
                reports.append(refresh_with(app, paths))
                for sentence in app.notices:
                    tell(sentence)
        except XlsxAddinError as error:
            if len(parted) == 1:
                raise
            books = [WorkbookReport(path, error=error) for path in paths]
            reports.append(RefreshReport(books))
    return joined(reports, order)


def _user_name() -> str:
    """Name the user of the operating system, empty where it tells none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # which one depends on Python's version
        return ""


def _pointed_to(sandbox: "Sandbox", settings: Settings) -> Settings:
    from xlsx_addin.sandbox import SANDBOX_CREDENTIALS  # noqa: PLC0415  # as above

    known = Credentials(
        SANDBOX_CREDENTIALS.client_id,
        Secret(SANDBOX_CREDENTIALS.client_secret),
        Secret(SANDBOX_CREDENTIALS.refresh_token),
    )
    return settings.at_sandbox(sandbox.endpoint, sandbox.token_url, known)


def _sandbox_options(settings: Settings) -> "SandboxOptions":
    from xlsx_addin.sandbox import options_from_arguments  # noqa: PLC0415  # as above

    return options_from_arguments(region=cast("SandboxRegion", settings.region.name))
