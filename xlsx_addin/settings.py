"""Settings: where Amazon is, whose account, which day counts. The environment wins.

The file is `settings.toml` in the home folder of the program, one table a profile::

    [profiles.default]
    region = "eu"
    time_zone = "Europe/Berlin"

Secrets are never in it. What an entry means stands in `docs/settings.md`.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import platformdirs

from xlsx_addin.amazon.regions import REGIONS, TOKEN_URL, Region, check_address
from xlsx_addin.errors import SettingError
from xlsx_addin.secrets import Credentials, Secret

DEFAULT_PROFILE: Final = "default"
DEFAULT_REGION: Final = "na"
SANDBOX_REGION: Final = "eu"
SETTINGS_FILE: Final = "settings.toml"

_VARIABLES: Final = {
    "region": "AMAZON_BUSINESS_REGION",
    "endpoint": "AMAZON_BUSINESS_ENDPOINT",
    "token_url": "AMAZON_BUSINESS_TOKEN_URL",
    "client_id": "AMAZON_BUSINESS_CLIENT_ID",
}
"""Entries of a profile that an environment variable overrides."""

_TEXTS: Final = (*_VARIABLES, "time_zone")
_NUMBERS: Final = ("rate_per_s", "burst", "attempts", "longest_wait_s", "give_up_after_s")
_CLIENT_SECRET: Final = "AMAZON_BUSINESS_CLIENT_SECRET"  # noqa: S105  # a variable's name
_REFRESH_TOKEN: Final = "AMAZON_BUSINESS_REFRESH_TOKEN"  # noqa: S105  # likewise


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one profile.

    Args:
        home: folder of store, settings and logs.
        region: where the account is.
        endpoint: base address of the API, without a trailing slash.
        token_url: whole address of the token endpoint.
        client_id: the app's id, empty if it is not set.
        client_secret: the app's secret, None if it is not set.
        refresh_token: the account's consent, None if it is not set.
        zone: where the day of an invoice is counted.
        store: address of the store, None for the default.
        numbers: what else was set of rate_per_s, burst, attempts (whole number), and in
            seconds longest_wait_s and give_up_after_s.
        fixed_account: the account key where it does not follow from the rest (sandbox).
        names_region: whether somebody chose the region.
    """

    home: Path
    region: Region
    endpoint: str
    token_url: str = TOKEN_URL
    client_id: str = ""
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    zone: tzinfo = UTC
    store: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    fixed_account: str | None = None
    names_region: bool = True

    def for_sandbox(self, credentials: Credentials) -> "Settings":
        """Turn them to the built-in sandbox, which beats the environment.

        Its answers are kept under a key of their own, so that they never pass for real ones.
        Without a region of the user's it speaks as Europe, whose answers have most to show.

        Args:
            credentials: what the sandbox accepts.
        """
        region = self.region if self.names_region else REGIONS[SANDBOX_REGION]
        return replace(
            self,
            region=region,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            refresh_token=credentials.refresh_token,
            fixed_account=f"sandbox-{region.name}",
        )

    @property
    def account(self) -> str:
        """The key of the account in the store: its region, endpoint and client id, hashed."""
        if self.fixed_account is not None:
            return self.fixed_account
        words = f"{self.region.name}\n{self.endpoint.lower()}\n{self.client_id}"
        return hashlib.sha256(words.encode()).hexdigest()[:32]

    def credentials(self) -> Credentials:
        """Give what signs in.

        Raises:
            SettingError: a part is missing; names it.
        """
        parts = {
            _VARIABLES["client_id"]: self.client_id,
            _CLIENT_SECRET: self.client_secret,
            _REFRESH_TOKEN: self.refresh_token,
        }
        if self.client_id and self.client_secret and self.refresh_token:
            return Credentials(self.client_id, self.client_secret, self.refresh_token)
        missing = ", ".join(name for name, value in parts.items() if not value)
        raise SettingError(
            f"The sign-in to Amazon Business is not set up: {missing} missing.",
            next_step="Set the environment variables that the developer of your Amazon app gave"
            " you, or try it on the built-in sandbox with --sandbox.",
            code="not-signed-in",
        )


