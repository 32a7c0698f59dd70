"""Small files of the user's own, written at once and readable by nobody else."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from xlsx_addin.errors import LocalError

Replace = Callable[[Path, Path], object]
"""Puts a file in another's place, as `os.replace` does."""

_PRIVATE: Final = 0o600


def write_private(path: Path, text: str, *, replace: Replace = os.replace) -> None:
    """Write a file so that it is complete or as before, whatever happens.

    It is readable by its user only. On Windows that follows from the folder, whose permissions
    it inherits.

    Args:
        path: the file; where it is a link, what it leads to is replaced.
        text: what goes into it, its line ends as they are.
        replace: puts a file in another's place, as `os.replace` does.

    Raises:
        LocalError: the folder or the file cannot be written.
    """
    target = path.resolve()
    temporary = target.with_name(f".{uuid4().hex}.xlsx-addin.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Never open to others, not even for a moment.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
            with open(handle, "wb") as file:  # noqa: PTH123  # a descriptor
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            replace(temporary, target)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise LocalError(
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            next_step="Close the file where it is open, and check that its folder may be written.",
            code="cannot-write",
        ) from error
