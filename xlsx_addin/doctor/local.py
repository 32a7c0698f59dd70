"""Checks of this computer: what is kept, room on the disk, who is at work."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from xlsx_addin.core.wording import counted
from xlsx_addin.doctor.check import Finding, ok, problem

ROOM_BYTES: Final = 200 * 1024**2
"""Less room than this is soon used up by workbooks, their backups and the store."""

LONG_S: Final = 3 * 3600.0
"""No refresh takes this long without somebody knowing."""

_KIB: Final = 1024
_MIB: Final = 1024**2
_GIB: Final = 1024**3


class StoreState(Protocol):
    """What can be said of the store without changing it."""

    @property
    def size_bytes(self) -> int:
        """How large it is."""
        ...

    @property
    def version(self) -> int:
        """Of its tables."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether there was time to look at all of it."""
        ...


def check_store(path: Path, look: Callable[[], StoreState | None]) -> Finding:
    """Check the store of known answers.

    Args:
        path: where it is.
        look: looks at it, None if there is none; raises what is wrong with it.
    """
    state = look()
    if state is None:
        return ok(f"No answers are kept yet; they will be in {path}.")
    size = f"{max(1, state.size_bytes // _KIB):,} kB"
    looked = "sound" if state.is_whole else "sound as far as there was time to look"
    return ok(f"{path} is {looked}: {size}, version {state.version}.")


def check_home(folder: Path, may_write: Callable[[Path], bool]) -> Finding:
    """Check that the program can keep its own files.

    Args:
        folder: of these files; it may not be there yet.
        may_write: tells whether files can be put into a folder.
    """
    there = _there(folder)
    if not there.is_dir() or not may_write(there):
        return problem(
            f"Nothing can be kept in {folder}: {there} cannot be written.",
            "Make it writable, or name another folder in XLSX_ADDIN_HOME.",
        )
    return ok(f"Settings, known answers and log are in {folder}.")


def check_room(folders: Iterable[Path], free: Callable[[Path], int]) -> Finding:
    """Check that there is room on the disks.

    Args:
        folders: that are written to; some may not be there yet.
        free: tells the free bytes on the disk of a folder.
    """
    rooms = {one: free(_there(one)) for one in folders}
    folder = min(rooms, key=rooms.__getitem__)
    least = rooms[folder]
    room = f"{least / _GIB:,.0f} GB" if least >= _GIB else f"{least / _MIB:,.0f} MB"
    if least < ROOM_BYTES:
        return problem(
            f"Only {room} are free on the disk of {folder}.",
            "Make room: workbooks are copied before they are changed.",
        )
    return ok(f"{room} are free for {folder}.")


def free_bytes(folder: Path) -> int:
    """Tell the free bytes on the disk of a folder.

    Args:
        folder: an existing folder.
    """
    return shutil.disk_usage(folder).free


def check_locks(
    folder: Path, is_held: Callable[[Path], bool], now_s: float, patience_s: float = LONG_S
) -> Finding:
    """Check whether refreshes are at work, or hang.

    Left-over lock files are no locks: the system lets go of them when their process ends.

    Args:
        folder: of the lock files.
        is_held: tells whether a process holds one.
        now_s: seconds since 1970.
        patience_s: seconds after which a refresh counts as hanging.
    """
    ages = {path: _since(path) for path in sorted(folder.glob("*.lock"))}
    since = [age for path, age in ages.items() if age is not None and is_held(path)]
    if not since:
        return ok("No workbook is being refreshed, none is locked.")
    first = datetime.fromtimestamp(min(since)).astimezone()
    told = (
        f"{counted(len(since), 'workbook')} being refreshed right now, the first since"
        f" {first:%Y-%m-%d %H:%M}."
    )
    if now_s - min(since) > patience_s:
        return problem(
            told,
            "If that is no longer wanted, end its Python in the task manager (Activity Monitor on"
            " a Mac); the workbook can be refreshed again then.",
        )
    return ok(told)


def _since(path: Path) -> float | None:
    with suppress(OSError):
        return path.stat().st_mtime
    return None  # its process has just ended


def _there(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())
