"""What an undo came to, in words for the person who pressed the button."""

from collections.abc import Iterator

from xlsx_addin.core.wording import counted
from xlsx_addin.excel.summary import Summary
from xlsx_addin.jobs.undo import UndoReport


def summarize_undo(report: UndoReport) -> Summary:
    """Put into words what an undo did.

    Args:
        report: what it did.
    """
    details = tuple(_details(report))
    return Summary(
        f"{counted(report.changed, 'cell')} on sheet {report.sheet} put back.",
        details=details,
        needs_attention=bool(details),
    )


def _details(report: UndoReport) -> Iterator[str]:
    if report.edited:
        yield (
            f"{report.edited:,} {_rows(report.edited)} edited since the refresh: what was edited"
            " is left as it is."
        )
    if report.lost:
        yield (
            f"{report.lost:,} {_rows(report.lost)} deleted since, or copied so that nobody can"
            " tell which one was filled in: left as they are."
        )


def _rows(count: int) -> str:
    return "row was" if count == 1 else "rows were"
