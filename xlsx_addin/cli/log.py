"""`xlsx-addin log`: the redacted support log, and an archive for support."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.errors import InputError, SettingError
from xlsx_addin.logs import Redactor, log_path
from xlsx_addin.settings import home_folder, load_settings, secrets_in

_DOCTOR: Final = "xlsx_addin.cli.doctor"
_DOCTOR_S: Final = 60.0


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
        example="  xlsx-addin log --path\n  xlsx-addin log --bundle for-support.zip",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--path", action="store_true", help="print only where the file is")
    what.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE.zip",
        help="make an archive for support: logs, versions, settings and runs, without secrets",
    )


def run(options: argparse.Namespace) -> int:
    """Print the log of today or where it is, or make the archive for support.

    Args:
        options: as parsed.

    Raises:
        InputError: the archive is there already, or its name does not end in .zip.
        LocalError: it cannot be written.
    """
    if options.bundle is not None:
        _bundle(options.bundle, options)
        return 0
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


def _bundle(path: Path, options: argparse.Namespace) -> None:
    # Imported here: archives cost the other commands their start-up time.
    from xlsx_addin.support import Sources, write_archive  # noqa: PLC0415  # see above
    from xlsx_addin.workbooks.creating import create  # noqa: PLC0415  # likewise

    if path.suffix.lower() != ".zip":
        raise InputError(
            f"{path.name} would not be a .zip archive.",
            next_step="Give it a name that ends in .zip.",
            code="not-zip",
        )
    sources = Sources(home_folder(os.environ), os.environ, _mask(options), _doctor(options))
    names: list[str] = []
    create(path, lambda file: names.extend(write_archive(file, sources)))
    if options.json:
        print_json({"path": str(path), "files": names})
    else:
        print(f"Made {path}: {', '.join(names)}")
        note("Its README.txt says what is in it. Have a look before you send it.")


def _mask(options: argparse.Namespace) -> Redactor:
    mask = Redactor(secrets_in(os.environ))
    with suppress(SettingError):  # the archive tells what is wrong with them
        mask.hide(*load_settings(os.environ, options.profile).secrets)
    return mask


def _doctor(options: argparse.Namespace) -> Callable[[], str] | None:
    """Give what asks the command `doctor`, in a process of its own; None if there is none."""
    if find_spec(_DOCTOR) is None:
        return None
    profile = ["--profile", options.profile] if options.profile else []

    def ask() -> str:
        done = subprocess.run(  # noqa: S603  # our own module
            [sys.executable, "-P", "-m", "xlsx_addin", "doctor", *profile],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_DOCTOR_S,
            check=False,
        )
        return done.stdout.decode("utf-8", "replace")

    return ask
