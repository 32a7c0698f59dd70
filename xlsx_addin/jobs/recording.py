"""Recording: every run of a job is in the store from its start to its end.

A job of one workbook stands in a `with` block::

    with recorded(tools, "payments", path, book=workbooks.key(path)) as run:
        ...
        run.place(key_of_the_sheet, sheet)
        run.counts["rows"] = 17

A crash leaves a run without an end. What the counts are called is up to the job; `rows`,
`requests`, `retries`, `throttled` and the status words are shown by these names.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xlsx_addin.errors import StoreError, XlsxAddinError
from xlsx_addin.jobs.tools import JobTools

_log = logging.getLogger(__name__)


class Recording:
    """A run that has begun and is on record.

    Args:
        tools: what the job works with.
        kind: which job it is, such as `refresh`.
        path: the workbook.
        book: its key in the store.
        policy: which known answers are good enough for it.

    Attributes:
        number: of the run.
        began: when it did, seconds since 1970.
        caller: who started it, and how.
        counts: rows, requests, statuses and so on by name; None for what several runs share.
        error: code of the error that ended it, empty if none did.
        cancelled: whether the user stopped it.

    Raises:
        StoreError: it cannot be recorded; from every method too.
    """

    def __init__(
        self, tools: JobTools, kind: str, path: Path, *, book: str, policy: str = ""
    ) -> None:
        self.counts: dict[str, int | None] = {}
        self.error = ""
        self.cancelled = False
        self.began = tools.now()
        self.caller = tools.caller
        self._tools = tools
        self._what = f"{kind} of {path.name}"
        self.number = tools.store.start_run(
            book, _whole(path), "", at=self.began, policy=policy, kind=kind, caller=self.caller
        )

    def place(self, book: str, sheet: str) -> None:
        """Record of which sheet the run is, once that is known.

        Args:
            book: key of the sheet.
            sheet: its name.
        """
        self._what = f"{self._what}, sheet {sheet}"
        self._tools.store.place_run(self.number, book, sheet)

    def end(self) -> None:
        """Record that the run ended, and how; the log gets a line of it."""
        ended = self._tools.now()
        _log.info(
            "run %d, %s: %s after %.1f s; %s",
            self.number,
            self._what,
            self.error or ("stopped" if self.cancelled else "ended"),
            max(0.0, ended - self.began),
            ", ".join(f"{name} {_shown(count)}" for name, count in self.counts.items())
            or "no counts",
        )
        self._tools.store.end_run(
            self.number,
            at=ended,
            counts=self.counts,
            cancelled=self.cancelled,
            error=self.error,
        )


def _whole(path: Path) -> str:
    """Spell the path of a file from its root; a new workbook in Excel is none yet."""
    return str(path.absolute() if path.exists() else path)


def _shown(count: int | None) -> str:
    return "shared" if count is None else str(count)


@contextmanager
def recorded(
    tools: JobTools, kind: str, path: Path, *, book: str, policy: str = ""
) -> Iterator[Recording]:
    """Record a run from its start to its end, whatever ends it.

    Args:
        tools: what the job works with.
        kind: which job it is, such as `payments`.
        path: the workbook.
        book: its key in the store.
        policy: which known answers are good enough for it.

    Raises:
        StoreError: it cannot be recorded; an error of the job itself comes first.
    """
    run = Recording(tools, kind, path, book=book, policy=policy)
    try:
        yield run
    except BaseException as error:
        run.cancelled = run.cancelled or tools.cancel.is_set()
        if isinstance(error, KeyboardInterrupt):
            run.cancelled = True
        else:
            run.error = error.code if isinstance(error, XlsxAddinError) else "unexpected"
        with suppress(StoreError):  # what ended the job matters more
            run.end()
        raise
    run.cancelled = run.cancelled or tools.cancel.is_set()
    run.end()
