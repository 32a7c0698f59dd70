"""Fetching the PDFs of a sheet: its documents into a folder, each once, and links to them.

What the sheet wants is what the store knows of its line items; nothing is read out of cells but
the IDs. The workbook is open only while it is read and, hours later perhaps, while it is linked.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey, Wanted, Wish, wanted_documents
from xlsx_addin.core.file_names import document_name
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs import pdf_report
from xlsx_addin.jobs.book import MOST_ROUNDS, in_use
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.edits import check_locks
from xlsx_addin.jobs.pdf_links import PdfStock, link_changes
from xlsx_addin.jobs.pdf_queue import PdfQueue, Standing, seconds_left
from xlsx_addin.jobs.pdf_report import DocumentReport, PdfReport
from xlsx_addin.jobs.pdf_steps import Steps
from xlsx_addin.jobs.recording import recorded
from xlsx_addin.jobs.targets import Target, read_target
from xlsx_addin.jobs.tools import JobTools, PdfFiles, PdfTools, WorkbookTools
from xlsx_addin.workbooks.contract import Workbook

_log = logging.getLogger(__name__)

PDFS: Final = "pdfs"
"""The kind of a run that fetches PDFs."""


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """What the user chose.

    Args:
        folder: where the PDFs go.
        selection: the sheet or table.
        link: put links beside the invoice numbers.
        consolidated_only: leave out what a consolidated invoice stands for.
        retry: ask again for documents that Amazon did not deliver.
        dry_run: say what would be asked, and how long it would take.
        backup: keep a copy of the workbook's old content.
    """

    folder: Path
    selection: Selection = field(default_factory=Selection)
    link: bool = False
    consolidated_only: bool = False
    retry: bool = False
    dry_run: bool = False
    backup: bool = True


def fetch_pdfs(
    path: Path,
    options: PdfOptions,
    tools: JobTools,
    pdf_tools: PdfTools,
    workbooks: WorkbookTools,
    show: Callable[[Standing], None] = lambda _: None,
) -> PdfReport:
    """Fetch the PDFs of a sheet.

    Args:
        path: the workbook.
        options: what the user chose.
        tools: what the job works with.
        pdf_tools: what fetching works with.
        workbooks: what the workbook is handled with.
        show: is told how far it is, several times a second.

    Returns:
        What happened. Errors that come once fetching has begun are in there, not raised.

    Raises:
        InputError: workbook, sheet or folder cannot be used.
        WorkbookBusy: another run fetches PDFs of this account, or the workbook is open.
        LocalError: the folder cannot be written.
    """
    run = _Run(path, options, tools, pdf_tools, workbooks)
    if options.dry_run:
        return run.plan()
    with recorded(tools, PDFS, path, book=workbooks.key(path)) as record:
        run.read()
        report = run.report
        record.place(f"{workbooks.key(path)}\n{report.sheet}", report.sheet)
        try:
            run.fetch(show)
        finally:
            record.counts |= report.counts
        record.error = report.error.code if report.error else ""
    return report


class _Run:
    """One run: what the sheet wants, what is there, what is fetched, what is linked.

    Attributes:
        report: what happened.
    """

    def __init__(
        self,
        path: Path,
        options: PdfOptions,
        tools: JobTools,
        pdf_tools: PdfTools,
        workbooks: WorkbookTools,
    ) -> None:
        self.report = PdfReport(path, options.folder)
        self._options = options
        self._tools = tools
        self._pdf_tools = pdf_tools
        self._workbooks = workbooks
        self._began = tools.now()

    def plan(self) -> PdfReport:
        """Tell what a run would ask for, without asking or writing."""
        self.read()
        self._plan(None)
        self.report.would_ask = len(self._queued)
        self._tell({one.key: record for one, record in self._queued}, {})
        return self.report

    def read(self) -> None:
        """Read the rows, and what the store knows of their line items."""
        path, options = self.report.path, self._options
        with ExitStack() as stack:
            stack.enter_context(self._workbooks.lock(path))
            workbook = stack.enter_context(self._workbooks.open(path))
            if options.link and not options.dry_run:
                self._workbooks.check(path, None)
            target = self._target(workbook)
            if options.link:
                # Before hours of fetching: whether the sheet has a place for the links.
                link_changes(workbook, target, PdfStock(Wish({}, {}), {}, ()))
        self.report.sheet, self.report.rows = target.sheet, target.rows.row_count
        self._options = replace(options, selection=replace(options.selection, sheet=target.sheet))
        self._wish = self._wish_of(target)

    def fetch(self, show: Callable[[Standing], None]) -> None:
        """Fetch what is not there yet, and link it.

        Args:
            show: is told how far it is.
        """
        report, cancel = self.report, self._tools.cancel
        with self._pdf_tools.lock():
            files = self._pdf_tools.folder(self._options.folder)
            report.folder = files.path
            self._plan(files)
            self._fetch(files, show)
        if self._options.link and not cancel.is_set():
            self._link()
        report.seconds = max(0.0, self._tools.now() - self._began)
        report.interrupted = cancel.is_set()

    def _target(self, workbook: Workbook) -> Target:
        return read_target(workbook, self._options.selection, (ResultField.STATUS,))

    def _wish_of(self, target: Target) -> Wish:
        tools, line_items = self._tools, target.rows.line_items()
        known = tools.store.known(tools.account, line_items)
        answers = {one: known[one].answer for one in line_items if one in known}
        unknown = {one for one in line_items if one not in answers}
        self.report.not_refreshed = sum(key in unknown for key in target.rows.keys)
        return wanted_documents(
            answers,
            self._pdf_tools.region,
            tools.zone,
            consolidated_only=self._options.consolidated_only,
        )

    def _plan(self, files: PdfFiles | None) -> None:
        """Find out which documents are there already, and from where the others go on.

        Args:
            files: the folder, None to write nothing.
        """
        tools, now = self._tools, self._tools.now()
        self._queued: list[tuple[Wanted, DocumentRecord]] = []
        self._done: dict[DocumentKey, DocumentReport] = {}
        known = tools.store.documents(tools.account, self._wish.documents)
        self._paths_before = {
            key: one.path for key, one in known.items() if one.state is DocumentState.SAVED
        }
        for key, wanted in self._wish.documents.items():
            record = known.get(key) or DocumentRecord(key)
            done = self._there(wanted, record, files)
            if done is None and not wanted.ways:
                done = DocumentReport(key, pdf_report.UNAVAILABLE, words=wanted.unavailable)
            if done is None:
                record = record.resumed(now, ways=len(wanted.ways), retry=self._options.retry)
                done = _ended(record)
            if done is None:
                self._queued.append((wanted, record))
            else:
                self._done[key] = done
        states = Counter(record.state for _, record in self._queued)
        self.report.seconds_left = seconds_left(self._pdf_tools.pace, states, {})

    def _there(
        self, wanted: Wanted, record: DocumentRecord, files: PdfFiles | None
    ) -> DocumentReport | None:
        """Find the file of an earlier run: in the folder, or elsewhere, from where it is copied."""
        if not record.sha256:
            return None
        key, path, holds = record.key, Path(record.path), self._pdf_tools.holds
        folder = files.path if files else self._options.folder.resolve()
        here = folder / path.name
        if holds(here, record.sha256):
            if files and (here != path or record.state is not DocumentState.SAVED):
                moved = record.moved(DocumentState.SAVED, self._tools.now(), path=str(here))
                self._tools.store.keep_document(self._tools.account, moved)
            return DocumentReport(key, pdf_report.THERE, here)
        if not holds(path, record.sha256):
            return None
        if files is None:
            return DocumentReport(key, pdf_report.COPIED, here)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        target = files.choose(document_name(wanted.day, key.number), record.sha256)
        files.write(target, content)
        copied = record.moved(DocumentState.SAVED, self._tools.now(), path=str(target))
        self._tools.store.keep_document(self._tools.account, copied)
        return DocumentReport(key, pdf_report.COPIED, target)

    def _fetch(self, files: PdfFiles, show: Callable[[Standing], None]) -> None:
        report, tools = self.report, self._tools
        queue = None
        try:
            if self._queued:
                with tools.connect() as amazon:
                    source = amazon.documents
                    steps = Steps(source, files, tools, self._pdf_tools)
                    queue = PdfQueue(self._queued, steps, source, tools, self._pdf_tools)
                    try:
                        queue.run(show)
                    finally:
                        report.requests, report.throttled = source.requests, source.throttled
                report.error = queue.error
                report.seconds_left = queue.standing().seconds_left
        except XlsxAddinError as error:
            _log.warning("fetching ended: %s: %s", error.code, error)
            report.error = error
        if queue is None:
            self._tell({one.key: record for one, record in self._queued}, {})
        else:
            self._tell(queue.records, queue.causes)

    def _tell(
        self,
        records: Mapping[DocumentKey, DocumentRecord],
        causes: Mapping[DocumentKey, XlsxAddinError],
    ) -> None:
        """Put what became of each document into the report, in the order of the sheet."""
        for key in self._wish.documents:
            done = self._done.get(key)
            if done is None and key in causes:
                done = DocumentReport(key, pdf_report.FAILED, words=str(causes[key]))
            if done is None:
                done = _ended(records[key]) or DocumentReport(key, pdf_report.WAITING)
            self.report.documents.append(done)

    def _link(self) -> None:
        """Put the links into the workbook; what is fetched is safe whatever happens here."""
        path = self.report.path
        try:
            with ExitStack() as stack:
                stack.enter_context(self._workbooks.lock(path))
                workbook = stack.enter_context(self._workbooks.open(path))
                self._workbooks.check(path, None)
                stack.enter_context(workbook.writing())
                self._write_links(workbook)
        except XlsxAddinError as error:
            _log.warning("linking ended: %s: %s", error.code, error)
            self.report.error = self.report.error or error

    def _write_links(self, workbook: Workbook) -> None:
        report = self.report
        for _ in range(MOST_ROUNDS):
            target = self._target(workbook)
            changes = link_changes(workbook, target, self._stock(self._wish_of(target)))
            report.kept = changes.kept
            if not changes.edit.changed_cells:
                return
            check_locks(workbook, changes.edit)
            workbook.apply(changes.edit)
            committed = workbook.commit(backup=self._options.backup)
            report.linked += changes.edit.changed_cells
            report.output, report.backup = committed.output, committed.backup
            if not committed.disturbed:
                return
        raise in_use(report.sheet, report.path)

    def _stock(self, wish: Wish) -> PdfStock:
        documents = self.report.documents
        files = {one.key: one.file for one in documents if one.file is not None}
        hopeless = {
            one.key for one in documents if one.state in (pdf_report.NO_PDF, pdf_report.UNAVAILABLE)
        }
        before = self._paths_before
        moved = {key for key, file in files.items() if before.get(key, str(file)) != str(file)}
        workbook = Path(self._workbooks.key(self.report.path))
        return PdfStock(
            wish, files, hopeless, moved, workbook.parent if workbook.is_absolute() else None
        )


def _ended(record: DocumentRecord) -> DocumentReport | None:
    """Tell what became of a document that is done with, None for one that goes on."""
    if record.state is DocumentState.SAVED:
        return DocumentReport(record.key, pdf_report.SAVED, Path(record.path))
    if record.state is DocumentState.GONE:
        return DocumentReport(record.key, pdf_report.NO_PDF, words=record.words)
    if record.state is DocumentState.FAILED:
        return DocumentReport(record.key, pdf_report.FAILED, words=record.words)
    return None
