"""Running a job for a command: the program wired, stoppable, and its notices told."""

import argparse
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsx_addin.app import App
from xlsx_addin.cli.common import note
from xlsx_addin.cli.interrupt import SAVING, cancelled_by_signals
from xlsx_addin.settings import load_settings
from xlsx_addin.workbook_profiles import profile_for


@contextmanager
def running(
    options: argparse.Namespace, workbook: Path | None = None, *, stopping: str = SAVING
) -> Iterator[tuple[App, threading.Event]]:
    """Give the program as the user's options want it, and what Ctrl-C sets.

    Args:
        options: as parsed, with those that every command has.
        workbook: the only one that the command works on, which may have a profile of its own.
        stopping: what the user reads at the first Ctrl-C.

    Raises:
        SettingError: the profile or a setting is wrong.
        StoreError: the store of known answers cannot be opened.
    """
    profile = options.profile
    if workbook is not None:
        profile = profile_for(os.environ, workbook, profile)
    settings = load_settings(os.environ, profile, sandbox=options.sandbox)
    with App(settings, options.command) as app, cancelled_by_signals(stopping) as cancel:
        yield app, cancel
        for sentence in app.notices:
            note(sentence)
