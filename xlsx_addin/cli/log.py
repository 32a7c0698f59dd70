"""`xlsx-addin log`: the redacted support log."""

import argparse
import os
from datetime import datetime
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.logs import log_path
from xlsx_addin.settings import home_folder


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "log",
        run,
        summary="Show today's support log, without secrets.",
        example="  xlsx-addin log --path",
    )
    parser.add_argument("--path", action="store_true", help="print only where the file is")


def run(options: argparse.Namespace) -> int:
    """Print the log of today, or where it is.

    Args:
        options: as parsed.
    """
    path = log_path(home_folder(os.environ), datetime.now().astimezone().date())
    if options.json:
        lines = _lines(path) if not options.path else None
        print_json({"path": str(path)} | ({"lines": lines} if lines is not None else {}))
    elif options.path:
        print(path)
    else:
        for line in _lines(path):
            print(line)
        note(f"From {path}")
    return 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
