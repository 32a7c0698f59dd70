"""Where the store is: the address in the environment, or the usual file at home."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from xlsx_addin.errors import SettingError
from xlsx_addin.store.sqlite import SqliteStore

STORE_FILE: Final = "store.sqlite"

_SQLITE_URL: Final = "sqlite:///"
# One letter before a colon is a Windows drive, more are another kind of address.
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|:")
# A file that is no store counts as a damaged one and is moved aside: not somebody's workbook.
_NEVER_A_STORE: Final = frozenset({".csv", ".xlam", ".xls", ".xlsb", ".xlsm", ".xlsx"})


def default_store_path(home: Path) -> Path:
    """Say where the store is if no address is set.

    Args:
        home: the folder of this program's data.
    """
    return home / STORE_FILE


def store_path(address: str) -> Path:
    """Read the address of a store.

    Args:
        address: a path, or ``sqlite:///`` and a path: three slashes before a relative or a
            Windows path, four in all before an absolute path elsewhere.

    Raises:
        SettingError: it is something else.
    """
    text = address.strip().removeprefix(_SQLITE_URL)
    if not text or _SCHEME.match(text):
        raise _unsupported(address)
    path = Path(text).expanduser()
    if path.is_dir() or path.suffix.lower() in _NEVER_A_STORE:
        raise _unsupported(address)
    return path


def open_store(
    address: str | None, home: Path, clock: Callable[[], float] = time.time
) -> SqliteStore:
    """Open the store.

    Args:
        address: the value of XLSX_ADDIN_STORE; None or empty for the usual place.
        home: the folder of this program's data.
        clock: seconds since 1970.

    Raises:
        SettingError: the address is not supported.
        StoreError: the store cannot be opened.
    """
    return SqliteStore(store_path(address) if address else default_store_path(home), clock)


def _unsupported(address: str) -> SettingError:
    return SettingError(
        f"XLSX_ADDIN_STORE is {address!r}, which is not the address of a store.",
        next_step="Give the path of a SQLite file, such as /home/me/store.sqlite,"
        " or sqlite:/// and its path.",
    )
