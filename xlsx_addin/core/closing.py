"""What is closed at the end of a `with` block."""

from types import TracebackType
from typing import Self


class Closing:
    """Lets a class with a method `close` stand in a `with` statement."""

    def close(self) -> None:
        """Let go of what it holds."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self.close()
