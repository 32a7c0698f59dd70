"""Where the secrets of a sign-in are kept: the system's keychain, or a file of the user's own.

Some keychains take short texts only: 1,280 characters in Windows' Credential Manager, fewer than a
refresh token may have. A sign-in that does not fit is kept in parts, in one of two slots, and a
head that says which slot counts is written last. Whatever breaks off on the way, what is read is
the old sign-in or the new one, whole, or nothing.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TypeVar

from xlsx_addin.errors import LocalError
from xlsx_addin.logs import hide, redact
from xlsx_addin.private_files import write_private
from xlsx_addin.secrets import Credentials, Secret

IN_KEYCHAIN: Final = "keychain"
IN_FILE: Final = "file"

LONGEST_ON_WINDOWS: Final = 1_200
"""Characters of an entry there. All are ASCII, so that no encoding makes more of them."""

LONGEST: Final = 16_000
"""Elsewhere: one entry is enough, and a keychain asks its user about one and not about several."""

_USER: Final = "sign-in"
_SLOTS: Final = ("a", "b")
_LEAST_PRIORITY: Final = 1.0
"""Below it are keyring's stand-ins, which fail, forget, or write plain files."""

_AGAIN: Final = "Sign in again: xlsx-addin login."

T = TypeVar("T")


class KeychainError(LocalError):
    """The keychain cannot be used, or what it holds is not whole."""

    default_code = "keychain"


class Backend(Protocol):
    """What keeps short texts by two names; keyring's backends are such."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give a text, None if there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a text in place of an older one."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a text that is there."""
        ...


class SecretStore(Protocol):
    """What keeps the sign-ins of profiles."""

    def read(self, profile: str) -> Credentials | None:
        """Give the sign-in of a profile, None if there is none; from now on logs mask it.

        Raises:
            KeychainError: it cannot be read, or is not whole.
        """
        ...

    def write(self, profile: str, credentials: Credentials) -> None:
        """Keep a sign-in in place of the profile's older one.

        Raises:
            LocalError: it cannot be written; the older one is still there.
        """
        ...

    def remove(self, profile: str) -> None:
        """Forget all of a profile's sign-in; without effect if there is none.

        Raises:
            LocalError: something of it may be left.
        """
        ...


class KeychainSecrets:
    """Keeps sign-ins in the system's keychain.

    Args:
        backend: the keychain.
        scope: tells installations apart that have profiles of the same names.
        longest: characters that one entry of the keychain may have.
    """

    def __init__(self, backend: Backend, scope: str = "", *, longest: int) -> None:
        self._backend = backend
        self._prefix = f"xlsx_addin {scope} " if scope else "xlsx_addin "
        self._longest = longest

    def read(self, profile: str) -> Credentials | None:
        """Give the sign-in of a profile; see `SecretStore`."""
        text = self._get(self._head(profile))
        if text is None:
            return None
        head = _object(text)
        if "parts" in head:
            text = self._joined(profile, head)
        credentials = decoded(text)
        if credentials is None:
            raise _damaged(profile)
        return credentials

    def _joined(self, profile: str, head: Mapping[str, object]) -> str:
        slot, count = head.get("slot"), head.get("parts")
        if slot not in _SLOTS or not isinstance(count, int):
            raise _damaged(profile)
        parts = [self._get(self._part(profile, slot, number)) for number in range(1, count + 1)]
        text = "".join(part for part in parts if part)
        if _digest(text) != head.get("sha256"):
            raise _damaged(profile)
        return text

    def write(self, profile: str, credentials: Credentials) -> None:
        """Keep a sign-in; see `SecretStore`."""
        text = encoded(credentials)
        hide(*_texts(credentials))
        old = _object(self._get(self._head(profile)) or "").get("slot")
        if len(text) > self._longest:
            new = _SLOTS[1] if old == _SLOTS[0] else _SLOTS[0]
            text = self._in_parts(profile, new, text)
        self._set(self._head(profile), text)
        if old in _SLOTS:
            with suppress(KeychainError):  # no longer read; signing out clears it too
                self._clear(profile, str(old))

    def _in_parts(self, profile: str, slot: str, text: str) -> str:
        """Write a text into a slot that is not read, and give the head that makes it count."""
        self._clear(profile, slot)  # what an earlier try may have left
        starts = range(0, len(text), self._longest)
        for number, start in enumerate(starts, start=1):
            self._set(self._part(profile, slot, number), text[start : start + self._longest])
        return json.dumps({"slot": slot, "parts": len(starts), "sha256": _digest(text)})

    def remove(self, profile: str) -> None:
        """Forget a sign-in; see `SecretStore`."""
        head = self._head(profile)
        if self._get(head) is not None:
            self._delete(head)
        for slot in _SLOTS:
            self._clear(profile, slot)

    def _clear(self, profile: str, slot: str) -> None:
        """Delete the parts of a slot from the last one on, so that never one is left behind a gap.

        They are found by counting: a keychain does not list what it holds.
        """
        count = 0
        while self._get(self._part(profile, slot, count + 1)) is not None:
            count += 1
        for number in range(count, 0, -1):
            self._delete(self._part(profile, slot, number))

    def _head(self, profile: str) -> str:
        return f"{self._prefix}{profile}"

    def _part(self, profile: str, slot: str, number: int) -> str:
        return f"{self._prefix}{profile} {slot}{number}"

    def _get(self, service: str) -> str | None:
        return _asking("read", lambda: self._backend.get_password(service, _USER))

    def _set(self, service: str, text: str) -> None:
        _asking("written", lambda: self._backend.set_password(service, _USER, text), text)

    def _delete(self, service: str) -> None:
        _asking("emptied", lambda: self._backend.delete_password(service, _USER))