def home_folder(environ: Mapping[str, str]) -> Path:
    """Tell where store, settings and logs are.

    Args:
        environ: the environment; XLSX_ADDIN_HOME names another folder.
    """
    named = environ.get("XLSX_ADDIN_HOME")
    if named:
        return Path(named).expanduser().absolute()
    return platformdirs.user_data_path("xlsx_addin", appauthor=False)


def load_settings(environ: Mapping[str, str], profile: str | None = None) -> Settings:
    """Read the settings of a profile.

    Args:
        environ: the environment, which wins over the file.
        profile: its name, None for the default one.

    Raises:
        SettingError: the file or a value is wrong; names it.
    """
    home = home_folder(environ)
    entries = _read_profile(home / SETTINGS_FILE, profile)
    for key, variable in _VARIABLES.items():
        if environ.get(variable):
            entries[key] = environ[variable].strip()
    region = _region(str(entries.get("region", DEFAULT_REGION)))
    return Settings(
        home=home,
        region=region,
        endpoint=check_address(str(entries.get("endpoint", region.endpoint))),
        token_url=check_address(str(entries.get("token_url", TOKEN_URL))),
        client_id=str(entries.get("client_id", "")),
        client_secret=_secret(environ.get(_CLIENT_SECRET)),
        refresh_token=_secret(environ.get(_REFRESH_TOKEN)),
        zone=_zone(str(entries.get("time_zone", region.time_zone))),
        store=environ.get("XLSX_ADDIN_STORE") or None,
        names_region="region" in entries,
        numbers={key: float(entries[key]) for key in _NUMBERS if key in entries},
    )


def _read_profile(path: Path, profile: str | None) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = {}
    except (OSError, ValueError) as error:
        raise SettingError(
            f"The settings {path} cannot be read: {error}.",
            next_step="Correct the file, or move it away to begin with the defaults.",
            code="settings-unreadable",
        ) from error
    profiles = content.get("profiles", {})
    name = profile or DEFAULT_PROFILE
    entries = profiles.get(name) if isinstance(profiles, dict) else None
    if entries is None and profile not in (None, DEFAULT_PROFILE):
        raise SettingError(
            f"There is no profile {profile!r} in {path}.",
            next_step=f"Known profiles: {', '.join(profiles) or 'none'}. Check the name after"
            " --profile.",
            code="no-such-profile",
        )
    return _checked(dict(entries or {}), f"profile {name!r} of {path}")


def _checked(entries: dict[str, Any], where: str) -> dict[str, Any]:
    for key, value in entries.items():
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
        if (key in _TEXTS and isinstance(value, str)) or (key in _NUMBERS and is_number):
            continue
        known = ", ".join((*_TEXTS, *_NUMBERS))
        raise SettingError(
            f"The entry {key} = {value!r} in {where} is not understood.",
            next_step=f"Texts and positive numbers may be set for: {known}.",
            code="unknown-setting",
        )
    return entries


def _region(name: str) -> Region:
    region = REGIONS.get(name.lower())
    if region is None:
        raise SettingError(
            f"There is no region {name!r}.",
            next_step=f"Use one of {', '.join(REGIONS)} for AMAZON_BUSINESS_REGION or the"
            " profile's region.",
            code="no-such-region",
        )
    return region


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name.upper() == "UTC" else ZoneInfo(name)
    except (OSError, ValueError) as error:
        raise SettingError(
            f"There is no time zone {name!r}.",
            next_step="Use a name such as UTC, Europe/Berlin or Asia/Tokyo.",
            code="no-such-time-zone",
        ) from error


def _secret(text: str | None) -> Secret | None:
    return Secret(text.strip()) if text and text.strip() else None
