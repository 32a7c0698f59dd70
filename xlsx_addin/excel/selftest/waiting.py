"""How the self-test waits: by a clock and a pause that are handed in."""

from collections.abc import Callable
from typing import Final, NamedTuple

from xlsx_addin.workbooks.live import ExcelGate

_LOOK_S: Final = 0.1


class Waiting(NamedTuple):
    """Waits for things, and lets calls into Excel wait.

    Args:
        clock: seconds, never set back.
        wait: sleeps for some seconds; returns True to give up early.
    """

    clock: Callable[[], float]
    wait: Callable[[float], bool]

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is the case and say whether it is.

        Args:
            condition: asked again and again.
            seconds: how long.
        """
        deadline = self.clock() + seconds
        while not condition():
            if self.clock() >= deadline or self.wait(_LOOK_S):
                return condition()
        return True

    def gate(self, seconds: float) -> ExcelGate:
        """Make what calls Excel.

        Args:
            seconds: how long a call may find Excel busy.
        """
        return ExcelGate(self.clock, self.wait, seconds)
