"""The part of the composition root that every job needs: settings, store, client, workbooks."""

import getpass
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from xlsx_addin.jobs.progress import NoProgress, Progress
from xlsx_addin.jobs.tools import Amazon, JobTools, WorkbookTools
from xlsx_addin.logs import hide
from xlsx_addin.reaching import reachable
from xlsx_addin.settings import Settings
from xlsx_addin.store.address import open_store
from xlsx_addin.store.contract import Caller
from xlsx_addin.version import program_version
from xlsx_addin.workbooks.access import lock
from xlsx_addin.workbooks.files import check_saving
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

if TYPE_CHECKING:
    from xlsx_addin.workbooks.live import LiveWorkbook


class Wired:
    """What jobs work with, wired for one profile, for as long as a `with` block lasts.

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

    def _closed_workbooks(self, *, force: bool = False) -> WorkbookTools:
        return WorkbookTools(
            partial(open_workbook, force=force),
            check_saving,
            partial(lock, home=self._settings.home),
            file_key,
        )

    def _open_workbook(self, workbook: "LiveWorkbook") -> WorkbookTools:
        key = workbook.key
        return WorkbookTools(
            lambda _: workbook,
            lambda _path, _output: None,
            lambda _: lock(Path(key), self._settings.home),
            lambda _: key,
        )

    @property
    def _pdf_queue(self) -> Path:
        """What names the queue of PDFs of the account for locks."""
        return self._settings.home / f"pdfs-{self._settings.account}"

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


def _user_name() -> str:
    """Name the user of the operating system, empty where it tells none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # which one depends on Python's version
        return ""
