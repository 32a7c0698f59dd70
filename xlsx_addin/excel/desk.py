"""What stands behind the window "Sign in and settings", and needs no window itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsx_addin.amazon.regions import REGIONS
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.excel.about import open_file
from xlsx_addin.excel.advice import at_the_desk
from xlsx_addin.keychain import IN_FILE
from xlsx_addin.secrets import Secret
from xlsx_addin.settings_file import DEFAULT_PROFILE, first_settings
from xlsx_addin.signing_in import (
    Form,
    Kept,
    Tools,
    list_profiles,
    read_grant,
    sign_in,
    sign_out,
)

_log = logging.getLogger(__name__)

REGION_WORDS: Final = {
    one.name: f"{one.name}: {', '.join(one.marketplaces)}" for one in REGIONS.values()
}
"""What is shown for a region: its name and its countries."""


@dataclass(frozen=True, slots=True, repr=False)
class Entries:
    """What a person entered; it is never shown, for most of it is secret.

    Args:
        profile: its name, which may be new.
        region: its name.
        client_id: the app's id.
        client_secret: the app's secret, empty for the one that is kept.
        consent: the refresh token, or address or code of the consent page; empty as above.
        redirect_uri: where the consent page leads, for a bare code.
        in_file: keep it in a file that only the user can read.
    """

    profile: str
    region: str
    client_id: str
    client_secret: str = ""
    consent: str = ""
    redirect_uri: str = ""
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sign-in of a profile stands.

    Args:
        region: its name.
        client_id: the app's id, whole; empty if none is known.
        words: one sentence or two.
        signed_in: whether secrets are kept.
        in_file: whether they are kept in a file.
    """

    region: str
    client_id: str
    words: str
    signed_in: bool = False
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step came to.

    Args:
        good: whether there is nothing left to do.
        words: what to tell, line by line.
        kept: whether a sign-in was kept, so that what was entered need not stay.
    """

    good: bool
    words: Sequence[str]
    kept: bool = False


class Desk:
    """Signs in and out, and tells how that stands.

    Args:
        tools: what signing in works with.
        show_file: opens a text file in an editor.
    """

    def __init__(self, tools: Tools, show_file: Callable[[Path], object] = open_file) -> None:
        self._tools = tools
        self._show_file = show_file

    @property
    def profiles(self) -> list[str]:
        """The names of the profiles, the default one first."""
        try:
            return [one.name for one in list_profiles(self._tools)]
        except XlsxAddinError:
            return [DEFAULT_PROFILE]

    def has_keychain(self) -> bool:
        """Tell whether this computer has a keychain; the first call takes a moment."""
        return self._tools.keychain() is not None

    def standing(self, profile: str) -> Standing:
        """Tell how the sign-in of a profile stands, without asking the keychain.

        Args:
            profile: its name; one that is new is not signed in.
        """
        try:
            settings = self._tools.settings(profile or None, may_be_new=True)
            known = {one.name: one for one in list_profiles(self._tools)}.get(settings.profile)
        except XlsxAddinError as error:
            return Standing("na", "", at_the_desk(error))
        place = known.place if known else ""
        words = "Not signed in."
        if place:
            since = f" since {settings.secret_since}" if settings.secret_since else ""
            words = f"Signed in: kept in the {place}{since}."
            if known and known.days_left is not None and known.days_left > 0:
                words += f" The client secret is good for {known.days_left} more days."
        return Standing(
            settings.region.name,
            settings.client_id,
            words,
            signed_in=bool(settings.secret_in),
            in_file=settings.secret_in == IN_FILE,
        )

    def sign_in(self, entries: Entries) -> Answer:
        """Try and keep a sign-in; whatever goes wrong is told, not raised.

        Args:
            entries: what was entered.
        """
        return self._told(lambda: self._sign_in(entries))

    def sign_out(self, profile: str) -> Answer:
        """Forget a profile's sign-in; whatever goes wrong is told, not raised.

        Args:
            profile: its name.
        """

        def forget() -> Answer:
            had = sign_out(profile, self._tools)
            words = "Signed out: nothing of the sign-in is left on this computer."
            return Answer(good=True, words=[words if had else "There was no sign-in."])

        return self._told(forget)

    def open_settings(self) -> Answer:
        """Open the settings file in an editor; it is made if it is missing."""
        path = self._tools.settings_path

        def show() -> Answer:
            first_settings(path)
            try:
                self._show_file(path)
            except OSError:
                return Answer(good=False, words=[f"No editor can be started. Open {path}."])
            return Answer(good=True, words=[f"Opened {path}."])

        return self._told(show)

    def text(self) -> str:
        """Tell how the sign-in stands, for those who have no window."""
        lines = [f"Profile {name}: {self.standing(name).words}" for name in self.profiles]
        return (
            "\n".join(lines)
            + "\n\nSign in on a command line: xlsx-addin login"
            + f"\n\nRegion and time zone are in the settings file\n{self._tools.settings_path}"
        )

    def _sign_in(self, entries: Entries) -> Answer:
        consent = entries.consent.strip()
        form = Form(
            REGIONS[entries.region],
            entries.client_id,
            Secret(entries.client_secret.strip()) if entries.client_secret.strip() else None,
            read_grant(consent, entries.redirect_uri) if consent else None,
            entries.in_file,
        )
        return _answer(sign_in(entries.profile or None, form, self._tools))

    def _told(self, do: Callable[[], Answer]) -> Answer:
        try:
            return do()
        except XlsxAddinError as error:
            _log.warning("%s: %s", error.code, error)
            return Answer(good=False, words=[at_the_desk(error)])
        except Exception as error:  # noqa: BLE001  # a person must never see a traceback
            _log.exception("signing in failed")
            # Its own words are in the log, masked: they might hold what was entered.
            kind = type(error).__name__
            words = f"Something unexpected went wrong: {kind}. {unexpected(error).next_step}"
            return Answer(good=False, words=[words])


def _answer(kept: Kept) -> Answer:
    failed = [one for one in kept.findings if not one.ok]
    words = [at_the_desk(one.error) for one in failed]
    if kept.place and not kept.error:
        words.insert(0, "Signed in. Amazon lets this app read invoices.")
    elif kept.place:
        words.append("The sign-in itself is right and was kept.")
    words += [
        f"{name} is set in the environment and wins over what is kept: remove it, and start"
        " Excel again."
        for name in kept.overriding
    ]
    return Answer(good=not failed and not kept.overriding, words=words, kept=bool(kept.place))
