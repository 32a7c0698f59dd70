"""The part of the composition root that fetching PDFs needs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from xlsx_addin.amazon.documents import CREATE
from xlsx_addin.amazon.waiting import SystemClock
from xlsx_addin.connecting import client_options
from xlsx_addin.errors import WorkbookBusy
from xlsx_addin.jobs.pdf_report import NO_PDF, PdfReport
from xlsx_addin.jobs.tools import Pace, PdfTools
from xlsx_addin.settings import Settings
from xlsx_addin.settings_file import profile_option
from xlsx_addin.store.pdf_folder import PdfFolder, file_has
from xlsx_addin.workbooks.access import lock

POLL_S: Final = 15.0
"""Seconds between two looks at a report, as Amazon advises (`docs/api.md`)."""


def pdf_tools(settings: Settings, queue: Path) -> PdfTools:
    """Choose what fetching PDFs works with.

    Args:
        settings: of the profile.
        queue: names the queue of the account for locks.
    """
    faster = client_options(settings).document_pace
    region = settings.region
    return PdfTools(
        region=region.name,
        marketplaces=(settings.marketplace or region.marketplaces[region.country],),
        folder=PdfFolder,
        holds=file_has,
        lock=lambda: _queue_lock(queue, settings.home),
        pace=Pace(
            CREATE.rate_per_s * faster,
            CREATE.burst * faster,
            settings.numbers.get("report_poll_s", POLL_S / faster),
        ),
        wait=SystemClock().wait,
    )


@contextmanager
def _queue_lock(queue: Path, home: Path) -> Iterator[None]:
    """Keep other runs off the queue of the account, so that no document is ordered twice."""
    with ExitStack() as stack:
        try:
            stack.enter_context(lock(queue, home))
        except WorkbookBusy as error:
            raise WorkbookBusy(
                "Another run fetches PDFs of this account.",
                next_step="Wait until it is done, or stop it with Ctrl-C; then run this one again.",
                code="pdfs-running",
            ) from error
        yield


def marketplace_notice(settings: Settings, report: PdfReport) -> str:
    """Say in which marketplace documents were asked for, if nobody chose it; else nothing.

    Args:
        settings: of the profile.
        report: what was fetched.
    """
    region = settings.region
    is_in_doubt = region.name == "eu" or report.count(NO_PDF)
    was_asked = report.requests or report.would_ask
    if settings.marketplace or not (is_in_doubt and was_asked):
        return ""
    others = [one for one in region.marketplaces if one != region.country]
    choosing = f"xlsx-addin settings marketplace {others[0]}{profile_option(settings.profile)}"
    return (
        f"Documents are asked for in the marketplace {region.country}, the default of region"
        f" {region.name}. If the account buys elsewhere ({', '.join(others)}), choose it:"
        f" {choosing}"
    )
