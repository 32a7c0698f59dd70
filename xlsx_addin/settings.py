"""Settings: where Amazon is, whose account, which day counts. The environment wins.

They come from the environment, the settings file (`settings_file`) and, once something has to be
asked, from where `login` keeps the secrets (`keychain`). What an entry means stands in
`docs/settings.md`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from xlsx_addin.amazon.regions import REGIONS, TOKEN_URL, Region, check_address, marketplace_id
from xlsx_addin.core.secret_age import ending_soon, renewing
from xlsx_addin.errors import SettingError
from xlsx_addin.keychain import SecretStore, open_store
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings_file import (
    DEFAULT_PROFILE,
    SETTINGS_FILE,
    profile_option,
    read_settings,
)
from xlsx_addin.settings_table import SETTINGS

DEFAULT_REGION: Final = "na"
_LONGEST_REGION: Final = 12
SANDBOX_REGION: Final = "eu"
"""Where a sandbox is without a choice of the user's: Europe's answers have most to show."""

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

OpenStore = Callable[[str, Path], SecretStore]
"""Opens a place where secrets are kept, `keychain` or `file`, of a home folder."""


def _nothing_kept() -> Credentials | None:
    return None


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
        numbers: what else was set, numbers by their keys in `settings_table`, with its units.
        texts: likewise texts, of those with a few values.
        marketplace: id of the marketplace that documents are asked for in, empty if not set.
        sandbox: whether they are for the built-in sandbox.
        profile: whose they are.
        secret_in: where `login` keeps the secrets, `keychain` or `file`; empty for nowhere.
        secret_since: the day of the client secret in use, None if it is not known: one of the
            environment is another than the one that `login` dated.
        kept: reads the secrets that `login` keeps, None if there are none; asked only when they
            are needed, for it costs time and may show a prompt.
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
    marketplace: str = ""
    sandbox: bool = False
    profile: str = DEFAULT_PROFILE
    secret_in: str = ""
    secret_since: date | None = None
    kept: Callable[[], Credentials | None] = field(default=_nothing_kept, repr=False, compare=False)

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

    def signing_in(self, region: Region, credentials: Credentials) -> "Settings":
        """Point them to the account that somebody signs in to.

        Args:
            region: where it is.
            credentials: what signs in.
        """
        own = self.endpoint != self.region.endpoint
        return replace(
            self,
            region=region,
            endpoint=self.endpoint if own else region.endpoint,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            refresh_token=credentials.refresh_token,
        )

    def secret_notice(self, today: date) -> str:
        """Say that the client secret ends soon or has ended, and what to do; else nothing.

        Args:
            today: the local day.
        """
        words = ending_soon(self.secret_since, today) if self.secret_since else ""
        return words and f"{words} {renewing(profile_option(self.profile))}"

    @property
    def secrets(self) -> list[str]:
        """The secrets among them, for whoever masks them."""
        return [one.reveal() for one in (self.client_secret, self.refresh_token) if one]

    def credentials(self) -> Credentials:
        """Give what signs in: of the environment, else what `login` keeps.

        Raises:
            SettingError: a part is missing; names it.
            KeychainError: what `login` keeps cannot be read.
        """
        if self.client_id and self.client_secret and self.refresh_token:
            return Credentials(self.client_id, self.client_secret, self.refresh_token)
        kept = self.kept()
        if kept is None:
            raise self._not_signed_in()
        if self.client_id and self.client_id != kept.client_id:
            raise SettingError(
                f"The sign-in that is kept for profile {self.profile} is of another app than the"
                " client id in the settings or the environment.",
                next_step=f"Sign in again: xlsx-addin login{profile_option(self.profile)}.",
                code="other-app",
            )
        return Credentials(
            kept.client_id,
            self.client_secret or kept.client_secret,
            self.refresh_token or kept.refresh_token,
        )

    def _not_signed_in(self) -> SettingError:
        parts = {
            _VARIABLES["client_id"]: self.client_id,
            _CLIENT_SECRET: self.client_secret,
            _REFRESH_TOKEN: self.refresh_token,
        }
        missing = ", ".join(name for name, value in parts.items() if not value)
        message = (
            f"The {self.secret_in} has no sign-in of profile {self.profile} any more."
            if self.secret_in
            else f"Profile {self.profile} is not signed in to Amazon Business."
        )
        return SettingError(
            f"{message} Nor does the environment have {missing}.",
            next_step=f"Sign in: xlsx-addin login{profile_option(self.profile)}. Or try it on the"
            " built-in sandbox with --sandbox.",
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


def overriding(environ: Mapping[str, str], key: str) -> tuple[str, str]:
    """Tell which environment variable wins over a setting, and its value; both may be empty.

    Args:
        environ: the environment.
        key: of the setting.
    """
    name = _VARIABLES.get(key, "")
    return name, _variable(environ, name) if name else ""


def secrets_in(environ: Mapping[str, str]) -> list[str]:
    """List the secrets that are set, for whoever masks them.

    Args:
        environ: the environment.
    """
    secrets = (_variable(environ, name) for name in (_CLIENT_SECRET, _REFRESH_TOKEN))
    return [secret for secret in secrets if secret]


def load_settings(
    environ: Mapping[str, str],
    profile: str | None = None,
    *,
    sandbox: bool = False,
    may_be_new: bool = False,
    stores: OpenStore | None = None,
) -> Settings:
    """Read the settings of a profile.

    Args:
        environ: the environment, which wins over the file.
        profile: its name, None for the default one.
        sandbox: for the built-in sandbox, which wins over the environment: neither addresses
            nor credentials are read, and a region that does not exist counts as none.
        may_be_new: whether the profile may be missing in the file.
        stores: opens what `login` keeps; None for this computer's keychain and files.

    Raises:
        SettingError: the file or a value is wrong; names it.
    """
    home = home_folder(environ)
    name = profile or DEFAULT_PROFILE
    entries = read_settings(home / SETTINGS_FILE).profile(name, may_be_new=may_be_new)
    region = _chosen_region(environ, entries, sandbox=sandbox)
    texts = [one.key for one in SETTINGS.values() if one.choices and not one.by_login]
    settings = Settings(
        home=home,
        region=region,
        zone=_zone(entries.get("time_zone", region.time_zone)),
        store=_variable(environ, _STORE) or None,
        numbers={key: float(entries[key]) for key in entries if SETTINGS[key].is_number},
        texts={key: entries[key].lower() for key in texts if key != "region" and key in entries},
        marketplace=_marketplace(entries, region),
        sandbox=sandbox,
        profile=name,
    )
    if sandbox:
        return settings
    return _with_account(
        settings, environ, entries, stores or partial(open_store, scope=keychain_scope(environ))
    )


def _marketplace(entries: Mapping[str, Any], region: Region) -> str:
    """Give the profile's marketplace, unless the environment means another region."""
    is_meant = entries.get("region", region.name).lower() == region.name
    return marketplace_id(entries.get("marketplace", ""), region) if is_meant else ""


def keychain_scope(environ: Mapping[str, str]) -> str:
    """Tell installations of one user apart whose profiles may have the same names.

    Args:
        environ: the environment; another XLSX_ADDIN_HOME has sign-ins of its own.
    """
    return str(home_folder(environ)) if _variable(environ, _HOME) else ""


def check_profile(entries: Mapping[str, Any]) -> None:
    """Refuse values that only their use shows to be wrong: addresses and time zones.

    Args:
        entries: of a profile, of the right kinds.

    Raises:
        SettingError: one is wrong.
    """
    _zone(entries.get("time_zone", "UTC"))
    for key in ("endpoint", "token_url"):
        if entries.get(key):
            check_address(entries[key])
    if "region" in entries:  # else that of the environment may be meant
        marketplace_id(entries.get("marketplace", ""), _region(entries["region"]))


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
    settings: Settings, environ: Mapping[str, str], entries: Mapping[str, Any], stores: OpenStore
) -> Settings:
    def text(key: str, default: str) -> str:
        return _variable(environ, _VARIABLES[key]) or entries.get(key) or default

    secret_in = entries.get("secret_in", "").lower()

    def kept() -> Credentials | None:
        return stores(secret_in, settings.home).read(settings.profile) if secret_in else None

    secret = _secret(environ, _CLIENT_SECRET)
    return replace(
        settings,
        endpoint=check_address(text("endpoint", settings.region.endpoint)),
        token_url=check_address(text("token_url", TOKEN_URL)),
        client_id=text("client_id", ""),
        client_secret=secret,
        refresh_token=_secret(environ, _REFRESH_TOKEN),
        secret_in=secret_in,
        secret_since=None if secret and secret_in else entries.get("secret_since"),
        kept=kept,
    )


def _secret(environ: Mapping[str, str], name: str) -> Secret | None:
    text = _variable(environ, name)
    return Secret(text) if text else None


def _region(name: str) -> Region:
    region = REGIONS.get(name.lower())
    if region is None:
        # What is too long for a region may be a secret in the wrong place, and is not shown.
        named = f" {name!r}" if len(name) <= _LONGEST_REGION else " of the name that is set"
        raise SettingError(
            f"There is no region{named}.",
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