class FileSecrets:
    """Keeps sign-ins in files that only their user can read, for computers without a keychain.

    Args:
        home: the program's folder.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "secrets"

    def path(self, profile: str) -> Path:
        """Tell where the sign-in of a profile is.

        Args:
            profile: its name; whatever no file system takes in a name is spelled out.
        """
        name = re.sub(
            r"[^a-z0-9_-]", lambda one: "".join(f"%{byte:02x}" for byte in one[0].encode()), profile
        )
        return self._folder / f"sign-in-{name}.json"

    def read(self, profile: str) -> Credentials | None:
        """Give the sign-in of a profile; see `SecretStore`."""
        path = self.path(profile)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise KeychainError(
                f"The sign-in in {path} cannot be read ({type(error).__name__}).", next_step=_AGAIN
            ) from None
        credentials = decoded(text)
        if credentials is None:
            raise _damaged(profile)
        return credentials

    def write(self, profile: str, credentials: Credentials) -> None:
        """Keep a sign-in; see `SecretStore`."""
        hide(*_texts(credentials))
        write_private(self.path(profile), encoded(credentials))

    def remove(self, profile: str) -> None:
        """Forget a sign-in; see `SecretStore`."""
        _unlink(self.path(profile))

    def remove_all(self) -> None:
        """Forget the sign-ins of all profiles.

        Raises:
            KeychainError: something of them may be left.
        """
        for path in self._folder.glob("sign-in-*.json"):
            _unlink(path)


def encoded(credentials: Credentials) -> str:
    """Give a sign-in as text, in ASCII.

    Args:
        credentials: the sign-in.
    """
    return json.dumps(
        {
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret.reveal(),
            "refresh_token": credentials.refresh_token.reveal(),
        }
    )


def decoded(text: str) -> Credentials | None:
    """Give the sign-in that a text stands for, None if it is no whole one; logs mask it then.

    Args:
        text: as `encoded` made it.
    """
    fields = _object(text)
    names = ("client_id", "client_secret", "refresh_token")
    client_id, secret, token = (fields.get(name) for name in names)
    if not (isinstance(client_id, str) and isinstance(secret, str) and isinstance(token, str)):
        return None
    credentials = Credentials(client_id, Secret(secret), Secret(token))
    hide(*_texts(credentials))
    return credentials


def system_keychain() -> Backend | None:
    """Give the keychain of this computer, None if there is none that keeps secrets.

    It is keyring's choice, which its own configuration can change.
    """
    try:
        # Imported when secrets are needed: it looks for backends, 0.1 s and more.
        import keyring  # noqa: PLC0415  # see above

        backend = keyring.get_keyring()
        usable = backend.priority >= _LEAST_PRIORITY
    except Exception:  # noqa: BLE001  # backends raise what their system raises
        return None
    return backend if usable else None


def open_store(
    place: str,
    home: Path,
    *,
    scope: str,
    keychain: Callable[[], Backend | None] = system_keychain,
    platform: str = sys.platform,
) -> SecretStore:
    """Open a place where secrets are kept.

    Args:
        place: `keychain` or `file`.
        home: the program's folder.
        scope: tells installations apart, empty for the usual one.
        keychain: finds the system's keychain.
        platform: as `sys.platform` names it.

    Raises:
        KeychainError: this computer has no keychain.
    """
    if place == IN_FILE:
        return FileSecrets(home)
    backend = keychain()
    if backend is None:
        raise KeychainError(
            "This computer has no keychain that Python can use.",
            next_step="Set the environment variables AMAZON_BUSINESS_CLIENT_SECRET and"
            " AMAZON_BUSINESS_REFRESH_TOKEN, or keep the sign-in in a file that only you can"
            " read: xlsx-addin login --keep-in-file.",
            code="no-keychain",
        )
    longest = LONGEST_ON_WINDOWS if platform == "win32" else LONGEST
    return KeychainSecrets(backend, scope, longest=longest)


def _asking(done: str, ask: Callable[[], T], secret: str = "") -> T:
    """Ask the keychain; whatever it raises becomes an error without secrets in it."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  # backends raise what their system raises
        words = redact(f"{type(error).__name__}: {error}", [secret, secret[:20]])
    # Raised out here so that no context leads back to the secret.
    raise KeychainError(
        f"The keychain cannot be {done}: {words}.",
        next_step="Unlock it and try again, or use the environment variables"
        " AMAZON_BUSINESS_CLIENT_SECRET and AMAZON_BUSINESS_REFRESH_TOKEN.",
    )


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise KeychainError(
            f"{path} cannot be removed: {error.strerror}.",
            next_step="Delete the file by hand: it holds secrets.",
        ) from error


def _damaged(profile: str) -> KeychainError:
    return KeychainError(
        f"The sign-in that is kept for profile {profile} is not whole.",
        next_step=_AGAIN,
        code="sign-in-damaged",
    )


def _object(text: str) -> dict[str, object]:
    """Read a JSON object; an empty one for any other text."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _texts(credentials: Credentials) -> list[str]:
    return [credentials.client_secret.reveal(), credentials.refresh_token.reveal()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
