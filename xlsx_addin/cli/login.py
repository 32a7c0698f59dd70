"""`xlsx-addin login`: sign in to Amazon Business, try it, and keep the sign-in."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from xlsx_addin.amazon.regions import REGIONS, Region
from xlsx_addin.cli.asking import ask, ask_hidden
from xlsx_addin.cli.common import Subparsers, add_command, note, print_json
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.report import error_as_json
from xlsx_addin.keychain import IN_FILE, IN_KEYCHAIN
from xlsx_addin.secrets import Secret
from xlsx_addin.settings import Settings
from xlsx_addin.signing_in import Form, Kept, Tools, read_grant, sign_in

_FIELDS: Final = (
    *("region", "client_id", "client_secret", "refresh_token"),
    *("consent", "redirect_uri", "secret_since"),
)
"""What `--stdin` may hold."""


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "login",
        run,
        summary="Sign in to Amazon Business, and keep it in this computer's keychain.",
        example="  xlsx-addin login\n"
        "  xlsx-addin login --profile japan --region jp\n"
        "  xlsx-addin login --from-env",
        details="It asks for what the developer of your Amazon app gave you; secrets do not show\n"
        "while you type or paste them. The sign-in is tried at once. What you leave empty\n"
        "stays as it is kept, so that a new client secret is all that has to be entered.",
    )
    parser.add_argument("--region", choices=REGIONS, help="where the account is")
    parser.add_argument("--client-id", metavar="ID", help="the app's id; it is no secret")
    parser.add_argument(
        "--redirect-uri", metavar="URL", help="where the app's consent page leads, for a bare code"
    )
    parser.add_argument(
        "--secret-since",
        type=_day,
        metavar="DAY",
        help="the day when the client secret was made, such as 2026-03-31; today without it",
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--from-env", action="store_true", help="take it from the AMAZON_BUSINESS_* variables"
    )
    source.add_argument(
        "--stdin", action="store_true", help="take it from standard input, one JSON object"
    )
    parser.add_argument(
        "--keep-in-file",
        action="store_true",
        help="keep it in a file that only you can read, where there is no keychain",
    )


def run(options: argparse.Namespace) -> int:
    """Sign in and print how that went.

    Args:
        options: as parsed.
    """
    if options.sandbox:
        raise InputError(
            "The sandbox needs no sign-in.",
            next_step="Use --sandbox with refresh, lookup or any other command.",
            code="usage",
        )
    tools = Tools(os.environ)
    tools.store(IN_FILE if options.keep_in_file else IN_KEYCHAIN)  # before anybody is asked
    settings = tools.settings(options.profile, may_be_new=True)
    if options.stdin:
        form = _form_of(_read_json(sys.stdin.buffer.read()), options, settings)
    elif options.from_env:
        form = _form_of_environment(options, settings)
    else:
        form = _asked(options, settings)
    kept = sign_in(options.profile, form, tools)
    _report(kept, options, tools)
    return kept.exit_code


def _asked(options: argparse.Namespace, settings: Settings) -> Form:
    """Ask on the terminal for what the command line does not say."""
    note(f"Sign in to Amazon Business, profile {settings.profile}.")
    note("Secrets do not show while you type or paste them.")
    if settings.secret_in:
        note(f"What you leave empty stays as it is in the {settings.secret_in}.")
    region = _region(options.region or ask(f"Region ({_countries()})", settings.region.name))
    client_id = options.client_id or ask("Client id", settings.client_id)
    secret = ask_hidden("Client secret")
    pasted = ask_hidden("Refresh token; or the address, or the code, of the consent page")
    address = options.redirect_uri or ""
    if pasted and not address and "://" not in pasted and "|" not in pasted:
        address = ask("Redirect address of the app")
    return Form(
        region,
        client_id,
        Secret(secret) if secret else None,
        read_grant(pasted, address) if pasted else None,
        options.keep_in_file,
        options.secret_since,
    )


def _form_of_environment(options: argparse.Namespace, settings: Settings) -> Form:
    return Form(
        _region(options.region or settings.region.name),
        options.client_id or settings.client_id,
        settings.client_secret,
        settings.refresh_token,
        options.keep_in_file,
        options.secret_since,
    )


def _form_of(fields: Mapping[str, str], options: argparse.Namespace, settings: Settings) -> Form:
    secret, pasted = fields.get("client_secret"), fields.get("consent", "")
    pasted = fields.get("refresh_token", pasted)
    since = fields.get("secret_since")
    try:
        day = _day(since) if since else options.secret_since
    except argparse.ArgumentTypeError as error:
        raise _unreadable(str(error)) from None
    return Form(
        _region(options.region or fields.get("region", settings.region.name)),
        options.client_id or fields.get("client_id", ""),
        Secret(secret) if secret else None,
        read_grant(pasted, options.redirect_uri or fields.get("redirect_uri", ""))
        if pasted
        else None,
        options.keep_in_file,
        day,
    )


def _read_json(content: bytes) -> Mapping[str, str]:
    """Read the object on standard input; nothing of it is shown in an error."""
    try:
        fields: Any = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        raise _unreadable("Standard input is no JSON") from None
    if not isinstance(fields, dict) or not all(isinstance(one, str) for one in fields.values()):
        raise _unreadable("Standard input is no JSON object of texts")
    unknown = [key for key in fields if key not in _FIELDS]
    if unknown:
        raise _unreadable(f"Standard input has {len(unknown)} names that are not understood")
    return fields


def _unreadable(message: str) -> InputError:
    return InputError(
        f"{message}.", next_step=f"Give one JSON object with: {', '.join(_FIELDS)}.", code="stdin"
    )


def _region(name: str) -> Region:
    region = REGIONS.get(name.strip().lower())
    if region is None:
        raise InputError(
            f"There is no region {name!r}.",
            next_step=f"Use one of {', '.join(REGIONS)}.",
            code="no-such-region",
        )
    return region


def _countries() -> str:
    return "; ".join(f"{one.name}: {', '.join(one.marketplaces)}" for one in REGIONS.values())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written such as 2026-03-31") from None


def _report(kept: Kept, options: argparse.Namespace, tools: Tools) -> None:
    if options.json:
        print_json(
            {
                "profile": kept.profile,
                "kept_in": kept.place or None,
                "findings": [one.as_json() for one in kept.findings],
                "overriding": list(kept.overriding),
                "error": error_as_json(kept.error),
            }
        )
        return
    for finding in kept.findings:
        print(finding)
    print(_where(kept, tools))
    for name in kept.overriding:
        note(f"{name} is set in the environment and wins over what is kept: remove it.")


def _where(kept: Kept, tools: Tools) -> str:
    if kept.place == IN_KEYCHAIN:
        return "The sign-in is kept in this computer's keychain."
    if kept.place == IN_FILE:
        # On Windows the file inherits the permissions of the user's own folder.
        return f"The sign-in is kept in {tools.files.path(kept.profile)}. {_WHO_READS}"
    return "This sign-in was not kept."


_WHO_READS: Final = (
    "It has the permissions of its folder, which is yours."
    if os.name == "nt"
    else "Only your user can read it."
)
