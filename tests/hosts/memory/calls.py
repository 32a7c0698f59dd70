"""Calls into the application: the one place where they are counted, disturbed and refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps

from tests.hosts.memory.errors import Busy


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is about to be made.

    Args:
        number: how many calls there were with it, counted from the start of the host.
        member: what is called, for instance `Range.raw_value`.
    """

    number: int
    member: str


@dataclass(slots=True)
class Count:
    """The calls of a stretch of a test.

    Args:
        members: how often each member was called.
    """

    members: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """How many there were."""
        return self.members.total()


class Calls:
    """Counts the calls of a host, and lets tests interfere with them."""

    def __init__(self) -> None:
        self.number = 0
        self._counts: list[Count] = []
        self._busy: list[Busy] = []
        self._hooks: list[Callable[[Call], object]] = []
        self._in_hook = False

    def enter(self, member: str) -> None:
        """Take notice of a call before it does anything.

        What a hook does is the doing of somebody else: it is not counted.

        Raises:
            ComError: Excel is busy.
        """
        if self._in_hook:
            return
        self.number += 1
        for count in self._counts:
            count.members[member] += 1
        self._run_hooks(Call(self.number, member))
        if self._busy:
            raise self._busy.pop().error()

    def _run_hooks(self, call: Call) -> None:
        self._in_hook = True
        try:
            for hook in tuple(self._hooks):
                hook(call)
        finally:
            self._in_hook = False

    @contextmanager
    def counting(self) -> Iterator[Count]:
        """Count the calls that are made inside."""
        count = Count()
        self._counts.append(count)
        try:
            yield count
        finally:
            # By identity: counts of the same calls are equal.
            self._counts = [one for one in self._counts if one is not count]

    def busy(self, times: int, how: Busy) -> None:
        """Let the next calls fail as if a cell was being edited."""
        self._busy = [how] * times

    def on_call(
        self, hook: Callable[[Call], object], at: int | None, member: str | None
    ) -> Callable[[], None]:
        """Run a hook before calls; see `MemoryHost.on_call`."""
        waited = 0

        def run(call: Call) -> None:
            nonlocal waited
            if member is not None and call.member != member:
                return
            waited += 1
            if at is None:
                hook(call)
            elif waited == at:
                forget()
                hook(call)

        def forget() -> None:
            if run in self._hooks:
                self._hooks.remove(run)

        self._hooks.append(run)
        return forget


def round_trip(member):
    """Make a method or an accessor of a property a call into the application."""

    @wraps(member)
    def call(self, *arguments, **options):
        self.calls.enter(member.__qualname__)
        return member(self, *arguments, **options)

    return call
