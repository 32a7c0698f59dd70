"""Settings: where Amazon is, whose account, which day counts. The environment wins.

The file is `settings.toml` in the home folder of the program, one table a profile::

    [profiles.default]
    region = "eu"
    time_zone = "Europe/Berlin"

Secrets are never in it. What an entry means stands in `docs/settings.md`.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from xlsx_addin.amazon.regions import REGIONS, TOKEN_URL, Region, check_address
from xlsx_addin.errors import SettingError
from xlsx_addin.secrets import Credentials, Secret

DEFAULT_PROFILE: Final = "default"
DEFAULT_REGION: Final = "na"
SANDBOX_REGION: Final = "eu"
"""Where a sandbox is without a choice of the user's: Europe's answers have most to show."""

SETTINGS_FILE: Final = "settings.toml"

_VARIABLES: Final = {
    "region": "AMAZON_BUSINESS_REGION",
    "endpoint": "AMAZON_BUSINESS_ENDPOINT",
    "token_url": "AMAZON_BUSINESS_TOKEN_URL",
    "client_id": "AMAZON_BUSINESS_CLIENT_ID",
}
"""Entries of a profile that an environment variable overrides."""

_HOME: Final = "XLSX_ADDIN_HOME"
_STORE: Final = "XLSX_ADDIN_STORE"
_CLIENT_SECRET: Final = "AMAZON_BUSINESS_CLIENT_SECRET"  # noqa: S105  # a variable's name
_REFRESH_TOKEN: Final = "AMAZON_BUSINESS_REFRESH_TOKEN"  # noqa: S105  # likewise

SIGN_IN_VARIABLES: Final = (_VARIABLES["client_id"], _CLIENT_SECRET, _REFRESH_TOKEN)
"""The environment variables that a sign-in needs."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"page_token": ("with-dates", "alone")}
)
"""The texts of a profile that have a few values."""

_TEXTS: Final = (*_VARIABLES, "time_zone", *_CHOICES)
_NUMBERS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "rate_per_s": (0.001, 1_000_000),
        "burst": (1, 1_000_000),
        "attempts": (1, 100),
        "longest_wait_s": (0.001, 86_400),
        "give_up_after_s": (0.001, 86_400),
        "formula_wait_s": (0, 60),
        "formula_ask_again_h": (0.1, 8_760),
        "add_ids_days": (0, 1_000),
    }
)
"""The numbers of a profile with the least and the greatest that makes sense."""

_WHOLE: Final = frozenset({"attempts", "add_ids_days"})
_SECRETS: Final = ("client_secret", "refresh_token", "access_token")
_FORM: Final = 'Write entries below a line [profiles.default], such as region = "eu".'


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one profile.

    Args:
        home: folder of store, settings and logs.
        region: where the account is.
        endpoint: base address of the API, without a trailing slash; empty for a sandbox, which
            has one only while it runs.
        token_url: whole address of the token endpoint.
        client_id: the app's id, empty if it is not set.
        client_secret: the app's secret, None if it is not set.
        refresh_token: the account's consent, None if it is not set.
        zone: where the day of an invoice is counted.
        store: address of the store, None for the default.
        numbers: what else was set of rate_per_s, burst, attempts (whole number), in seconds
            longest_wait_s, give_up_after_s and formula_wait_s, in hours formula_ask_again_h,
            in days add_ids_days.
        texts: likewise texts, of those with a few values: page_token.
        sandbox: whether they are for the built-in sandbox.
    """

    home: Path
    region: Region
    endpoint: str = ""
    token_url: str = TOKEN_URL
    client_id: str = ""
    client_secret: Secret | None = None
    refresh_token: Secret | None = None
    zone: tzinfo = UTC
    store: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    sandbox: bool = False

    def at_sandbox(self, endpoint: str, token_url: str, credentials: Credentials) -> "Settings":
        """Point them to the built-in sandbox while it runs.

        Args:
            endpoint: its base address.
            token_url: whole address of its token endpoint.
            credentials: what it accepts.
        """
        return replace(
            self,
            endpoint=endpoint,
            token_url=token_url,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            refresh_token=credentials.refresh_token,
        )

    @property
    def account(self) -> str:
        """The key of the account in the store: its region, endpoint and client id, hashed.

        A sandbox has a key of its own, so that its answers never pass for real ones.
        """
        if self.sandbox:
            return f"sandbox-{self.region.name}"
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

    Raises:
        SettingError: that folder is below the home of a user who does not exist.
    """
    named = _variable(environ, _HOME)
    if not named:
        return platformdirs.user_data_path("xlsx_addin", appauthor=False)
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError as error:
        raise SettingError(
            f"{_HOME} is {named}, but there is no such user.",
            next_step="Set it to the full path of a folder.",
            code="no-such-home",
        ) from error


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """List the secrets that are set, for whoever masks them.

    Args:
        environ: the environment.
    """
    secrets = (_variable(environ, name) for name in (_CLIENT_SECRET, _REFRESH_TOKEN))
    return [secret for secret in secrets if secret]


