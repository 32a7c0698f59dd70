"""`xlsx-addin runs`: what was run, when, by whom, and what it came to."""

import argparse
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from xlsx_addin.app import App
from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.cli.running import running
from xlsx_addin.core.wording import one_line
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.history import name_of, result_in_words, run_as_json, seconds_of
from xlsx_addin.store.contract import RunRecord
from xlsx_addin.store.runs import KEPT

_LATEST: Final = 20
_HIGHEST: Final = 2**63 - 1  # of SQLite's integers
_HEADER: Final = ("Run", "Started", "Duration", "Workbook", "Sheet", "Rows", "Result")
_TO_THE_RIGHT: Final = frozenset({"Run", "Duration", "Rows"})
_WIDEST: Final = 40
_LABELS: Final = 20
"""Characters for the names of what a run came to, `Payment Processing` among them."""


class _Shown(NamedTuple):
    """A run, and whether it is still at work if it has no end."""

    run: RunRecord
    under_way: bool


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "runs",
        run,
        summary="List what was run: when, on which workbook, and what it came to.",
        example="  xlsx-addin runs\n  xlsx-addin runs 12",
        details="The latest run comes first. A run that `did not end` was killed, or the computer\n"
        "went down: what Amazon had answered is kept, refresh again.",
    )
    parser.add_argument(
        "number", nargs="?", type=_number, metavar="N", help="the run to show in full"
    )
    parser.add_argument(
        "--last", type=_limit, default=_LATEST, metavar="COUNT", help="how many are listed (20)"
    )


def run(options: argparse.Namespace) -> int:
    """List the latest runs, or show one.

    Args:
        options: as parsed.

    Raises:
        InputError: there is no such run.
    """
    with running(options) as (app, _):
        if options.number is None:
            _list(_with_state(app.runs(options.last), app), as_json=options.json)
        else:
            _show(_one(options.number, app), as_json=options.json)
    return 0


def _number(text: str) -> int:
    return _whole(text, _HIGHEST, "is not the number of a run, such as 12")


def _limit(text: str) -> int:
    return _whole(text, KEPT, f"is no number from 1 to {KEPT:,}")


def _whole(text: str, most: int, complaint: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} {complaint}")
    return int(text)


def _one(number: int, app: App) -> _Shown:
    found = app.run(number)
    if found is None:
        raise InputError(
            f"There is no run {number}.",
            next_step=f"See xlsx-addin runs for those there are; the latest {KEPT:,} are kept.",
            code="no-such-run",
        )
    if found.ended_at is not None:
        return _Shown(found, under_way=False)
    # Whether it is at work depends on the later ones.
    shown = _with_state(app.runs(KEPT), app)
    return next((one for one in shown if one.run.number == number), _Shown(found, under_way=False))


def _with_state(runs: Iterable[RunRecord], app: App) -> list[_Shown]:
    """Tell runs that are still at work from those that crashed.

    A run holds its workbook; of several without an end only the latest can.
    """
    shown, seen = [], set()
    for one in runs:
        workbook = one.book.partition("\n")[0]
        is_latest = one.ended_at is None and workbook not in seen
        if is_latest:
            seen.add(workbook)
        shown.append(_Shown(one, is_latest and app.is_under_way(one)))
    return shown


def _list(shown: Sequence[_Shown], *, as_json: bool) -> None:
    if as_json:
        print_json({"runs": [run_as_json(one.run, under_way=one.under_way) for one in shown]})
    elif not shown:
        note("Nothing was run yet.")
    else:
        for line in _table([_HEADER, *map(_row, shown)]):
            print(line)


def _row(shown: _Shown) -> tuple[str, ...]:
    one = shown.run
    rows = one.counts.get("rows")
    kind = "" if one.kind == "refresh" else f"{one.kind}: "
    return (
        str(one.number),
        _local(one.started_at),
        _duration(one),
        _short(one_line(name_of(one.path))),
        _short(one_line(one.sheet)),
        "" if rows is None else f"{rows:,}",
        kind + result_in_words(one, under_way=shown.under_way),
    )


def _show(shown: _Shown, *, as_json: bool) -> None:
    one, caller = shown.run, shown.run.caller
    if as_json:
        print_json(run_as_json(one, under_way=shown.under_way))
        return
    lines = {
        "Run": str(one.number),
        "What": one.kind,
        "Started by": " with ".join(filter(None, (one_line(caller.who), caller.command))),
        "Started": _local(one.started_at),
        "Ended": "" if one.ended_at is None else _local(one.ended_at),
        "Duration": _duration(one),
        "Workbook": one_line(one.path),
        "Sheet": one_line(one.sheet),
        "Version": caller.version,
        "Result": result_in_words(one, under_way=shown.under_way),
    }
    counts = {
        name if name[:1].isupper() else name.replace("_", " ").capitalize(): "shared with other"
        " workbooks"
        if count is None
        else f"{count:,}"
        for name, count in one.counts.items()
    }
    for name, text in (lines | counts).items():
        print(f"{name:<{_LABELS}}{text or '-'}")


def _local(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _duration(one: RunRecord) -> str:
    seconds = seconds_of(one)
    if seconds is None:
        return "-"
    minutes = int(seconds) // 60
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes} min {int(seconds) % 60:02} s" if minutes else f"{seconds:.1f} s"


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write rows x columns with every column as wide as its longest text."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            " " * (width - _width(text)) + text
            if name in _TO_THE_RIGHT
            else text + " " * (width - _width(text))
            for name, text, width in zip(rows[0], row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Count the places that a text takes on a terminal: most of East Asia's letters take two."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
