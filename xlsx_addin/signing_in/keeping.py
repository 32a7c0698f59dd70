"""Keeping a sign-in that works, and forgetting it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from xlsx_addin.amazon.regions import Region
from xlsx_addin.amazon.tokens import Consent
from xlsx_addin.errors import InputError, LocalError, XlsxAddinError
from xlsx_addin.keychain import IN_FILE, IN_KEYCHAIN, KeychainError
from xlsx_addin.logs import hide
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import SIGN_IN_VARIABLES, Settings
from xlsx_addin.settings_file import DEFAULT_PROFILE, change_profile, read_settings
from xlsx_addin.settings_table import Value
from xlsx_addin.signing_in.checking import Finding, check
from xlsx_addin.signing_in.tools import Tools

_NAME: Final = re.compile(r"\w[\w.-]{0,39}")
_MISSING: Final = "Ask the developer of your Amazon app for it."


@dataclass(frozen=True, slots=True)
class Form:
    """What a person enters to sign in.

    Args:
        region: where the account is.
        client_id: the app's id, empty for the one that is kept.
        client_secret: the app's secret, None for the one that is kept.
        grant: the refresh token, or what the consent page gave; None for the token that is kept.
        in_file: keep it in a file that only the user can read, not in the keychain.
        secret_since: the day when the secret was made, None for today.
    """

    region: Region
    client_id: str = ""
    client_secret: Secret | None = None
    grant: Secret | Consent | None = None
    in_file: bool = False
    secret_since: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What signing in came to.

    Args:
        profile: whose sign-in it is.
        place: where it is kept, `keychain` or `file`; empty if it is not.
        findings: what trying it showed.
        overriding: environment variables that win over what is kept.
    """

    profile: str
    place: str
    findings: Sequence[Finding]
    overriding: Sequence[str] = ()

    @property
    def error(self) -> XlsxAddinError | None:
        """What keeps the sign-in from being used, None if nothing does."""
        return next((one.error for one in self.findings if one.exit_code), None)

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return max((one.exit_code for one in self.findings), default=0)


def sign_in(profile: str | None, form: Form, tools: Tools) -> Kept:
    """Try a sign-in and keep it if Login with Amazon accepts it.

    What Amazon refuses beyond that, such as a missing role, is found and told, but the sign-in is
    kept: it is right, and a code cannot be used twice.

    Args:
        profile: its name, None for the default one; it may be new.
        form: what was entered.
        tools: what it works with.

    Raises:
        InputError: a part is missing, or the profile cannot have this name.
        AmazonError, ConnectionFault: the code of the consent page could not be exchanged.
        LocalError: it cannot be kept.
    """
    settings = tools.settings(_checked_name(profile), may_be_new=True)
    place = IN_FILE if form.in_file else IN_KEYCHAIN
    store = tools.store(place)  # before a code is used up
    _hide(form)
    before = _kept_before(settings)
    credentials = _credentials(settings, form, before, tools)
    signed = settings.signing_in(form.region, credentials)
    since = form.secret_since
    if since is None:
        same = before is not None and before.client_secret == credentials.client_secret
        since = _date_before(settings.profile, tools) if same else None
    findings = check(replace(signed, secret_since=since), tools)
    if not any(one.step == "sign-in" and one.ok for one in findings):
        return Kept(settings.profile, "", findings)
    store.write(settings.profile, credentials)
    changes: dict[str, Value | None] = {
        "region": form.region.name,
        "client_id": credentials.client_id,
        "secret_in": place,
        "secret_since": since or tools.today(),
    }
    try:
        change_profile(tools.settings_path, settings.profile, changes)
    except (LocalError, InputError):
        if not settings.secret_in:
            with suppress(LocalError):  # the other error matters more
                store.remove(settings.profile)
        raise
    _forget_elsewhere(settings, place, tools)
    return Kept(settings.profile, place, findings, _overriding(credentials, form.region, tools))


