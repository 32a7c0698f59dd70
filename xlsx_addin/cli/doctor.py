"""`xlsx-addin doctor`: check all that a refresh needs, and tell what to do."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.core.wording import counted
from xlsx_addin.doctor.check import Check, Checked, Health, run_checks
from xlsx_addin.errors import SettingError
from xlsx_addin.reaching import reachable
from xlsx_addin.settings import Settings, home_folder, load_settings

EXIT_PROBLEMS: Final = 1

_WORDS: Final = {Health.OK: "OK", Health.PROBLEM: "PROBLEM", Health.SKIPPED: "skipped"}


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "doctor",
        run,
        summary="Check Python, Excel, sign-in, network and store.",
        example="  xlsx-addin doctor",
        details="Each line says OK, or what to do. Nothing is changed; Amazon is asked once,\n"
        "about a line item that nobody has.",
    )
    parser.add_argument("--offline", action="store_true", help="leave the network alone")


def run(options: argparse.Namespace) -> int:
    """Make the checks and print each as soon as it is made.

    Args:
        options: as parsed.
    """
    with _checks(options) as checks:
        width = max(len(check.name) for check in checks)
        made: list[Checked] = []
        for checked in run_checks(checks):
            made.append(checked)
            if not options.json:
                _print(checked, width)
    problems = sum(not checked.is_well for checked in made)
    if options.json:
        print_json({"ok": not problems, "checks": [checked.as_json() for checked in made]})
    else:
        _print_summary(made, problems)
    return EXIT_PROBLEMS if problems else 0


@contextmanager
def _checks(options: argparse.Namespace) -> Iterator[list[Check]]:
    # Imported when the command runs: it is all that there is to check.
    from xlsx_addin.diagnosing import Diagnosis, checks_for  # noqa: PLC0415  # see above

    home, environ = home_folder(os.environ), os.environ
    settings: Settings | SettingError
    try:
        settings = load_settings(environ, options.profile, sandbox=options.sandbox)
    except SettingError as error:
        settings = error
    if isinstance(settings, SettingError) or options.offline:
        yield checks_for(Diagnosis(home, settings, options.offline, environ))
        return
    with reachable(settings) as there:
        yield checks_for(Diagnosis(home, there, options.offline, environ))


def _print(checked: Checked, width: int) -> None:
    finding = checked.finding
    print(f"{_WORDS[finding.health]:<8} {checked.name:<{width}}  {finding.message}", flush=True)
    if finding.next_step:
        print(f"{'':<8} {'':<{width}}  {finding.next_step}", flush=True)


def _print_summary(made: list[Checked], problems: int) -> None:
    left_out = sum(checked.finding.health is Health.SKIPPED for checked in made)
    also = f" {counted(left_out, 'check')} skipped, for the reason given." if left_out else ""
    print(f"{counted(problems, 'problem')} to solve.{also}" if problems else f"All is well.{also}")
