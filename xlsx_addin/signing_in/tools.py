"""What signing in works with, handed in so that it can be tried without keychain and Amazon."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.regions import REGIONS, Region
from xlsx_addin.amazon.tokens import Consent
from xlsx_addin.connecting import connected, exchange_code
from xlsx_addin.keychain import Backend, FileSecrets, SecretStore, open_store, system_keychain
from xlsx_addin.secrets import Secret
from xlsx_addin.settings import (
    Settings,
    home_folder,
    keychain_scope,
    load_settings,
)
from xlsx_addin.settings_file import SETTINGS_FILE


class Connect(Protocol):
    """Makes a client for as long as a `with` block lasts."""

    def __call__(
        self, settings: Settings, *, shares_pace: bool, attempts: int | None
    ) -> AbstractContextManager[AmazonClient]:
        """Make it; see `connecting.connected`."""
        ...


Exchange = Callable[[Settings, str, Secret, Consent], Secret]
"""Exchanges a code for a refresh token; see `connecting.exchange_code`."""


def _today() -> date:
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Tools:
    """What signing in works with.

    Args:
        environ: the environment variables.
        keychain: finds the system's keychain.
        connect: makes a client.
        exchange: exchanges a code for a refresh token.
        today: tells the local day.
        regions: by name.
    """

    environ: Mapping[str, str] = field(repr=False)  # it may hold secrets
    keychain: Callable[[], Backend | None] = system_keychain
    connect: Connect = connected
    exchange: Exchange = exchange_code
    today: Callable[[], date] = _today
    regions: Mapping[str, Region] = field(default_factory=lambda: REGIONS)

    @property
    def home(self) -> Path:
        """The program's folder."""
        return home_folder(self.environ)

    @property
    def settings_path(self) -> Path:
        """The settings file."""
        return self.home / SETTINGS_FILE

    @property
    def files(self) -> FileSecrets:
        """The files in which secrets may be kept."""
        return FileSecrets(self.home)

    def store(self, place: str, home: Path | None = None) -> SecretStore:
        """Open a place where secrets are kept.

        Args:
            place: `keychain` or `file`.
            home: the program's folder, None for the one of the environment.

        Raises:
            KeychainError: this computer has no keychain.
        """
        scope = keychain_scope(self.environ)
        return open_store(place, home or self.home, scope=scope, keychain=self.keychain)

    def settings(self, profile: str | None, *, may_be_new: bool = False) -> Settings:
        """Read the settings of a profile; see `load_settings`."""
        return load_settings(self.environ, profile, may_be_new=may_be_new, stores=self.store)
