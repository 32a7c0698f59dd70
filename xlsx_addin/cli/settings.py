"""`xlsx-addin settings`: list, show and change the settings of a profile."""

import argparse
import os
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.errors import SettingError
from xlsx_addin.settings import check_profile, home_folder, overriding
from xlsx_addin.settings_file import (
    DEFAULT_PROFILE,
    SETTINGS_FILE,
    change_profile,
    looks_secret,
    read_settings,
)
from xlsx_addin.settings_table import SETTINGS, Setting


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "settings",
        run,
        summary="List, show and change settings.",
        example="  xlsx-addin settings\n"
        "  xlsx-addin settings time_zone Europe/Berlin\n"
        "  xlsx-addin settings burst --unset --profile japan",
        details="Comments and order of the file stay as they are. Secrets are no settings:\n"
        "sign in with xlsx-addin login.",
    )
    parser.add_argument("key", nargs="?", metavar="KEY", help="the setting")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="its new value")
    parser.add_argument("--unset", action="store_true", help="let the default count again")


def run(options: argparse.Namespace) -> int:
    """Do what is asked for and print the settings that it is about.

    Args:
        options: as parsed.
    """
    name = options.profile or DEFAULT_PROFILE
    path = home_folder(os.environ) / SETTINGS_FILE
    entries = dict(read_settings(path).profile(name))
    chosen = list(SETTINGS.values()) if options.key is None else [_setting(options)]
    if options.unset or options.value is not None:
        setting = _changeable(chosen, options)
        value = None if options.unset else setting.parse(options.value)
        entries = {key: old for key, old in entries.items() if key != setting.key}
        entries |= {} if value is None else {setting.key: value}
        check_profile(entries)
        change_profile(path, name, {setting.key: value})
    shown = {one.key: _described(one, entries) for one in chosen}
    if options.json:
        print_json({"path": str(path), "profile": name, "settings": shown})
        return 0
    for key, facts in shown.items():
        print(f"{key:<20}{_in_words(facts)}")
        if options.key is not None:
            print(f"{'':<20}{SETTINGS[key].meaning}: {SETTINGS[key].values}.")
    if options.key is None:
        print(f"Profile {name} of {path}")
    return 0


def _setting(options: argparse.Namespace) -> Setting:
    key = options.key.strip().lower().replace("-", "_")
    if looks_secret(key, options.value):
        raise SettingError(
            "A secret is no setting; nothing was written.",
            next_step="Sign in with xlsx-addin login. Your shell may have kept what you typed in"
            " its history: remove it there.",
            code="secret-in-settings",
        )
    if key not in SETTINGS:
        near = get_close_matches(key, SETTINGS, n=3)
        raise SettingError(
            f"There is no setting {options.key!r}.",
            next_step=f"Did you mean {' or '.join(near)}?"
            if near
            else f"There are: {', '.join(SETTINGS)}.",
            code="unknown-setting",
        )
    return SETTINGS[key]


def _changeable(chosen: list[Setting], options: argparse.Namespace) -> Setting:
    if options.key is None or (options.unset and options.value is not None):
        raise SettingError(
            "--unset takes the name of one setting, and no value.",
            next_step="Such as: xlsx-addin settings burst --unset.",
            code="usage",
        )
    (setting,) = chosen
    if setting.by_login:
        raise SettingError(
            f"{setting.key} is written by login and logout.",
            next_step="Use xlsx-addin login or xlsx-addin logout.",
            code="by-login",
        )
    return setting


def _described(setting: Setting, entries: Mapping[str, Any]) -> dict[str, Any]:
    value = entries.get(setting.key)
    name, text = overriding(os.environ, setting.key)
    return {
        "value": value.isoformat() if isinstance(value, date) else value,
        "default": setting.default or None,
        "environment": {"variable": name, "value": text} if text else None,
    }


def _in_words(facts: Mapping[str, Any]) -> str:
    value, default = facts["value"], facts["default"]
    words = str(value) if value is not None else f"({default or 'not set'})"
    winner = facts["environment"]
    return words + (f"  but {winner['variable']} wins: {winner['value']}" if winner else "")
