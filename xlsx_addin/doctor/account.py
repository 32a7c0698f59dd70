"""Checks of the way to Amazon: settings, network, clock, sign-in, pace."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from threading import Lock
from typing import Final, Protocol

from xlsx_addin.core.secret_age import days_left, ending_soon
from xlsx_addin.core.wording import counted
from xlsx_addin.doctor.check import Finding, ok, problem, skipped

CLOCK_S: Final = 300.0
"""Seconds that a computer's clock may be off before others doubt its certificates and tokens."""

_MINUTE_S: Final = 60.0


class Step(Protocol):
    """What one step of trying a sign-in came to."""

    @property
    def step(self) -> str:
        """Its name."""
        ...

    @property
    def ok(self) -> bool:
        """Whether there is nothing to do."""
        ...

    @property
    def message(self) -> str:
        """What was found."""
        ...

    @property
    def next_step(self) -> str:
        """What to do about it."""
        ...


class Reached(Protocol):
    """An address that answers."""

    @property
    def host(self) -> str:
        """Its host."""
        ...

    @property
    def proxy(self) -> str:
        """Host and port of the proxy on the way, empty if there is none."""
        ...

    @property
    def time_s(self) -> float | None:
        """Seconds since 1970 over there, None if it did not say."""
        ...


class Trial:
    """Tries a sign-in once, for all the checks that ask how it went.

    Args:
        attempt: tries it, step by step up to the first that fails.
    """

    def __init__(self, attempt: Callable[[], Iterable[Step]]) -> None:
        self._attempt = attempt
        self._lock = Lock()
        self._steps: dict[str, Step] | None = None

    def check(self, name: str) -> Finding:
        """Check a step.

        Args:
            name: of the step.
        """
        with self._lock:
            if self._steps is None:
                self._steps = {step.step: step for step in self._attempt()}
        step = self._steps.get(name)
        if step is None:
            return skipped("A step before this one has to work first.")
        return ok(step.message) if step.ok else problem(step.message, step.next_step)


class Contact:
    """Reaches for Amazon once, for all the checks that ask about it.

    Args:
        reach: reaches all addresses that are needed; raises what is in the way.
        now: seconds since 1970 on this computer.

    Attributes:
        was_reached: whether it was reached.
    """

    def __init__(self, reach: Callable[[], Sequence[Reached]], now: Callable[[], float]) -> None:
        self._reach = reach
        self._now = now
        self._ahead_s: float | None = None
        self.was_reached = False

    def check_network(self) -> Finding:
        """Check that Amazon can be reached."""
        reached = self._reach()
        self.was_reached = True
        there_s = [one.time_s for one in reached if one.time_s is not None]
        if there_s:
            # The one asked last: the others are older by the time that asking took.
            self._ahead_s = self._now() - there_s[-1]
        hosts = " and ".join(dict.fromkeys(one.host for one in reached))
        proxies = ", ".join(dict.fromkeys(one.proxy for one in reached if one.proxy))
        way = f"through the proxy {proxies}" if proxies else "without a proxy"
        return ok(f"{hosts} can be reached, {way}.")

    def check_clock(self) -> Finding:
        """Check this computer's clock against Amazon's."""
        if not self.was_reached:
            return skipped("Amazon was not reached.")
        if self._ahead_s is None:
            return skipped("Amazon did not say what time it is.")
        off_s = abs(self._ahead_s)
        if off_s > CLOCK_S:
            way = "ahead of" if self._ahead_s > 0 else "behind"
            return problem(
                f"This computer's clock is {off_s / _MINUTE_S:,.0f} minutes {way} Amazon's.",
                "Let the system set date, time and time zone by itself; a wrong clock makes"
                " sign-ins fail.",
            )
        return ok(f"The clock is right to within {max(1, round(off_s))} s.")


def check_keychain(name: str, place: str) -> Finding:
    """Check where the sign-in is kept.

    Args:
        name: of the keychain of this computer, empty if there is none.
        place: where the profile's sign-in is kept, `keychain` or `file`; empty for nowhere.
    """
    if place == "keychain" and not name:
        return problem(
            "The sign-in is kept in a keychain, but this computer has none that Python can use.",
            "Sign in again: xlsx-addin login --keep-in-file.",
        )
    kept = f" The sign-in of this profile is kept in the {place}." if place else ""
    if not name:
        return skipped(f"This computer has no keychain that Python can use.{kept}")
    return ok(f"The keychain is {name}.{kept}")


def check_secret(since: date | None, today: date, next_step: str) -> Finding:
    """Check how long the client secret is still good for.

    Args:
        since: the day it was made, None if nobody knows.
        today: the local day.
        next_step: how to replace it.
    """
    if since is None:
        return skipped("When the client secret was made is not known.")
    words = ending_soon(since, today)
    if words:
        return problem(words, next_step)
    return ok(f"The client secret is good for {counted(days_left(since, today), 'day')} more.")


def check_permits(left: float, burst: float, rate_per_s: float) -> Finding:
    """Check how many requests may leave now.

    Args:
        left: how many; below zero if some were promised in advance.
        burst: requests at once, after a pause.
        rate_per_s: requests a second that are allowed in the long run.
    """
    pace = f"{rate_per_s:g} a second are allowed in the long run"
    if left >= 1:
        return ok(f"{left:.0f} of {burst:.0f} requests may leave at once, {pace}.")
    wait_s = (1 - left) / rate_per_s
    if wait_s > _MINUTE_S:
        return problem(
            f"The next request may leave in {wait_s:,.0f} s only: other refreshes are ahead.",
            "Wait until they are done, or stop them.",
        )
    return ok(f"The next request may leave in {wait_s:.0f} s; {pace}.")
