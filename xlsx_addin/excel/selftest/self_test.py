"""The self-test as a whole: its bench, its Excel, its steps, its evidence; nothing is left."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from xlsx_addin.excel.selftest.bench import HOME_VARIABLE, bench
from xlsx_addin.excel.selftest.choosing import Choice, choose
from xlsx_addin.excel.selftest.evidence import Evidence, new_folder
from xlsx_addin.excel.selftest.running import Done, run_steps
from xlsx_addin.excel.selftest.steps import all_steps
from xlsx_addin.excel.selftest.trial import Limits, Step, Trial
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.logging_start import start_logging
from xlsx_addin.workbooks.live.attach import tame_xlwings

_PREFIX: Final = "xlsx-addin-selftest-"


class SelfTest:
    """A self-test under way.

    Args:
        trial: what its steps work with.
        evidence: its folder.
        steps: what it does.
    """

    def __init__(self, trial: Trial, evidence: Evidence, steps: Iterable[Step]) -> None:
        self._trial = trial
        self._evidence = evidence
        self._steps = steps
        self._done: list[Done] = []

    @property
    def folder(self) -> Path:
        """Where the evidence is."""
        return self._evidence.folder

    def run(self) -> Iterator[Done]:
        """Do the steps.

        Yields:
            Each as soon as it is done.
        """
        for done in run_steps(self._steps, self._trial, self._evidence.keep):
            self._done.append(done)
            yield done

    def result(self) -> dict[str, Any]:
        """Keep log and results, and give them as JSON has them."""
        return self._evidence.close(self._done)


@contextmanager
def self_test(
    to: Path | None,
    *,
    environ: Mapping[str, str] = os.environ,
    choice: Choice | None = None,
    steps: Iterable[Step] | None = None,
    now: Callable[[], datetime] = datetime.now,
    limits: Limits | None = None,
) -> Iterator[SelfTest]:
    """Make a self-test; whatever happens, its Excel and all that this started end with it.

    Args:
        to: where the evidence goes; None for a new folder in the user's own one.
        environ: the environment variables.
        choice: how it is done; None for the way of this system.
        steps: what it does; None for all.
        now: the clock on the wall.
        limits: how long things may take; None for what suits a person.

    Raises:
        InputError: there is no Excel for this system, or something in the folder's place.
        LocalError: the folder cannot be made.
    """
    # At once: when this process ends, xlwings would end Excels that have no window.
    tame_xlwings()
    user_home = Path.home()
    chosen = choice or choose(environ, user_home)
    folder = new_folder(user_home, now(), to)
    with ExitStack() as stack:
        # What an Excel that was ended still holds is removed by the system, later.
        temporary = tempfile.TemporaryDirectory(
            prefix=_PREFIX, dir=chosen.parent, ignore_cleanup_errors=True
        )
        place = Path(stack.enter_context(temporary)).resolve()
        ours = stack.enter_context(bench(place))
        start_logging(stack, {HOME_VARIABLE: str(ours.home)}, now=now)
        waiting = Waiting(time.monotonic, threading.Event().wait)
        excel = chosen.make(ours, waiting)
        stack.callback(excel.kill)
        trial = Trial(excel, ours, waiting, limits or Limits())
        yield SelfTest(trial, Evidence(folder, trial), steps or all_steps())
