"""The composition root: wires settings, store, client, workbooks and jobs."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.add_ids import DAYS_AFTER, AddIdsOptions, add_ids
from xlsx_addin.jobs.add_ids_report import AddIdsReport
from xlsx_addin.jobs.lookup import LookupReport, lookup
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.payments import PaymentOptions, payments
from xlsx_addin.jobs.pdf_queue import Standing
from xlsx_addin.jobs.pdf_report import PdfReport
from xlsx_addin.jobs.pdfs import PDFS, PdfOptions, fetch_pdfs
from xlsx_addin.jobs.progress import Progress
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport, joined
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.jobs.transactions import TransactionsOptions, import_transactions
from xlsx_addin.jobs.transactions_report import TransactionsReport
from xlsx_addin.jobs.undo import UndoReport, undo
from xlsx_addin.reaching import new_sandbox
from xlsx_addin.store.contract import RunRecord
from xlsx_addin.wiring import Wired
from xlsx_addin.workbooks.access import is_locked

if TYPE_CHECKING:
    from xlsx_addin.sandbox.account import Account as SandboxAccount
    from xlsx_addin.workbooks.live import LiveWorkbook


class App(Wired):
    """All parts of the program, wired for one profile, for as long as a `with` block lasts.

    Args:
        settings: of the profile; those of a sandbox start one in this process.
        command: the command or button that runs, for the record of runs.
        today: tells the local day.
    """

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

    def add_ids(
        self,
        path: Path,
        options: AddIdsOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> AddIdsReport:
        """Fill in the line item and shipment IDs of a saved workbook.

        Args:
            path: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.
        """
        workbooks = self._closed_workbooks(force=options.force)
        return add_ids(path, self._with_days(options), self._tools(cancel, progress), workbooks)

    def add_ids_open(
        self,
        workbook: "LiveWorkbook",
        options: AddIdsOptions,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> AddIdsReport:
        """Fill in the line item and shipment IDs of a workbook that is open in Excel.

        Args:
            workbook: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            progress: whoever watches.
        """
        tools, workbooks = self._tools(cancel, progress), self._open_workbook(workbook)
        return add_ids(workbook.path, self._with_days(options), tools, workbooks)

    def _with_days(self, options: AddIdsOptions) -> AddIdsOptions:
        days = self._settings.numbers.get("add_ids_days", DAYS_AFTER)
        return replace(options, days_after=int(days))

    def pdfs(
        self,
        path: Path,
        options: PdfOptions,
        *,
        cancel: threading.Event | None = None,
        show: Callable[[Standing], None] = lambda _: None,
    ) -> PdfReport:
        """Fetch the PDFs of a saved workbook's invoices.

        Args:
            path: the workbook.
            options: what the user chose.
            cancel: set by whoever wants it to stop.
            show: is told how far it is.

        Raises:
            InputError: workbook, sheet or folder cannot be used.
            LocalError: workbook, queue or folder is busy or cannot be written.
        """
        return self._fetch_pdfs(path, options, self._closed_workbooks(), cancel, show)

    def pdfs_open(
        self,
        workbook: "LiveWorkbook",
        options: PdfOptions,
        *,
        cancel: threading.Event | None = None,
        show: Callable[[Standing], None] = lambda _: None,
    ) -> PdfReport:
        """Fetch the PDFs of the invoices of a workbook that is open in Excel; see `pdfs`."""
        tools = self._open_workbook(workbook)
        return self._fetch_pdfs(workbook.path, options, tools, cancel, show)

    def _fetch_pdfs(
        self,
        path: Path,
        options: PdfOptions,
        workbooks: WorkbookTools,
        cancel: threading.Event | None,
        show: Callable[[Standing], None],
    ) -> PdfReport:
        # Imported by whoever needs it: `refresh` has no use for it.
        from xlsx_addin.fetching import marketplace_notice, pdf_tools  # noqa: PLC0415

        fetching = pdf_tools(self._settings, self._pdf_queue)
        report = fetch_pdfs(path, options, self._tools(cancel, None), fetching, workbooks, show)
        report.notice = marketplace_notice(self._settings, report)
        return report

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
        # Fetching PDFs takes hours, during which the workbook is nobody's.
        held = self._pdf_queue if run.kind == PDFS else Path(run.book.partition("\n")[0])
        return is_locked(held, self._settings.home)

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
        return new_sandbox(self._settings).account


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
