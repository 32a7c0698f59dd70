"""What the reports of jobs that sweep transactions have in common."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta, tzinfo
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from xlsx_addin.core.feed import Window
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.jobs.report import (
    EXIT_BUSY,
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_ROWS_FAILED,
    RefreshReport,
)

_log = logging.getLogger(__name__)


class MissingDays(NamedTuple):
    """Days whose transactions did not come.

    Args:
        first: the first day.
        last: the last day, included.
        failure: why.
    """

    first: date
    last: date
    failure: Failure

    @classmethod
    def of(cls, window: Window, failure: Failure, zone: tzinfo) -> Self:
        """Tell of a window.

        Args:
            window: which one.
            failure: why it did not come.
            zone: where days are counted.
        """
        last = window.end - timedelta(seconds=1)
        return cls(window.start.astimezone(zone).date(), last.astimezone(zone).date(), failure)

    def as_json(self) -> dict[str, str]:
        """Give the object that stands for them in JSON."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "status": self.failure.status.value,
            "cause": self.failure.cause,
        }


class SweepReport(Protocol):
    """The report of a job that sweeps transactions for one workbook."""

    path: Path
    sheet: str
    table: str
    missing: list[MissingDays]
    pages: int
    backup: Path | None
    interrupted: bool
    refresh: RefreshReport | None
    error: XlsxAddinError | None


def sweep_exit_code(report: SweepReport, *, rows_failed: bool) -> int:
    """Tell the exit code of a command, the first that applies.

    Args:
        report: of its job.
        rows_failed: whether something did not come to what it should.
    """
    codes = {report.error.exit_code} if report.error else set()
    if report.refresh is not None:
        codes.add(report.refresh.exit_code)
    refused = any(one.failure.status is Status.NOT_ALLOWED for one in report.missing)
    rules = (
        (EXIT_INTERRUPTED, report.interrupted or EXIT_INTERRUPTED in codes),
        (EXIT_REFUSED, EXIT_REFUSED in codes or (refused and not report.pages)),
        (EXIT_BUSY, EXIT_BUSY in codes),
        (EXIT_INPUT, EXIT_INPUT in codes),
        (EXIT_ROWS_FAILED, EXIT_ROWS_FAILED in codes or rows_failed),
    )
    return next((code for code, applies in rules if applies), EXIT_OK)


@contextmanager
def kept_for(report: SweepReport) -> Iterator[None]:
    """Keep what stands in the way for a report.

    Args:
        report: of the job in the `with` block.
    """
    try:
        yield
    except XlsxAddinError as error:
        _log.warning("%s: %s: %s", report.path.name, error.code, error)
        report.error = error
    except Exception as error:  # noqa: BLE001  # the user gets a sentence, the log the rest
        _log.exception("unexpected, %s", report.path.name)
        report.error = unexpected(error)
