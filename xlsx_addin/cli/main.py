"""The entry of the command line: `xlsx-addin COMMAND`."""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import Any, Final, NoReturn

import xlsx_addin
from xlsx_addin.cli.common import Parser, note, print_json
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.jobs.report import (
    EXIT_INTERRUPTED,
    EXIT_ROWS_FAILED,
    RefreshReport,
    error_as_json,
)
from xlsx_addin.logging_start import start_logging
from xlsx_addin.logs import Redactor
from xlsx_addin.settings import secrets_in

COMMANDS: Final = (
    *("refresh", "transactions", "add-ids", "payments", "pdfs"),
    *("undo", "lookup", "demo", "new"),
    *("login", "logout", "profiles", "settings", "install", "uninstall", "doctor"),
    *("sandbox", "selftest", "runs", "log"),
)
"""The commands, each a module of its own in this package, with `_` for `-`."""

_REPORTING: Final = frozenset({"refresh", "demo"})
"""The commands whose JSON is the report of a refresh, errors included."""

_USAGE: Final = "usage"

_log = logging.getLogger(__name__)


def build_parser(commands: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Args:
        commands: the commands it knows; only their modules are imported, which is most of the
            time that a start takes.
    """
    parser = Parser(
        prog="xlsx-addin",
        description="Fills in Amazon Business invoices beside the order line items of an Excel"
        " workbook.",
        epilog="Begin with: xlsx-addin demo",
    )
    parser.add_argument("--version", action=_ShowVersion, help="show the version and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in commands:
        import_module(f"xlsx_addin.cli.{name.replace('-', '_')}").add_parser(subparsers)
    return parser


class _ShowVersion(argparse.Action):
    """Prints the version, which takes too long to look up for every start."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:  # noqa: ANN401  # as argparse has them
        super().__init__(option_strings, dest, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"{parser.prog} {xlsx_addin.__version__}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after the program's name; those of the process if None.

    Returns:
        The exit code, see `docs/command-line.md`.
    """
    _escape_what_cannot_be_shown()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        _let_go_of_output()
        return EXIT_ROWS_FAILED
    return code


def _run(words: Sequence[str]) -> int:
    """Run a command; an error, whatever it is, becomes a sentence and an exit code."""
    options = _guess(words)
    mask = Redactor(secrets_in(os.environ))
    with ExitStack() as logs:
        try:
            options = build_parser(_known(words) or COMMANDS).parse_args(words)
            start_logging(logs, os.environ, mask, verbose=options.verbose)
            _log.info("command %s", options.command)
            code: int = options.run(options)
        except XlsxAddinError as error:
            return _fail(error, error.exit_code, options, mask)
        except KeyboardInterrupt as interrupt:
            return _fail(_stopped(interrupt), EXIT_INTERRUPTED, options, mask)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  # the last net: no traceback at a user
            _log.exception("unexpected")
            wrapped = unexpected(error)
            wrapped.message = mask(wrapped.message)
            return _fail(wrapped, wrapped.exit_code, options, mask)
        _log.info("exit code %d", code)
        return code


def _known(words: Sequence[str]) -> list[str]:
    return [word for word in words[:1] if word in COMMANDS]


def _guess(words: Sequence[str]) -> argparse.Namespace:
    """Make out what matters of the options before, or although, they cannot be parsed."""
    return argparse.Namespace(
        command="".join(_known(words)),
        json="--json" in words,
        verbose=not {"-v", "--verbose"}.isdisjoint(words),
    )


def _stopped(interrupt: KeyboardInterrupt) -> XlsxAddinError:
    stopped = XlsxAddinError(
        "Stopped at once.",
        next_step="What Amazon had answered is kept; run the command again for the rest.",
        code="interrupted",
    )
    stopped.__cause__ = interrupt
    return stopped


def _fail(
    error: XlsxAddinError, exit_code: int, options: argparse.Namespace, mask: Redactor
) -> int:
    """Tell the user of an error that ended the command."""
    # Of wrong use the log says no more: the message repeats what was typed, IDs perhaps.
    _log.warning("%s: %s", error.code, "" if error.code == _USAGE else error)
    if options.json:
        report = RefreshReport().as_json() if options.command in _REPORTING else {}
        print_json(report | {"error": error_as_json(error)})
    note(f"Error: {error.message}")
    if error.next_step:
        note(f"       {error.next_step}")
    if options.verbose:
        note(mask("".join(traceback.format_exception(error))))
    return exit_code


def _escape_what_cannot_be_shown() -> None:
    """Let names of any script be printed, with codes for what the console cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _let_go_of_output() -> None:
    """Keep Python from writing the rest at its end, into a pipe that is closed."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
