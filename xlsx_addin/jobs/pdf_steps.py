"""The steps of a document on its way: order a report, look at it, fetch what came of it.

Each step is in the store before the document goes on. What ends in an error stays as it was and
goes on from there in the next run.
"""

import hashlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey, Wanted, report_specification
from xlsx_addin.core.file_names import document_name
from xlsx_addin.core.report_answers import ReportState
from xlsx_addin.errors import AmazonError, DocumentUnusable, RequestRefused
from xlsx_addin.jobs.tools import DocumentSource, JobTools, PdfFiles, PdfTools

_MOST_REPORTS: Final = 2
"""Reports of one document that may end with FATAL before it is given up."""

_PATIENCE_S: Final = 2 * 3600
"""How long a run watches a report that gets neither done nor cancelled."""

_NOTHING: Final = "Amazon has no PDF of it to deliver (the report was cancelled)."
_FATAL: Final = "Amazon could not make the PDF (FATAL), twice."


class Steps:
    """Takes documents from one state to the next; a thread for each kind of step may use it.

    Args:
        source: where PDFs come from.
        files: the folder they are saved in.
        tools: what the job works with.
        pdf_tools: what fetching works with.
    """

    def __init__(
        self,
        source: DocumentSource,
        files: PdfFiles,
        tools: JobTools,
        pdf_tools: PdfTools,
    ) -> None:
        self._source = source
        self._files = files
        self._tools = tools
        self._pdf_tools = pdf_tools
        self._lost: set[DocumentKey] = set()
        self._began = tools.now()

    def order(
        self, wanted: Wanted, record: DocumentRecord, stop: threading.Event
    ) -> DocumentRecord:
        """Order a report."""
        options = wanted.ways[record.way]
        specification = report_specification(options, self._pdf_tools.marketplaces)
        try:
            report_id = self._source.order(specification, stop)
        except RequestRefused as error:
            return self._next_way(wanted, record, str(error))
        now = self._tools.now()
        return self._keep(
            record.moved(
                DocumentState.REQUESTED,
                now,
                options=options,
                report_id=report_id,
                requested_at=now,
            )
        )

    def look(self, wanted: Wanted, record: DocumentRecord, stop: threading.Event) -> DocumentRecord:
        """Look how far a report is."""
        try:
            report = self._source.report(record.report_id, stop)
        except RequestRefused as error:
            return self._order_anew(record, error)
        now = self._tools.now()
        if report.state is ReportState.DONE:
            ready = record.moved(DocumentState.READY, now, document_id=report.document_id)
            return self._keep(ready)
        if report.state is ReportState.CANCELLED:
            return self._next_way(wanted, record, _NOTHING)
        if report.state is ReportState.FATAL:
            fatal = record.reports + 1
            if fatal < _MOST_REPORTS:
                return self._keep(record.anew(now, way=record.way, reports=fatal))
            return self._keep(record.moved(DocumentState.FAILED, now, words=_FATAL))
        if now - max(record.requested_at, self._began) > _PATIENCE_S:
            raise AmazonError(
                f"Amazon has worked on the PDF for {_PATIENCE_S // 3600} hours without an end.",
                next_step="Run the same command again later: the report is kept for 90 days.",
                code="report-slow",
            )
        return record

    def fetch(
        self, wanted: Wanted, record: DocumentRecord, stop: threading.Event
    ) -> DocumentRecord:
        """Fetch a document and save it."""
        if record.sha256 and self._pdf_tools.holds(Path(record.path), record.sha256):
            # The run before was killed when the file was in place already.
            return self._keep(record.moved(DocumentState.SAVED, self._tools.now()))
        try:
            pdf = self._source.pdf(record.document_id, stop)
        except RequestRefused as error:
            return self._order_anew(record, error)
        except DocumentUnusable as error:
            failed = record.moved(DocumentState.FAILED, self._tools.now(), words=str(error))
            return self._keep(failed)
        return self.save(wanted, record, pdf)

    def save(self, wanted: Wanted, record: DocumentRecord, pdf: bytes) -> DocumentRecord:
        """Put a PDF into the folder; a kill at any moment loses neither file nor record.

        Args:
            wanted: the document.
            record: how far it is.
            pdf: its content.
        """
        digest = hashlib.sha256(pdf).hexdigest()
        name = document_name(wanted.day, wanted.key.number)
        path = self._files.choose(name, digest)
        about_to = replace(record, path=str(path), sha256=digest, size=len(pdf))
        self._keep(about_to)
        self._files.write(path, pdf)
        return self._keep(about_to.moved(DocumentState.SAVED, self._tools.now()))

    def _next_way(self, wanted: Wanted, record: DocumentRecord, words: str) -> DocumentRecord:
        """Ask in the next way; after the last one there is no PDF."""
        now = self._tools.now()
        if record.way + 1 < len(wanted.ways):
            return self._keep(record.anew(now, way=record.way + 1))
        return self._keep(record.moved(DocumentState.GONE, now, words=words))

    def _order_anew(self, record: DocumentRecord, error: RequestRefused) -> DocumentRecord:
        """Order a report again that Amazon does not know any more; once in a run."""
        if record.key in self._lost:
            raise error
        self._lost.add(record.key)
        return self._keep(record.anew(self._tools.now(), way=record.way, reports=record.reports))

    def _keep(self, record: DocumentRecord) -> DocumentRecord:
        self._tools.store.keep_document(self._tools.account, record)
        return record
