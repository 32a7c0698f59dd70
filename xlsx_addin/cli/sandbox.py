"""`xlsx-addin sandbox`: run the emulator of Amazon's API until Ctrl-C."""

import argparse
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.cli.interrupt import cancelled_by_signals
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, options_from_arguments


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


def run(options: argparse.Namespace) -> int:
    """Run the emulator until it is told to stop.

    Args:
        options: as parsed.
    """
    chosen = options_from_arguments(port=options.port, region=options.region, faults=options.faults)
    with cancelled_by_signals() as stopped, Sandbox(chosen) as sandbox:
        variables = {
            "AMAZON_BUSINESS_REGION": options.region,
            "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
            "AMAZON_BUSINESS_CLIENT_ID": SANDBOX_CREDENTIALS.client_id,
            "AMAZON_BUSINESS_CLIENT_SECRET": SANDBOX_CREDENTIALS.client_secret,
            "AMAZON_BUSINESS_REFRESH_TOKEN": SANDBOX_CREDENTIALS.refresh_token,
        }
        if options.json:
            print_json(variables)
        else:
            for name, value in variables.items():
                print(f"{name}={value}", flush=True)
        note("The sandbox runs. These are made-up credentials. Ctrl-C ends it.")
        stopped.wait()
    return 0
