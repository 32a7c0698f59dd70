"""Who else has a workbook: owner files, write bits, changes by others, runs of our own."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import filelock

from xlsx_addin.errors import LocalError, WorkbookBusy, WorkbookError


def check_writable(path: Path) -> None:
    """Make sure that a workbook can be replaced by a newer version of itself.

    Args:
        path: an existing file.

    Raises:
        WorkbookBusy: somebody has it open.
        WorkbookError: it is read-only.
        LocalError: its folder cannot be written.
    """
    _check_owner_files(path)
    if _is_read_only(path):
        raise WorkbookError(
            f"{path.name} is read-only.",
            next_step="Take the read-only mark off the file, or work on a copy of it.",
            code="read-only",
        )
    check_folder(path.parent)


def check_folder(folder: Path) -> None:
    """Make sure that files can be put into a folder.

    Args:
        folder: an existing folder.

    Raises:
        LocalError: it cannot be written.
    """
    if _is_read_only(folder):
        raise LocalError(
            f"The folder {folder} cannot be written.",
            next_step="Choose another folder, or ask for the right to write there.",
            code="folder-not-writable",
        )


def _is_read_only(path: Path) -> bool:
    # The write bits count even for root, whom os.access lets write anything. Windows marks
    # folders read-only for ends of its own.
    mode = path.stat().st_mode
    if os.name == "nt" and stat.S_ISDIR(mode):
        return False
    return not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK)


def _check_owner_files(path: Path) -> None:
    excel, libreoffice = path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")
    if excel.exists():
        raise _open_elsewhere(path, "Excel", _excel_user(_read(excel)), excel)
    if libreoffice.exists():
        raise _open_elsewhere(
            path, "LibreOffice", _libreoffice_user(_read(libreoffice)), libreoffice
        )


def _open_elsewhere(path: Path, program: str, user: str, owner_file: Path) -> WorkbookBusy:
    by = f" by {user}" if user else ""
    return WorkbookBusy(
        f"{path.name} is open in {program}{by}.",
        next_step="Close it there and refresh again. If nobody has it open, delete the"
        f" left-over file {owner_file.name} beside it.",
        code="open-elsewhere",
    )


def _read(owner_file: Path) -> bytes:
    # Excel may keep its owner file to itself; that it exists is what matters.
    try:
        with owner_file.open("rb") as file:
            return file.read(1024)
    except OSError:
        return b""


def _excel_user(content: bytes) -> str:
    """Read the user's name: its length in UTF-16 units at byte 55, the name from byte 57."""
    length = int.from_bytes(content[55:57], "little")
    return _one_line(content[57 : 57 + 2 * length].decode("utf-16-le", "replace"))


def _libreoffice_user(content: bytes) -> str:
    """Read the user's name, the first of fields with commas between, else the account's."""
    fields = content.decode("utf-8", "replace").split(",")
    return _one_line(next((field for field in fields[:2] if field.strip()), ""))


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f]+", " ", text).strip()[:60]


class FileStamp(NamedTuple):
    """What tells whether a file was changed.

    Args:
        size: in bytes.
        modified_ns: when it was last written, nanoseconds since 1970.
    """

    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Take the stamp of a file as it is now."""
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)


def check_unchanged(path: Path, stamp: FileStamp) -> None:
    """Make sure that nobody changed a workbook since it was read.

    Args:
        path: the workbook.
        stamp: taken when it was read.

    Raises:
        WorkbookBusy: it was changed, moved or deleted.
    """
    try:
        unchanged = FileStamp.of(path) == stamp
    except FileNotFoundError as error:
        raise WorkbookBusy(
            f"{path.name} was moved or deleted by somebody else while we worked.",
            next_step="Refresh it where it is now; what was answered is known already.",
            code="gone-meanwhile",
        ) from error
    if not unchanged:
        raise WorkbookBusy(
            f"{path.name} was changed by somebody else while we worked; it was left as it is.",
            next_step="Refresh again; what was answered is known already.",
            code="changed-meanwhile",
        )


@contextmanager
def lock(path: Path, home: Path) -> Iterator[None]:
    """Keep other refreshes of ours off a workbook.

    Args:
        path: the workbook, under any of its names.
        home: the folder of the program's own files.

    Raises:
        WorkbookBusy: another refresh has it.
        LocalError: the program's own folder cannot be written.
    """
    file = _lock_file(path, home)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(file).acquire(timeout=0)
    except filelock.Timeout as error:
        raise WorkbookBusy(
            f"{path.name} is being refreshed by another run.",
            next_step="Wait until that one is done, then refresh again.",
            code="refresh-running",
        ) from error
    except OSError as error:
        raise LocalError(
            f"The folder {file.parent} cannot be written: {error.strerror or error}.",
            next_step="Make it writable, or name another folder in XLSX_ADDIN_HOME.",
            code="home-not-writable",
        ) from error
    with held:
        yield


def is_locked(path: Path, home: Path) -> bool:
    """Say whether a run of ours has a workbook.

    Args:
        path: the workbook, under any of its names.
        home: the folder of the program's own files.
    """
    file = _lock_file(path, home)
    if not file.exists():
        return False
    try:
        with filelock.FileLock(file).acquire(timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return False


def _lock_file(path: Path, home: Path) -> Path:
    name = os.path.normcase(os.path.realpath(path)).encode("utf-8", "surrogatepass")
    return home / "locks" / f"{hashlib.sha256(name).hexdigest()}.lock"
