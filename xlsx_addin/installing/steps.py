"""The single steps of an installation: what each does, in words, and doing it."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from xlsx_addin.errors import LocalError, WorkbookBusy, XlsxAddinError
from xlsx_addin.installing.places import System


class Action(StrEnum):
    """What a step does to a file."""

    COPY = "copy"
    REPLACE = "replace"
    WRITE = "write"
    KEEP = "keep"
    UNBLOCK = "unblock"
    REMOVE = "remove"
    RESTORE = "restore"


_WORDS: Final = {
    Action.COPY: ("Copied {what} to {path}.", "Would copy {what} to {path}."),
    Action.REPLACE: ("Replaced {what}: {path}.", "Would replace {what}: {path}."),
    Action.WRITE: ("Wrote {what} into {path}.", "Would write {what} into {path}."),
    Action.KEEP: ("Kept a copy of {what} as {path}.", "Would keep a copy of {what} as {path}."),
    Action.UNBLOCK: (
        "Took the mark of the internet off {what}: {path}.",
        "Would take the mark of the internet off {what}: {path}.",
    ),
    Action.REMOVE: ("Removed {what}: {path}.", "Would remove {what}: {path}."),
    Action.RESTORE: ("Put back {what} {path}.", "Would put back {what} {path}."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One change to one file.

    Args:
        action: what is done.
        what: to what, in the words of a sentence.
        path: the file.
        do: does it.
    """

    action: Action
    what: str
    path: Path
    do: Callable[[], object]

    def sentence(self, *, done: bool) -> str:
        """Tell what was done, or what would be.

        Args:
            done: whether it was.
        """
        return _WORDS[self.action][0 if done else 1].format(what=self.what, path=self.path)


_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REMOVING: Final = frozenset({Action.REMOVE, Action.UNBLOCK})
_ACCESS_DENIED: Final = 5  # ERROR_ACCESS_DENIED, as for a folder that may not be written


def advice(error: OSError | None, system: System) -> str:
    """Tell what to do about a file that cannot be used.

    Args:
        error: what the system said.
        system: the user's.
    """
    if system is System.WINDOWS:
        return (
            "Check that you may write there; if your IT department closed this folder, ask it to"
            " put the add-in there, or choose another with --to."
        )
    # macOS says EPERM where privacy is in the way, EACCES where it is a file's own rights.
    if error is not None and error.errno == errno.EPERM:
        return (
            "If macOS asks whether Terminal may access data of other apps, choose Allow; or turn"
            " it on in System Settings > Privacy & Security, then run this command again."
        )
    return "Check that you may write there, then run this command again."


def carry_out(step: Step, system: System, command: str) -> None:
    """Do a step.

    Args:
        step: what to do.
        system: the user's.
        command: what the user runs again after a failure.

    Raises:
        WorkbookBusy: Excel has the file open.
        LocalError: the disk is full, or the file or its folder cannot be written.
    """
    try:
        step.do()
    except (LocalError, OSError) as error:
        raise _explained(error, step, system, command) from error


def _explained(
    error: LocalError | OSError, step: Step, system: System, command: str
) -> XlsxAddinError:
    cause = error.__cause__ if isinstance(error, LocalError) else error
    said = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause or error)
    if system is System.WINDOWS and _is_held(error, step):
        return WorkbookBusy(
            f"{step.path} is in use: {step.what} cannot be changed while Excel runs.",
            next_step=f"Close all windows of Excel, then run {command} again.",
            code="add-in-in-use",
        )
    if isinstance(cause, OSError) and cause.errno in _FULL:
        return LocalError(
            f"There is no room on the disk for {step.path}.",
            next_step=f"Make room on the disk, then run {command} again.",
            code="disk-full",
        )
    return LocalError(
        f"{step.path} cannot be changed: {said}.",
        next_step=advice(cause if isinstance(cause, OSError) else None, system),
        code="cannot-install",
    )


def _is_held(error: LocalError | OSError, step: Step) -> bool:
    """Tell whether a program has the file open: Windows lets nobody replace or remove it then."""
    if isinstance(error, PermissionError) and step.action in _REMOVING:
        return getattr(error, "winerror", None) != _ACCESS_DENIED
    return isinstance(error, WorkbookBusy)
