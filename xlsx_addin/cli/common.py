"""What the commands share: options, progress on a terminal, printing, exit codes."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, TextIO

from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.progress import LINE_ITEMS, NoProgress, Progress


class Subparsers(Protocol):
    """Where a command adds its parser; argparse gives the real one no public name."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:  # noqa: ANN401
        """Add the parser of a command."""
        ...


Run = Callable[[argparse.Namespace], int]
"""What runs a command and gives its exit code."""


def add_command(
    commands: Subparsers, name: str, run: Run, *, summary: str, example: str, details: str = ""
) -> argparse.ArgumentParser:
    """Add a command with its help, an example and the options that every command has.

    Args:
        commands: where commands are added.
        name: what the user types.
        run: what it does.
        summary: one line for the list of commands.
        example: one or more command lines.
        details: what else its help says.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary}\n\n{details}".rstrip(),
        epilog=f"example:\n{example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    shared = parser.add_argument_group("options of every command")
    shared.add_argument("--profile", metavar="NAME", help="account and region to use")
    shared.add_argument(
        "--sandbox",
        action="store_true",
        help="use the built-in sandbox of Amazon's API; no account needed",
    )
    shared.add_argument(
        "--json", action="store_true", help="print one JSON object; all else goes to stderr"
    )
    shared.add_argument(
        "-v", "--verbose", action="store_true", help="show what happens, and tracebacks"
    )
    return parser


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which known answers are good enough.

    Args:
        parser: of a command that asks about line items.
    """
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--all", action="store_true", dest="ask_all", help="ask about every valid line item"
    )
    which.add_argument(
        "--missing",
        action="store_true",
        help="ask about line items that are not settled yet (the default)",
    )
    which.add_argument(
        "--recheck",
        type=_days,
        metavar="DAYS",
        help="ask also about settled line items first answered or dated less than DAYS ago",
    )


def add_saving_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how the result of one or more workbooks is saved.

    Args:
        parser: of a command that fills in workbooks.
    """
    parser.add_argument("--output", type=Path, metavar="PATH", help="write the result there")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be asked and written, do neither"
    )
    parser.add_argument("--no-backup", action="store_true", help="keep no copy of the old content")


_MOST_DAYS: Final = 36_500  # a hundred years


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 < days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days, such as 45")
    return days


def print_json(value: object) -> None:
    """Print one JSON object on standard output, in ASCII, which every console can show.

    Args:
        value: what JSON can hold.
    """
    print(json.dumps(value, indent=2), flush=True)


def note(sentence: str) -> None:
    """Tell the user something beside the result.

    Args:
        sentence: what to tell.
    """
    print(sentence, file=sys.stderr)


@dataclass(slots=True)
class TerminalProgress:
    """A bar with rate and time left, on a terminal.

    Args:
        stream: where it is drawn.
        unit: what is asked about.
    """

    stream: TextIO
    unit: str = "lines"
    _bar: Any = None

    def begin(self, count: int, what: str = LINE_ITEMS) -> None:
        """Draw the empty bar."""
        from tqdm import tqdm  # noqa: PLC0415  # most commands draw none

        self._bar = tqdm(
            total=count,
            desc="Asking Amazon",
            unit=f" {what}",
            file=self.stream,
            dynamic_ncols=True,
            leave=True,
        )

    def advance(self, count: int) -> None:
        """Let the bar grow."""
        self._bar.update(count)

    def count(self, statuses: Mapping[Status, int]) -> None:
        """Take no notice: the report lists them."""

    def end(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()

    def say(self, sentence: str) -> None:
        """Write a line of its own."""
        print(sentence, file=self.stream)


def progress_for(stream: TextIO, unit: str = "lines") -> Progress:
    """Choose how progress is shown: a bar on a terminal, nothing elsewhere.

    Args:
        stream: where it would be drawn.
        unit: what is asked about.
    """
    return TerminalProgress(stream, unit) if stream.isatty() else NoProgress()


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are errors of ours, so that `--json` can show them."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and leaving."""
        raise InputError(
            f"{message[:1].upper()}{message[1:]}.",
            next_step=f"See {self.prog} --help.",
            code="usage",
        )
