"""The folder of the self-test: workbooks and pictures after each step, log, versions, results."""

import json
import platform
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any

from xlsx_addin.errors import InputError, LocalError
from xlsx_addin.excel.selftest.running import Done
from xlsx_addin.excel.selftest.trial import Step, Trial
from xlsx_addin.logs import kept_logs
from xlsx_addin.version import program_version


def new_folder(user_home: Path, now: datetime, to: Path | None = None) -> Path:
    """Make the folder; an older one is never written into.

    Args:
        user_home: the user's own folder.
        now: the clock on the wall.
        to: another place; None for a new folder in the user's own one.

    Raises:
        InputError: there is something at that place.
        LocalError: it cannot be made.
    """
    try:
        if to is not None:
            to.mkdir(parents=True)
            return to.absolute()
        name = f"xlsx-addin-selftest-{now:%Y-%m-%d}"
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        folder = next(path for one in names if not (path := user_home / one).exists())
        folder.mkdir()
    except FileExistsError as error:
        raise InputError(
            f"There is a file or folder {error.filename} already.",
            next_step="Name a new one: the evidence of an earlier self-test is never overwritten.",
            code="file-exists",
        ) from error
    except OSError as error:
        raise LocalError(
            f"The folder {error.filename} cannot be made: {error.strerror}.",
            next_step="Choose a place that you may write to, with --to.",
            code="cannot-write",
        ) from error
    return folder


class Evidence:
    """What is kept of a self-test.

    Args:
        folder: an empty one.
        trial: the self-test.
    """

    def __init__(self, folder: Path, trial: Trial) -> None:
        self.folder = folder
        self._trial = trial
        self._number = 0

    def keep(self, step: Step) -> None:
        """Keep the workbook as Excel has it after a step, and a picture where there is one.

        Args:
            step: that was done.
        """
        self._number += 1
        trial, name = self._trial, f"{self._number:02}-{step.name.replace(' ', '-')}"
        if not trial.excel.is_running:
            return
        if step.about_formulas:
            if trial.cells is not None:
                trial.cells.copy(self.folder / f"{name}.xlsx")
        elif trial.book is not None:
            trial.excel.copy(trial.book, self.folder / f"{name}{trial.path.suffix}")
            trial.excel.portray(trial.book, self.folder / name)

    def close(self, steps: Sequence[Done]) -> dict[str, Any]:
        """Keep the log and the results.

        Args:
            steps: what was done.

        Returns:
            The results as JSON has them.
        """
        for path in kept_logs(self._trial.bench.home):
            shutil.copy(path, self.folder)
        result = {
            "ok": not any(step.failed for step in steps),
            "folder": str(self.folder),
            "versions": _versions(),
            "steps": [step.as_json() for step in steps],
        }
        content = json.dumps(result, indent=2)
        (self.folder / "result.json").write_text(content, encoding="ascii")
        return result


def _versions() -> dict[str, str]:
    return {
        "xlsx_addin": program_version(),
        "xlwings": metadata.version("xlwings"),
        "python": f"{platform.python_version()}, {sys.executable}",
        "system": platform.platform(),
    }
