"""The entry of the command line: `xlsx-addin COMMAND`."""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module
from typing import Final

from xlsx_addin import __version__
from xlsx_addin.cli.common import Parser, note, print_json
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.report import EXIT_INTERRUPTED, EXIT_ROWS_FAILED, error_as_json
from xlsx_addin.logs import redact, show_log, start_log, stop_log
from xlsx_addin.settings import home_folder

COMMANDS: Final = ("refresh", "lookup", "demo", "new", "sandbox", "log")
"""The commands, each a module of its own in this package."""

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
    parser.add_argument("--version", action="version", version=f"xlsx-addin {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in commands:
        import_module(f"xlsx_addin.cli.{name}").add_parser(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words after the program's name; those of the process if None.

    Returns:
        The exit code, see `docs/command-line.md`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _use_utf8()
    try:
        known = [word for word in words[:1] if word in COMMANDS]
        options = build_parser(known or COMMANDS).parse_args(words)
    except XlsxAddinError as error:
        return _fail(error, as_json="--json" in words, verbose=False)
    secrets = [
        os.environ.get("AMAZON_BUSINESS_CLIENT_SECRET", ""),
        os.environ.get("AMAZON_BUSINESS_REFRESH_TOKEN", ""),
    ]
    today = datetime.now().astimezone().date()
    handlers = [start_log(home_folder(os.environ), today, secrets)]
    if options.verbose:
        handlers.append(show_log(secrets))
    try:
        return _run(options)
    finally:
        for handler in handlers:
            stop_log(handler)


def _run(options: argparse.Namespace) -> int:
    _log.info("command %s", options.command)
    try:
        code: int = options.run(options)
    except XlsxAddinError as error:
        return _fail(error, as_json=options.json, verbose=options.verbose)
    except KeyboardInterrupt:
        note("Stopped. What Amazon had answered is kept.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ROWS_FAILED
    except Exception as error:  # noqa: BLE001  # the last net: no traceback at a user
        _log.exception("unexpected")
        return _fail(_unexpected(error), as_json=options.json, verbose=options.verbose)
    _log.info("exit code %d", code)
    return code


def _unexpected(error: Exception) -> XlsxAddinError:
    wrapped = XlsxAddinError(
        f"Something unexpected went wrong: {redact(f'{type(error).__name__}: {error}')}.",
        next_step="Please report it with the output of `xlsx-addin log`.",
        code="unexpected",
    )
    wrapped.__cause__ = error
    return wrapped


def _fail(error: XlsxAddinError, *, as_json: bool, verbose: bool) -> int:
    _log.warning("%s: %s", error.code, error)
    if as_json:
        print_json({"error": error_as_json(error)})
    note(f"Error: {error.message}")
    if error.next_step:
        note(f"       {error.next_step}")
    if verbose:
        note(redact("".join(traceback.format_exception(error))))
    return error.exit_code


def _use_utf8() -> None:
    """Let names of any script be printed, whatever the console's code page is."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
