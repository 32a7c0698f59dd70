"""Putting a file in place at once: complete or not at all.

It is written beside its target, flushed to the disk and renamed, so that whatever happens
there is either the old file or the new one, never half of one.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from xlsx_addin.errors import LocalError, WorkbookBusy

Write = Callable[[BinaryIO], object]
"""Writes the content of a file into it, opened."""

Replace = Callable[[Path, Path], object]
"""Puts a file in another's place, as `os.replace` does."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def save_atomically(path: Path, write: Write, *, replace: Replace = os.replace) -> None:
    """Write a file so that it is complete or not there at all.

    Args:
        path: the file; an old one is replaced, its permissions and owner are kept.
        write: writes the content into an open file.
        replace: puts a file in another's place, as `os.replace` does.

    Raises:
        WorkbookBusy: somebody has the old file open.
        LocalError: the disk is full, or the folder cannot be written.
    """
    with written(path, write) as temporary:
        put_in_place(temporary, path, replace)


@contextmanager
def written(path: Path, write: Write) -> Iterator[Path]:
    """Write a temporary file beside a target, and take it away if it was not put in place.

    Args:
        path: the target; its permissions and owner are given to the temporary file.
        write: writes the content into an open file.

    Raises:
        LocalError: the disk is full, or the folder cannot be written.
    """
    target = _target(path)
    temporary = target.with_name(f".{uuid4().hex}.xlsx-addin.tmp")
    try:
        with explaining(path):
            with temporary.open("xb") as file:
                write(file)
                flush(file)
            _keep_permissions(target, temporary)
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path, replace: Replace) -> None:
    """Put a complete file in its target's place.

    Args:
        temporary: the complete file.
        path: the target.
        replace: puts a file in another's place, as `os.replace` does.

    Raises:
        WorkbookBusy: somebody has the old file open.
        LocalError: the folder cannot be written.
    """
    target = _target(path)
    with explaining(path):
        try:
            replace(temporary, target)
        except PermissionError as error:
            raise WorkbookBusy(
                f"{path.name} could not be replaced; it was left as it is.",
                next_step="Close it in Excel and other programs and refresh again.",
                code="open-elsewhere",
            ) from error
    _flush_folder(target.parent)


def _target(path: Path) -> Path:
    # A link stays a link: what it names is replaced.
    return Path(os.path.realpath(path))


def flush(file: BinaryIO) -> None:
    """Bring what was written to the disk itself."""
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    # Some systems cannot; then the new name reaches the disk a little later.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _keep_permissions(old: Path, new: Path) -> None:
    if not old.exists():
        return
    status = old.stat()
    if hasattr(os, "chown"):
        # Only root may give files away; a file of one's own is one's own already.
        with suppress(PermissionError):
            os.chown(new, status.st_uid, status.st_gid)
    new.chmod(stat.S_IMODE(status.st_mode))


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn what the system says into a sentence for the user.

    Args:
        path: the file that is being saved.

    Raises:
        LocalError: the disk is full, or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise LocalError(
                f"There is no room on the disk for {path.name}; nothing was changed.",
                next_step="Make room on the disk and refresh again.",
                code="disk-full",
            ) from error
        raise LocalError(
            f"{path.name} cannot be saved: {error.strerror or error}. Nothing was changed.",
            next_step="Check the folder and your right to write there, and refresh again.",
            code="cannot-save",
        ) from error
