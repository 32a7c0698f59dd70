"""Files of workbooks, for every adapter: what may be opened, and how a result is saved."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.access import (
    FileStamp,
    check_folder,
    check_unchanged,
    check_writable,
    lock,
)
from xlsx_addin.workbooks.backups import is_backup, make_backup
from xlsx_addin.workbooks.contract import Committed
from xlsx_addin.workbooks.formats import check_readable
from xlsx_addin.workbooks.saving import Replace, Write, put_in_place, save_atomically, written

__all__ = [
    "FileStamp",
    "check_output",
    "check_readable",
    "check_saving",
    "check_unchanged",
    "check_writable",
    "is_backup",
    "local_now",
    "lock",
    "make_backup",
    "save_atomically",
    "save_workbook",
]


def local_now() -> datetime:
    """Tell the time as the user's clock shows it."""
    return datetime.now().astimezone()


def save_workbook(
    path: Path,
    write: Write,
    *,
    stamp: FileStamp,
    output: Path | None = None,
    backup: bool = True,
    now: Callable[[], datetime] = local_now,
    replace: Replace = os.replace,
) -> Committed:
    """Save a changed workbook in its place, or as another file.

    Args:
        path: the workbook that was read.
        write: writes the new content into an open file.
        stamp: taken when the workbook was read.
        output: another path for the result; the workbook itself stays untouched.
        backup: keep a copy of the old content beside the workbook.
        now: the clock that names the backup.
        replace: puts a file in another's place, as `os.replace` does.

    Raises:
        WorkbookError: the file is read-only, or the output cannot be what its name says.
        WorkbookBusy: somebody has the file open, or changed it since it was read.
        LocalError: the disk is full, or the folder cannot be written.
    """
    if output is not None:
        check_output(path, output)
        save_atomically(output, write, replace=replace)
        return Committed(output, None)
    check_unchanged(path, stamp)
    check_writable(path)
    with written(path, write) as temporary:
        check_unchanged(path, stamp)
        copy = make_backup(path, now()) if backup else None
        try:
            put_in_place(temporary, path, replace)
        except BaseException:
            if copy is not None:
                copy.unlink(missing_ok=True)
            raise
    return Committed(path, copy)


def check_saving(path: Path, output: Path | None) -> None:
    """Make sure that the result of a workbook can be saved.

    Args:
        path: the workbook, an existing file.
        output: another path for the result, None for the workbook's own.

    Raises:
        WorkbookError: the file is read-only, or the output cannot be what its name says.
        WorkbookBusy: somebody has the file open.
        LocalError: the folder cannot be written.
    """
    if output is None:
        check_writable(path)
    else:
        check_output(path, output)


def check_output(path: Path, output: Path) -> None:
    """Make sure that the result can be written to another path.

    Args:
        path: the workbook that is read.
        output: where its result is to go.

    Raises:
        WorkbookError: it is the workbook itself or has another suffix, or its folder is missing.
        WorkbookBusy: there is a file already, and somebody has it open, or it is read-only.
        LocalError: the folder cannot be written.
    """
    if output.is_dir():
        raise WorkbookError(
            f"The output {output} is a folder.",
            next_step="Name a file in it.",
            code="output-is-a-folder",
        )
    if not output.parent.is_dir():
        raise WorkbookError(
            f"There is no folder {output.parent} for the output.",
            next_step="Make the folder first, or name another one.",
            code="no-such-folder",
        )
    if output.suffix.lower() != path.suffix.lower():
        raise WorkbookError(
            f"The output {output.name} must end in {path.suffix.lower()} as {path.name} does.",
            next_step="Excel does not open a workbook with another suffix: change the name.",
            code="output-suffix",
        )
    if not output.exists():
        check_folder(output.parent)
        return
    if output.samefile(path):
        raise WorkbookError(
            f"The output {output.name} is the workbook itself.",
            next_step="Leave --output out to refresh it in its place, or name another file.",
            code="output-is-input",
        )
    check_writable(output)
