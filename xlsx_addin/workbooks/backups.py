"""Backup copies, beside the workbook and with its suffix."""

import re
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from xlsx_addin.workbooks.formats import SUFFIXES
from xlsx_addin.workbooks.saving import explaining, flush

BACKUPS_KEPT: Final = 5

_BACKUP: Final = re.compile(
    r"(?P<book>.+)\.backup-(?P<when>[0-9]{8}-[0-9]{6})(?:-(?P<copy>[0-9]+))?", re.DOTALL
)


def make_backup(path: Path, now: datetime) -> Path:
    """Copy a workbook beside itself, and remove its oldest backups but for five in all.

    Args:
        path: the workbook.
        now: the time that names the backup.

    Returns:
        The copy, such as ``march.backup-20260331-180500.xlsx``; no two are alike.

    Raises:
        LocalError: the disk is full, or the folder cannot be written.
    """
    with explaining(path):
        copy = _copy_beside(path, f"{path.stem}.backup-{now:%Y%m%d-%H%M%S}")
    for old in _backups_of(path)[:-BACKUPS_KEPT]:
        # One that cannot be removed is in nobody's way.
        with suppress(OSError):
            old.unlink()
    return copy


def is_backup(path: Path) -> bool:
    """Say whether a file is one of our backups, which are never refreshed with their folder."""
    return path.suffix.lower() in SUFFIXES and _BACKUP.fullmatch(path.stem) is not None


def _backups_of(path: Path) -> list[Path]:
    """List the backups of a workbook, the oldest first."""
    found: list[tuple[str, int, Path]] = []
    for file in path.parent.iterdir():
        match = _BACKUP.fullmatch(file.stem)
        if match and match["book"] == path.stem and file.suffix == path.suffix:
            found.append((match["when"], int(match["copy"] or 1), file))
    return [file for _, _, file in sorted(found)]


def _copy_beside(path: Path, stem: str) -> Path:
    copy = path.with_name(stem + path.suffix)
    number = 1
    while True:
        try:
            target = copy.open("xb")
        except FileExistsError:
            number += 1
            copy = path.with_name(f"{stem}-{number}{path.suffix}")
            continue
        break
    try:
        with target, path.open("rb") as source:
            shutil.copyfileobj(source, target)
            flush(target)
        shutil.copystat(path, copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy
