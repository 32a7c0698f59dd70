"""`xlsx-addin selftest`: prove button, formulas and writing in an Excel of its own."""

import argparse
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.core.wording import counted
from xlsx_addin.doctor.check import Health

if TYPE_CHECKING:
    from xlsx_addin.excel.selftest.running import Done

EXIT_FAILED: Final = 1

_WORDS: Final = {Health.OK: "OK", Health.PROBLEM: "FAILED", Health.SKIPPED: "skipped"}
_STEP_WIDTH: Final = 17
_LEAST_WIDTH: Final = 40


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "selftest",
        run,
        summary="Prove button, formulas and writing in an Excel of its own.",
        example="  xlsx-addin selftest",
        details="Starts an Excel apart from yours, with a workbook of its own, and asks the\n"
        "built-in sandbox only. It takes about three minutes; leave that Excel alone meanwhile.\n"
        "Workbooks after each step, log and results are kept in a folder.",
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="a new folder for the evidence (xlsx-addin-selftest-DATE in your own folder)",
    )


def run(options: argparse.Namespace) -> int:
    """Do the self-test and print each step as soon as it is done.

    Args:
        options: as parsed.
    """
    # Imported when the command runs: xlwings takes long, and looks for Excels when it ends.
    from xlsx_addin.excel.selftest.self_test import self_test  # noqa: PLC0415  # see above

    done: list[Done] = []
    with self_test(options.to) as test:
        note(f"The evidence goes into {test.folder}.")
        try:
            for one in test.run():
                done.append(one)
                if not options.json:
                    _print(one)
        finally:
            result = test.result()
    failed = sum(one.failed for one in done)
    if options.json:
        print_json(result)
    else:
        _print_summary(done, failed)
    return EXIT_FAILED if failed else 0


def _print(done: "Done") -> None:
    indent = 8 + _STEP_WIDTH
    width = max(_LEAST_WIDTH, shutil.get_terminal_size().columns - indent)
    finding = done.finding
    texts = [finding.message, *([f"-> {finding.next_step}"] if finding.next_step else [])]
    lines = [line for text in texts for line in textwrap.wrap(text, width)]
    print(f"{_WORDS[finding.health]:<8}{done.step.name:<{_STEP_WIDTH}}{lines[0]}", flush=True)
    for line in lines[1:]:
        print(f"{'':<{indent}}{line}", flush=True)


def _print_summary(done: list["Done"], failed: int) -> None:
    left_out = sum(one.finding.health is Health.SKIPPED for one in done)
    also = f" {counted(left_out, 'step')} skipped, for the reason given." if left_out else ""
    print(f"{counted(failed, 'step')} failed.{also}" if failed else f"All is well.{also}")
