"""Checks, and running them so that none of them stands in the way of another."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from xlsx_addin.errors import XlsxAddinError

PATIENCE_S: Final = 10.0
"""Seconds that a check may take."""


class Health(StrEnum):
    """How a check came out."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Args:
        health: how it came out.
        message: what is so, as a sentence; of what was skipped, why.
        next_step: what the user can do about it.
    """

    health: Health
    message: str
    next_step: str = ""


Look = Callable[[], Finding]
"""Looks at one thing; what it raises on purpose is a problem like any other."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at.

    Args:
        name: one or two words.
        look: looks at it.
        patience_s: seconds after which it is left to itself.
    """

    name: str
    look: Look
    patience_s: float = PATIENCE_S


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that was made.

    Args:
        name: of the check.
        finding: what it found.
    """

    name: str
    finding: Finding

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.finding.health is not Health.PROBLEM

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "name": self.name,
            "ok": self.is_well,
            "status": self.finding.health.value,
            "message": self.finding.message,
            "next_step": self.finding.next_step,
        }


def ok(message: str) -> Finding:
    """Find that all is well.

    Args:
        message: what is so.
    """
    return Finding(Health.OK, message)


def problem(message: str, next_step: str) -> Finding:
    """Find that something is in the way.

    Args:
        message: what is so.
        next_step: what the user can do about it.
    """
    return Finding(Health.PROBLEM, message, next_step)


def skipped(why: str) -> Finding:
    """Find nothing, because it could not or should not be looked at.

    Args:
        why: the reason.
    """
    return Finding(Health.SKIPPED, why)


def of_error(error: XlsxAddinError) -> Finding:
    """Make a problem of an error.

    Args:
        error: anything that this package raises on purpose.
    """
    return problem(error.message, error.next_step)


def run_checks(checks: Iterable[Check]) -> Iterator[Checked]:
    """Make checks one after the other, each whatever becomes of the others.

    Args:
        checks: what to look at.

    Yields:
        Each as soon as it is made.
    """
    for check in checks:
        yield Checked(check.name, _found(check))


def _found(check: Check) -> Finding:
    answer: queue.SimpleQueue[Finding] = queue.SimpleQueue()

    def look() -> None:
        answer.put(_looked(check.look))

    # A daemon: what hangs, such as a network drive that is gone, must not keep the program.
    threading.Thread(target=look, name=f"check {check.name}", daemon=True).start()
    try:
        return answer.get(timeout=check.patience_s)
    except queue.Empty:
        return problem(
            f"This check had not ended after {check.patience_s:g} s.",
            "Look at what it is about: a drive, network or program that does not answer.",
        )


def _looked(look: Look) -> Finding:
    try:
        return look()
    except XlsxAddinError as error:
        return of_error(error)
    except OSError as error:
        what = error.filename or "A file or program"
        return problem(
            f"{what} cannot be used: {error.strerror or error}.", "Check that you may use it."
        )
    except Exception as error:  # noqa: BLE001  # one check must not end the others
        return problem(
            f"This could not be checked: {type(error).__name__}: {error}.",
            "Please report it with the output of `xlsx-addin log`.",
        )
