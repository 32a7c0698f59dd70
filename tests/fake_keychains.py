"""Keychains that are none of this computer's: in memory, limited as Windows' is, and in a file."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

WINDOWS_LIMIT = 1_280
"""Characters that Windows' Credential Manager takes: 2,560 bytes of UTF-16."""


class Crash(Exception):
    """The computer goes down."""


class FakeKeychain:
    """Keeps texts in memory, refuses long ones, and may go down before a chosen change.

    Args:
        longest: characters of a text.
    """

    def __init__(self, longest=WINDOWS_LIMIT):
        self.held = {}
        self.longest = longest
        self.changes_left = None
        self.reads = 0

    def get_password(self, service, username):
        self.reads += 1
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self._change()
        if len(password.encode("utf-16-le")) > 2 * self.longest:
            raise ValueError(f"too long: {password}")
        self.held[service, username] = password

    def delete_password(self, service, username):
        self._change()
        if (service, username) not in self.held:
            raise PasswordDeleteError(service)
        del self.held[service, username]

    def _change(self):
        if self.changes_left == 0:
            raise Crash
        if self.changes_left is not None:
            self.changes_left -= 1


class FileKeychain(KeyringBackend):
    """A backend of keyring for other processes; keeps its texts in FAKE_KEYCHAIN, a file."""

    priority = 5

    def get_password(self, service, username):
        return self._held().get(f"{service}\n{username}")

    def set_password(self, service, username, password):
        if len(password) > WINDOWS_LIMIT:
            raise ValueError("too long")
        self._path.write_text(json.dumps(self._held() | {f"{service}\n{username}": password}))

    def delete_password(self, service, username):
        held = self._held()
        if held.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError(service)
        self._path.write_text(json.dumps(held))

    @property
    def _path(self):
        return Path(os.environ["FAKE_KEYCHAIN"])

    def _held(self):
        return json.loads(self._path.read_text()) if self._path.exists() else {}
