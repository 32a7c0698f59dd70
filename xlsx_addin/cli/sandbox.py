"""`xlsx-addin sandbox`: run the emulator of Amazon's API until Ctrl-C."""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.cli.interrupt import cancelled_by_signals
from xlsx_addin.errors import InputError
from xlsx_addin.sandbox import (
    INVOICES,
    PAYMENTS,
    Limit,
    Sandbox,
    SandboxOptions,
    options_from_arguments,
)
from xlsx_addin.workbooks.creating import create

_RATE_PER_S: Final = 2.0
_BURST: Final = 10.0
_LOOK_S: Final = 0.5


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "sandbox",
        run,
        summary="Run the local emulator of Amazon's API.",
        example="  xlsx-addin sandbox --port 8025 --region eu",
        details="It listens on this computer only and prints the environment variables that\n"
        "make other commands use it. Ctrl-C ends it.",
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any free one")
    parser.add_argument("--region", choices=("na", "eu", "jp"), default="eu")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="a fault plan (TOML)")
    parser.add_argument(
        "--static", action="store_true", help="answer the published examples only, exactly"
    )
    parser.add_argument("--rate", type=float, metavar="N", help="requests per second (2)")
    parser.add_argument("--burst", type=float, metavar="N", help="requests at once (10)")
    parser.add_argument(
        "--orders-report", type=Path, metavar="FILE", help="write an Orders report (CSV) and end"
    )
    parser.add_argument(
        "--reconciliation-report",
        type=Path,
        metavar="FILE",
        help="write a Reconciliation report (CSV) and end",
    )
    parser.add_argument(
        "--report-rows", type=int, default=2_000, metavar="N", help="rows of a report (2000)"
    )
    parser.add_argument(
        "--latency", type=float, default=0.0, metavar="SECONDS", help="before each answer"
    )


def run(options: argparse.Namespace) -> int:
    """Run the emulator until it is told to stop.

    Args:
        options: as parsed.
    """
    chosen = sandbox_options(options)
    if options.orders_report or options.reconciliation_report:
        return _write_reports(chosen, options)
    with cancelled_by_signals("Ending the sandbox.") as stopped, Sandbox(chosen) as sandbox:
        variables = sandbox.environment
        if options.json:
            print_json(variables)
        else:
            for name, value in variables.items():
                print(f"{name}={value}", flush=True)
        note("The sandbox runs. These are made-up credentials. Ctrl-C ends it.")
        # Windows delivers Ctrl-C between waits only; an endless one would never end.
        while not stopped.wait(_LOOK_S):
            pass
    return 0


def _write_reports(chosen: SandboxOptions, options: argparse.Namespace) -> int:
    """Write the reports of the sandbox's account that people try `add-ids` with."""
    # Imported here: the emulator does without.
    from xlsx_addin.sandbox.report_files import report_texts  # noqa: PLC0415  # see above

    if options.report_rows < 1:
        raise InputError(
            "A report needs at least one row.",
            next_step="See xlsx-addin sandbox --help.",
            code="usage",
        )
    texts = report_texts(chosen, options.report_rows)
    named = {"orders": options.orders_report, "reconciliation": options.reconciliation_report}
    written = {kind: path for kind, path in named.items() if path is not None}
    for kind, path in written.items():
        create(path, partial(_write, texts[kind]().encode()))
    if options.json:
        print_json({kind: str(path) for kind, path in written.items()})
        return 0
    for path in written.values():
        print(f"{path} is a report of the sandbox's account. Open it, and add its IDs:")
        book = path.with_suffix(".xlsx")
        print(f"  xlsx-addin new {book} --from-report {path}")
        print(f"  xlsx-addin add-ids {book} --sandbox --refresh")
    return 0


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def sandbox_options(options: argparse.Namespace) -> SandboxOptions:
    """Make the options of the sandbox from those of the command.

    Args:
        options: as parsed.

    Raises:
        InputError: a limit is impossible.
        SettingError: the fault plan cannot be read.
    """
    chosen = options_from_arguments(port=options.port, region=options.region, faults=options.faults)
    limits: dict[str, Limit] = {}
    if options.rate is not None or options.burst is not None:
        rate = options.rate if options.rate is not None else _RATE_PER_S
        burst = options.burst if options.burst is not None else _BURST
        if rate <= 0 or burst < 1:
            raise InputError(
                "The sandbox needs a rate above 0 and a burst of at least 1.",
                next_step="See xlsx-addin sandbox --help.",
                code="usage",
            )
        limits |= dict.fromkeys((INVOICES, PAYMENTS), Limit(rate, burst))
    return replace(
        chosen,
        mode="static" if options.static else "data",
        limits=limits,
        latency_s=max(0.0, options.latency),
    )
