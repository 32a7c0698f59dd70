"""`xlsx-addin pdfs`: fetch the PDFs of a workbook's invoices into a folder."""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.cli.refresh import parse_columns
from xlsx_addin.cli.running import running
from xlsx_addin.core.wording import counted
from xlsx_addin.jobs import pdf_report
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.pdf_queue import Standing
from xlsx_addin.jobs.pdf_report import PdfReport
from xlsx_addin.jobs.pdfs import PdfOptions

_EVERY_S: Final = 60.0
"""How often a run in the background says how far it is."""

_REDRAW_S: Final = 0.25
_SHOWN: Final = 10
"""Documents without a PDF that are listed one by one."""

_STOPPING: Final = "Stopping: what was fetched is kept. Press Ctrl-C again to leave at once."
_SANDBOX: Final = (
    "The sandbox delivers documents a thousand times faster than Amazon, which gives about six a"
    " minute."
)


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "pdfs",
        run,
        summary="Fetch the PDFs of a workbook's invoices into a folder.",
        example="  xlsx-addin pdfs march.xlsx --to invoices --dry-run\n"
        "  xlsx-addin pdfs march.xlsx --to invoices --link",
        details="The workbook must have been refreshed: its invoices are those that are known.\n"
        "Amazon gives about six PDFs a minute, so a long list takes hours. Stop it whenever you\n"
        "like; the same command goes on where it was, and never fetches a PDF twice.",
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the workbook")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="DIR", help="the folder; made if it is missing"
    )
    parser.add_argument("--link", action="store_true", help="put links into a column `Invoice PDF`")
    parser.add_argument("--sheet", metavar="S", help="the sheet with the IDs")
    parser.add_argument("--table", metavar="T", help="the table with the IDs")
    parser.add_argument(
        "--columns",
        type=parse_columns,
        default={},
        metavar="order=A,line=B,shipment=C",
        help="columns of the IDs, by letters or headers; those left out are detected",
    )
    parser.add_argument(
        "--consolidated",
        action="store_true",
        help="leave out invoices that a consolidated invoice stands for",
    )
    parser.add_argument(
        "--retry", action="store_true", help="ask again at once for what Amazon did not deliver"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say how many and how long; ask and write nothing"
    )
    parser.add_argument("--no-backup", action="store_true", help="keep no copy of the old content")


def run(options: argparse.Namespace) -> int:
    """Fetch the PDFs and print what happened.

    Args:
        options: as parsed.
    """
    chosen = PdfOptions(
        folder=options.to,
        selection=Selection(options.sheet, options.table, columns=options.columns),
        link=options.link,
        consolidated_only=options.consolidated,
        retry=options.retry,
        dry_run=options.dry_run,
        backup=not options.no_backup,
    )
    if options.sandbox:
        note(_SANDBOX)
    with running(options, options.book, stopping=_STOPPING) as (app, cancel):
        watcher = Watcher(sys.stderr, time.monotonic)
        try:
            report = app.pdfs(options.book, chosen, cancel=cancel, show=watcher)
        finally:
            watcher.end()
    if report.notice:
        note(report.notice)
    if options.json:
        print_json(report.as_json())
    else:
        _print(report)
    return report.exit_code


@dataclass(slots=True)
class Watcher:
    """Shows how far it is: a line that changes on a terminal, a line a minute elsewhere.

    Args:
        stream: where it is shown.
        clock: seconds since any fixed moment.
    """

    stream: TextIO
    clock: Callable[[], float]
    _shown_at: float | None = None
    _width: int = 0

    def __call__(self, standing: Standing) -> None:
        """Show how far it is, if it is time."""
        now, is_terminal = self.clock(), self.stream.isatty()
        if self._shown_at is None and not is_terminal:
            self._shown_at = now
        every_s = _REDRAW_S if is_terminal else _EVERY_S
        if self._shown_at is not None and now - self._shown_at < every_s:
            return
        self._shown_at = now
        left = f", {duration(standing.seconds_left)} left" if standing.seconds_left else ""
        line = f"PDFs: {standing.ended:,} of {standing.total:,}{left}"
        if is_terminal:
            print(f"\r{line:<{self._width}}", end="", file=self.stream, flush=True)
            self._width = len(line)
        else:
            print(line, file=self.stream, flush=True)

    def end(self) -> None:
        """End the line on a terminal."""
        if self._width:
            print(file=self.stream)


def duration(seconds: float) -> str:
    """Say how long something takes, about."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60:02d} min"


def _print(report: PdfReport) -> None:
    print(f"{report.path}, sheet {report.sheet}")
    documents = counted(len(report.documents), "document")
    print(
        f"  {counted(report.rows, 'row')}, {documents}, {counted(report.requests, 'request')},"
        f" {duration(report.seconds)}"
    )
    for state in pdf_report.STATES:
        if report.count(state) and not (report.would_ask and state == pdf_report.WAITING):
            print(f"  {state:<16}{report.count(state):>9,}")
    if report.not_refreshed:
        rows = counted(report.not_refreshed, "row")
        print(f"  {rows} not refreshed yet: run xlsx-addin refresh {report.path} first")
    _print_lacking(report)
    if report.would_ask is not None:
        asked = counted(report.would_ask, "document")
        takes = f", which takes {duration(report.seconds_left)}" if report.would_ask else ""
        print(f"  Dry run: would ask for {asked}{takes}; nothing was asked or written.")
    else:
        print(f"  The PDFs are in {report.folder}")
    if report.output is not None:
        print(f"  {counted(report.linked, 'cell')} changed in {report.output}")
    if report.kept:
        print(f"  {counted(report.kept, 'row')} kept a text in Invoice PDF that is not ours")
    if report.backup is not None:
        print(f"  The old content is in {report.backup}")
    if report.error is not None:
        print(f"  Error: {report.error.message}")
        print(f"         {report.error.next_step}")
    if report.interrupted or (report.count(pdf_report.WAITING) and report.would_ask is None):
        left = counted(report.count(pdf_report.WAITING), "document")
        print(f"  Stopped with {left} to go, which takes {duration(report.seconds_left)}.")
        print("  Run the same command again to go on.")


def _print_lacking(report: PdfReport) -> None:
    """List the documents that have no PDF, and why."""
    lacking = [one for one in report.documents if one.words]
    for one in lacking[:_SHOWN]:
        print(f"    {one.key}: {one.words}")
    if len(lacking) > _SHOWN:
        print(f"    and {len(lacking) - _SHOWN:,} more: --json lists them all")
