"""The profiles and how their sign-ins stand, without secrets and without asking the keychain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsx_addin.core.secret_age import days_left
from xlsx_addin.settings_file import DEFAULT_PROFILE, read_settings
from xlsx_addin.signing_in.checking import short_id
from xlsx_addin.signing_in.tools import Tools


@dataclass(frozen=True, slots=True)
class Profile:
    """How the sign-in of a profile stands.

    Args:
        name: its name.
        region: where the account is.
        client_id: the app's id, shortened; empty if none is known.
        place: where the secrets come from: `environment`, `keychain`, `file`, empty for nowhere.
        since: the day when the client secret was saved, None if that is not known.
        days_left: until the client secret ends, None if that is not known.
        workbooks: patterns of workbooks that use it.
    """

    name: str
    region: str
    client_id: str
    place: str
    since: date | None
    days_left: int | None
    workbooks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the object that `profiles --json` prints."""
        return {
            "name": self.name,
            "region": self.region,
            "client_id": self.client_id,
            "kept_in": self.place,
            "since": self.since.isoformat() if self.since else None,
            "days_left": self.days_left,
            "workbooks": list(self.workbooks),
        }


def list_profiles(tools: Tools) -> list[Profile]:
    """List the profiles of the settings file, the default one first.

    Args:
        tools: what it works with.

    Raises:
        SettingError: the settings are wrong.
    """
    file = read_settings(tools.settings_path)
    return [
        _profile(name, file.workbooks, tools)
        for name in dict.fromkeys((DEFAULT_PROFILE, *file.profiles))
    ]


def _profile(name: str, workbooks: Mapping[str, str], tools: Tools) -> Profile:
    settings = tools.settings(name)
    in_environment = bool(settings.client_secret and settings.refresh_token)
    since = settings.secret_since
    return Profile(
        name,
        settings.region.name,
        short_id(settings.client_id),
        "environment" if in_environment else settings.secret_in,
        since,
        None if since is None else days_left(since, tools.today()),
        tuple(pattern for pattern, profile in workbooks.items() if profile == name),
    )
