"""`xlsx-addin logout`: forget a sign-in."""

import argparse
import os

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.settings_file import DEFAULT_PROFILE
from xlsx_addin.signing_in import Tools, sign_out, sign_out_of_all


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "logout",
        run,
        summary="Forget a sign-in: its secrets in keychain and file, and their date.",
        example="  xlsx-addin logout --profile japan",
        details="Region and client id stay in the settings; they are no secrets. Amazon knows\n"
        "nothing of it: to withdraw the consent, remove the app in Amazon Business.",
    )
    parser.add_argument("--all", action="store_true", help="forget the sign-ins of all profiles")


def run(options: argparse.Namespace) -> int:
    """Forget the sign-in and say where it was.

    Args:
        options: as parsed.
    """
    tools, name = Tools(os.environ), options.profile or DEFAULT_PROFILE
    had = sign_out_of_all(tools) if options.all else {name: sign_out(name, tools)}
    if options.json:
        print_json({"profiles": had})
        return 0
    for profile, places in had.items():
        if places:
            print(f"Profile {profile} is signed out: nothing is left in {' and '.join(places)}.")
        else:
            print(f"Profile {profile} was not signed in.")
    return 0
