"""Backup copies, beside the workbook and with its suffix."""

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.workbooks.formats import SUFFIXES
from xlsx_addin.workbooks.saving import explaining, flush

BACKUPS_KEPT: Final = 5

_NAME: Final = re.compile(
    r"(?P<book>.+)\.backup-(?P<when>[0-9]{8}-[0-9]{6})(?:-(?P<number>[0-9]+))?", re.DOTALL
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
        backups = _backups_of(path)
        backup = _copy(path, f"{now:%Y%m%d-%H%M%S}", backups)
    for old in backups[: 1 - BACKUPS_KEPT]:
        # One that cannot be removed is in nobody's way.
        with suppress(OSError):
            old.path.unlink()
    return backup


def is_backup(path: Path) -> bool:
    """Say whether a file is one of our backups, which are never refreshed with their folder."""
    return path.suffix.lower() in SUFFIXES and _NAME.fullmatch(path.stem) is not None


class _Backup(NamedTuple):
    """A backup; they sort by age.

    Args:
        when: the time in its name.
        number: which one of that second it is, from 1 on.
        path: the file.
    """

    when: str
    number: int
    path: Path


def _backups_of(path: Path) -> list[_Backup]:
    """List the backups of a workbook, the oldest first."""
    found: list[_Backup] = []
    for file in path.parent.iterdir():
        match = _NAME.fullmatch(file.stem)
        if match and match["book"] == path.stem and file.suffix == path.suffix:
            found.append(_Backup(match["when"], int(match["number"] or 1), file))
    return sorted(found)


def _copy(path: Path, when: str, backups: Sequence[_Backup]) -> Path:
    # Numbers go on after the highest, so that of equal times the higher one is the newer.
    number = max((backup.number for backup in backups if backup.when == when), default=0) + 1
    ending = f"-{number}" if number > 1 else ""
    copy = path.with_name(f"{path.stem}.backup-{when}{ending}{path.suffix}")
    target = copy.open("xb")
    try:
        with target, path.open("rb") as source:
            shutil.copyfileobj(source, target)
            flush(target)
        shutil.copystat(path, copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy
