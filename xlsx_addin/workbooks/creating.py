"""New files: all of a workbook or nothing, and never in another's place."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from xlsx_addin.errors import LocalError, WorkbookError

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def check_name(path: Path, *suffixes: str) -> None:
    """Check the name of a workbook that is to be made.

    Args:
        path: where it would go.
        suffixes: what its name may end in.

    Raises:
        WorkbookError: the name ends in something else.
    """
    if path.suffix.lower() not in suffixes:
        kinds = " or ".join(suffixes)
        raise WorkbookError(
            f"{path.name} would not be an {kinds} workbook.",
            next_step=f"Give it a name that ends in {kinds}.",
            code="not-xlsx",
        )


def create(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Make a file, all of it or nothing.

    A file that is there already is never replaced.

    Args:
        path: where it goes.
        write: writes the content into the file, opened.

    Raises:
        WorkbookError: there is a file already.
        LocalError: the folder cannot be written.
    """
    try:
        file = path.open("xb")
        try:
            with file:
                write(file)
        except BaseException:
            path.unlink()
            raise
    except FileExistsError as error:
        raise WorkbookError(
            f"There is a file {path} already.",
            next_step="Choose another name; nothing was changed.",
            code="file-exists",
        ) from error
    except OSError as error:
        is_full = error.errno in _NO_SPACE
        raise LocalError(
            f"{path} cannot be written: {error.strerror or error}.",
            next_step="Free some space, or choose another disk."
            if is_full
            else "Choose a folder that exists and that you may write to.",
            code="cannot-write",
        ) from error
