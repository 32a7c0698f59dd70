"""What a run on record came to, in words and as JSON."""

from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, Final

from xlsx_addin.core.outcomes import Status
from xlsx_addin.store.contract import RunRecord

UNDER_WAY: Final = "under way"
NO_END: Final = "did not end"

_NOTED: Final = (
    Status.FAILED,
    Status.NOT_ALLOWED,
    Status.CANCELLED,
    Status.CHECK_IDS,
    Status.ID_DAMAGED,
)
"""What somebody should look at, the most pressing first."""


def result_in_words(run: RunRecord, *, under_way: bool = False) -> str:
    """Say what a run came to: `done`, `3 Failed`, `stopped`, `did not end` and the like.

    Args:
        run: as it is on record.
        under_way: whether a run without an end is still at work.
    """
    if run.ended_at is None:
        return UNDER_WAY if under_way else NO_END
    noted = [
        f"{count:,} {status.value}" for status in _NOTED if (count := run.counts.get(status.value))
    ]
    endings = ["stopped"] if run.cancelled else []
    if run.error:
        endings = [f"error {run.error}"]
    return ", ".join(endings + noted) or "done"


def seconds_of(run: RunRecord) -> float | None:
    """Tell how long a run took; None if it did not end, or the clock was set back meanwhile.

    Args:
        run: as it is on record.
    """
    if run.ended_at is None or run.ended_at < run.started_at:
        return None
    return run.ended_at - run.started_at


def run_as_json(
    run: RunRecord, *, under_way: bool = False, names_only: bool = False
) -> dict[str, Any]:
    """Give the object that `runs --json` prints for a run.

    Args:
        run: as it is on record.
        under_way: whether a run without an end is still at work.
        names_only: leave out who it was, and the folder of the workbook.
    """
    seconds = seconds_of(run)
    return {
        "number": run.number,
        "kind": run.kind,
        "command": run.caller.command,
        "who": "" if names_only else run.caller.who,
        "started": _moment(run.started_at),
        "ended": None if run.ended_at is None else _moment(run.ended_at),
        "seconds": None if seconds is None else round(seconds, 3),
        "workbook": name_of(run.path) if names_only else run.path,
        "sheet": run.sheet,
        "result": result_in_words(run, under_way=under_way),
        "stopped": run.cancelled,
        "error": run.error or None,
        "counts": dict(run.counts),
        "version": run.caller.version,
    }


def name_of(path: str) -> str:
    """Give the name of a workbook without its folder, whichever system wrote the path.

    Args:
        path: as it is on record.
    """
    return PurePath(path.replace("\\", "/")).name


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
