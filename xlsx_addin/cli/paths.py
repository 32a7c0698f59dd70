"""From the words of a command line to the workbooks they mean."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from xlsx_addin.errors import InputError
from xlsx_addin.workbooks.backups import is_backup
from xlsx_addin.workbooks.distinct import distinct

_SUFFIXES: Final = frozenset({".xlsx", ".xlsm"})
_OWNER_FILE: Final = "~$"


def find_workbooks(words: Iterable[str]) -> list[Path]:
    """List the workbooks that files, folders and patterns name, each once.

    Folders and patterns skip the owner files of Excel (``~$…``) and our own backups. What is
    named outright is taken as it is, and so is what the system cannot make sense of.

    Args:
        words: as typed; patterns are those of a shell, for shells that do not expand them.

    Raises:
        InputError: a folder or pattern holds no workbook; names it.
    """
    return distinct(path for word in words for path in _expand(word))


def _expand(word: str) -> Sequence[Path]:
    if not word.strip():
        # As a path it would mean the current folder, with all its workbooks.
        raise InputError(
            "The name of a workbook is empty.",
            next_step="Name the workbook; perhaps a variable of your script is not set.",
            code="no-name",
        )
    try:
        path = Path(word).expanduser()
        if path.is_dir():
            inside = sorted(_wanted(path.iterdir()))
        elif glob.has_magic(word) and not os.path.lexists(path):
            inside = sorted(_wanted(Path(name) for name in glob.glob(str(path))))  # noqa: PTH207  # absolute patterns too
        else:
            return [path]
    except (OSError, RuntimeError, ValueError):
        # Too long, not ours to read, or `~$book.xlsx`, which looks like somebody's home: whoever
        # opens it says what is wrong with it, and the other workbooks are refreshed.
        return [Path(word)]
    if not inside:
        raise InputError(
            f"There is no workbook (.xlsx or .xlsm) in {word}.",
            next_step="Check the folder or the pattern.",
            code="no-workbooks",
        )
    return inside


def _wanted(paths: Iterable[Path]) -> Iterator[Path]:
    return (
        path
        for path in paths
        if path.suffix.lower() in _SUFFIXES
        and not path.name.startswith((_OWNER_FILE, "."))
        and path.is_file()
        and not is_backup(path)
    )