def sign_out(profile: str | None, tools: Tools) -> list[str]:
    """Forget a profile's sign-in: all of it, in keychain and file, and its date.

    Region and client id stay in the settings: they are no secrets, and known answers belong to
    them.

    Args:
        profile: its name, None for the default one.
        tools: what it works with.

    Returns:
        The places that had something: `keychain`, `file`.

    Raises:
        SettingError: there is no such profile.
        KeychainError: something of it may be left in the keychain.
    """
    settings = tools.settings(profile)
    name = settings.profile
    had = [settings.secret_in] if settings.secret_in else []
    if tools.files.path(name).exists():
        had.append(IN_FILE)
    tools.files.remove(name)
    if settings.secret_in == IN_KEYCHAIN or tools.keychain() is not None:
        tools.store(IN_KEYCHAIN).remove(name)
    if settings.secret_in or settings.secret_since:
        change_profile(tools.settings_path, name, {"secret_in": None, "secret_since": None})
    return sorted(set(had), reverse=True)


def sign_out_of_all(tools: Tools) -> dict[str, list[str]]:
    """Forget the sign-ins of all profiles.

    Args:
        tools: what it works with.

    Returns:
        For each profile the places that had something.

    Raises:
        KeychainError: something may be left in the keychain.
    """
    names = dict.fromkeys((DEFAULT_PROFILE, *read_settings(tools.settings_path).profiles))
    had = {name: sign_out(name, tools) for name in names}
    tools.files.remove_all()  # of profiles that are no longer in the settings
    return had


def _checked_name(profile: str | None) -> str:
    name = profile or DEFAULT_PROFILE
    if not _NAME.fullmatch(name):
        raise InputError(
            f"A profile cannot be called {name!r}.",
            next_step="Use up to 40 letters, digits, dots, hyphens and underscores.",
            code="profile-name",
        )
    return name


def _hide(form: Form) -> None:
    secrets = [form.client_secret]
    secrets.append(form.grant.code if isinstance(form.grant, Consent) else form.grant)
    hide(*(secret.reveal() for secret in secrets if secret is not None))


def _kept_before(settings: Settings) -> Credentials | None:
    """Give what is kept already, for the parts that were not entered."""
    try:
        return settings.kept()
    except KeychainError:
        return None  # signing in is what mends it


def _date_before(profile: str, tools: Tools) -> date | None:
    entries = read_settings(tools.settings_path).profile(profile, may_be_new=True)
    since = entries.get("secret_since")
    return since if isinstance(since, date) else None


def _credentials(
    settings: Settings, form: Form, before: Credentials | None, tools: Tools
) -> Credentials:
    client_id = form.client_id.strip() or settings.client_id
    secret, grant = form.client_secret, form.grant
    if before is not None:
        secret, grant = secret or before.client_secret, grant or before.refresh_token
    if not client_id:
        raise _missing("client id")
    if not secret:
        raise _missing("client secret")
    if not grant:
        raise _missing("refresh token")
    if isinstance(grant, Consent):
        grant = tools.exchange(settings, client_id, secret, grant)
        hide(grant.reveal())
    return Credentials(client_id, secret, grant)


def _missing(what: str) -> InputError:
    return InputError(f"The {what} is missing.", next_step=_MISSING, code="incomplete")


def _forget_elsewhere(settings: Settings, place: str, tools: Tools) -> None:
    """Remove an older sign-in from the place that is not used any more."""
    if settings.secret_in and settings.secret_in != place:
        with suppress(LocalError):
            tools.store(settings.secret_in).remove(settings.profile)


def _overriding(credentials: Credentials, region: Region, tools: Tools) -> list[str]:
    values = {
        "AMAZON_BUSINESS_REGION": region.name,
        **dict(
            zip(
                SIGN_IN_VARIABLES,
                (
                    credentials.client_id,
                    credentials.client_secret.reveal(),
                    credentials.refresh_token.reveal(),
                ),
                strict=True,
            )
        ),
    }
    return [
        name
        for name, value in values.items()
        if tools.environ.get(name, "").strip() not in ("", value)
    ]
