"""`xlsx-addin profiles`: list the profiles and how their sign-ins stand, without secrets."""

import argparse
import os

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.signing_in import Profile, Tools, list_profiles


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    add_command(
        commands,
        "profiles",
        run,
        summary="List the profiles and how their sign-ins stand, without secrets.",
        example="  xlsx-addin profiles --json",
    )


def run(options: argparse.Namespace) -> int:
    """List the profiles.

    Args:
        options: as parsed.
    """
    tools = Tools(os.environ)
    profiles = list_profiles(tools)
    if options.json:
        path = str(tools.settings_path)
        print_json({"settings": path, "profiles": [one.as_json() for one in profiles]})
        return 0
    width = max(len(one.name) for one in profiles)
    for one in profiles:
        print(f"{one.name:<{width}}  {one.region}  {_sign_in(one)}")
        for pattern in one.workbooks:
            print(f"{'':<{width}}      for {pattern}")
    return 0


def _sign_in(profile: Profile) -> str:
    if not profile.place:
        return "not signed in"
    words = [profile.client_id or "no client id", f"kept in the {profile.place}"]
    if profile.since is not None and profile.days_left is not None:
        words.append(f"since {profile.since}")
        ends = f"{profile.days_left} days left" if profile.days_left > 0 else "the secret has ended"
        words.append(ends)
    return ", ".join(words)
