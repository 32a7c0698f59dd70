"""The refresh: workbooks in, invoices beside their line items, workbooks out.

The same for the button and for saved files. It walks once from left to right: read, plan,
ask, write. The distinct line items of all workbooks are asked about once; a workbook that
cannot be read or written does not hold up the others.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.asking import Asked, ask_and_keep
from xlsx_addin.jobs.book import BookRefresh
from xlsx_addin.jobs.options import RefreshOptions
from xlsx_addin.jobs.report import RefreshReport
from xlsx_addin.jobs.tools import JobTools, WorkbookTools

__all__ = ["RefreshOptions", "WorkbookTools", "refresh"]

_log = logging.getLogger(__name__)


def refresh(
    paths: Iterable[Path], options: RefreshOptions, tools: JobTools, workbooks: WorkbookTools
) -> RefreshReport:
    """Fill in the invoices of workbooks.

    Args:
        paths: the workbooks, each once.
        options: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.

    Returns:
        What happened to each workbook. Errors are in there, not raised: what stands in the
        way of one workbook does not hold up the others.
    """
    began = tools.now()
    books = [BookRefresh(path, options, tools) for path in paths]
    try:
        for book in books:
            with book.guarded():
                book.read(workbooks)
            if book.report.error is not None:
                book.finish()
        report = RefreshReport([book.report for book in books])
        failures = _ask(books, options, tools, report)
        for book in books:
            with book.guarded():
                book.write(failures)
            book.finish()
    except KeyboardInterrupt:
        for book in books:
            book.break_off()
        raise
    finally:
        for book in books:
            book.close()
    report.seconds = max(0.0, tools.now() - began)
    report.interrupted = tools.cancel.is_set()
    return report


def _ask(
    books: Sequence[BookRefresh], options: RefreshOptions, tools: JobTools, report: RefreshReport
) -> Mapping[LineItem, Failure]:
    """Ask about the line items of all books and share the count of requests out."""
    asking = [book for book in books if book.asked and book.report.error is None]
    if options.dry_run:
        return {}
    asked: Asked[LineItem] = Asked()
    line_items = list(dict.fromkeys(line for book in asking for line in book.asked))
    try:
        ask_and_keep(asked, line_items, tools)
    except XlsxAddinError as error:
        _log.warning("asking ended: %s: %s", error.code, error)
        for book in asking:
            book.report.error = error
    report.requests, report.retries = asked.requests, asked.retries
    report.throttled, report.answered = asked.throttled, asked.answered
    is_shared = len(asking) > 1
    for book in asking:
        counts = (asked.requests, asked.retries, asked.throttled)
        one = book.report
        one.requests, one.retries, one.throttled = (None,) * 3 if is_shared else counts
    return asked.failures