def load_settings(
    environ: Mapping[str, str], profile: str | None = None, *, sandbox: bool = False
) -> Settings:
    """Read the settings of a profile.

    Args:
        environ: the environment, which wins over the file.
        profile: its name, None for the default one.
        sandbox: for the built-in sandbox, which wins over the environment: neither addresses
            nor credentials are read, and a region that does not exist counts as none.

    Raises:
        SettingError: the file or a value is wrong; names it.
    """
    home = home_folder(environ)
    entries = _read_profile(home / SETTINGS_FILE, profile)
    region = _chosen_region(environ, entries, sandbox=sandbox)
    settings = Settings(
        home=home,
        region=region,
        zone=_zone(entries.get("time_zone", region.time_zone)),
        store=_variable(environ, _STORE) or None,
        texts={key: entries[key].lower() for key in _CHOICES if key in entries},
        numbers={key: float(entries[key]) for key in _NUMBERS if key in entries},
        sandbox=sandbox,
    )
    return settings if sandbox else _with_account(settings, environ, entries)


def _variable(environ: Mapping[str, str], name: str) -> str:
    """Read a variable; one that is only white space counts as unset."""
    return environ.get(name, "").strip()


def _chosen_region(
    environ: Mapping[str, str], entries: Mapping[str, Any], *, sandbox: bool
) -> Region:
    named = _variable(environ, _VARIABLES["region"])
    if named and not (sandbox and named.lower() not in REGIONS):
        return _region(named)
    return _region(entries.get("region", SANDBOX_REGION if sandbox else DEFAULT_REGION))


def _with_account(
    settings: Settings, environ: Mapping[str, str], entries: Mapping[str, Any]
) -> Settings:
    def text(key: str, default: str) -> str:
        return _variable(environ, _VARIABLES[key]) or entries.get(key, default)

    return replace(
        settings,
        endpoint=check_address(text("endpoint", settings.region.endpoint)),
        token_url=check_address(text("token_url", TOKEN_URL)),
        client_id=text("client_id", ""),
        client_secret=_secret(environ, _CLIENT_SECRET),
        refresh_token=_secret(environ, _REFRESH_TOKEN),
    )


def _secret(environ: Mapping[str, str], name: str) -> Secret | None:
    text = _variable(environ, name)
    return Secret(text) if text else None


def _read_profile(path: Path, profile: str | None) -> dict[str, Any]:
    profiles = _profiles(_read_file(path), path)
    name = profile or DEFAULT_PROFILE
    if name not in profiles and name != DEFAULT_PROFILE:
        raise SettingError(
            f"There is no profile {name!r} in {path}.",
            next_step=f"Known profiles: {', '.join(profiles) or 'none'}. Check the name after"
            " --profile.",
            code="no-such-profile",
        )
    entries = profiles.get(name, {})
    for key, value in entries.items():
        _check_entry(key, value, f"profile {name!r} of {path}")
    return entries


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(
            f"The settings {path} cannot be read: {error}.",
            next_step="Correct the file, or move it away to begin with the defaults.",
            code="settings-unreadable",
        ) from error


def _profiles(content: dict[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """Check the outer form of the file. Values are never shown: they may be secrets."""
    for key in _keys(content):
        if key.lower().replace("-", "_").endswith(_SECRETS):
            raise SettingError(
                f"The settings {path} hold a secret, {key}.",
                next_step="Secrets belong in the environment: set"
                f" {_CLIENT_SECRET} and {_REFRESH_TOKEN}, and take it out of the file.",
                code="secret-in-settings",
            )
    profiles = content.get("profiles", {})
    if not isinstance(profiles, dict):
        raise _unknown(f"In {path}, profiles is not a table.", _FORM)
    for key in content:
        if key != "profiles":
            raise _unknown(f"In {path}, {key} stands outside of a profile.", _FORM)
    for name, entries in profiles.items():
        if not isinstance(entries, dict):
            raise _unknown(f"In {path}, {name} in [profiles] is not a profile.", _FORM)
    return profiles


def _keys(content: object) -> Iterator[str]:
    """List all keys, of tables within tables and lists too."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _keys(value)
    elif isinstance(content, list):
        for one in content:
            yield from _keys(one)


def _check_entry(key: str, value: object, where: str) -> None:
    if key in _NUMBERS:
        _check_number(key, value, where)
    elif key not in _TEXTS:
        known = ", ".join((*_TEXTS, *_NUMBERS))
        raise _unknown(f"There is no setting {key}; it is in {where}.", f"There are: {known}.")
    elif not isinstance(value, str):
        raise _unknown(f"{key} in {where} is not a text.", f'Write it in quotes: {key} = "…".')
    elif key in _CHOICES and value.lower() not in _CHOICES[key]:
        raise _unknown(f"{key} in {where} is unknown.", f"Use one of {', '.join(_CHOICES[key])}.")


def _check_number(key: str, value: object, where: str) -> None:
    least, greatest = _NUMBERS[key]
    is_whole = key in _WHOLE
    if (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and least <= value <= greatest  # false for nan
        and not (is_whole and value != int(value))
    ):
        return
    raise SettingError(
        f"{key} in {where} makes no sense.",
        next_step=f"Use a {'whole ' if is_whole else ''}number from {least:,} to {greatest:,}.",
        code="bad-number",
    )


def _unknown(message: str, next_step: str) -> SettingError:
    return SettingError(message, next_step=next_step, code="unknown-setting")


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
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise SettingError(
            f"There is no time zone {name!r}.",
            next_step="Use a name such as UTC, Europe/Berlin or Asia/Tokyo.",
            code="no-such-time-zone",
        ) from error
