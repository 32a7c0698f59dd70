"""How a job shows how far it is, whoever watches."""

from collections.abc import Mapping
from typing import Final, Protocol

from xlsx_addin.core.outcomes import Status

LINE_ITEMS: Final = "line items"
"""What most jobs ask about."""


class Progress(Protocol):
    """A watcher of a job."""

    def begin(self, count: int, what: str = LINE_ITEMS) -> None:
        """Begin to ask about this many line items, or whatever else is asked about."""
        ...

    def advance(self, count: int) -> None:
        """So many more of them are answered."""
        ...

    def count(self, statuses: Mapping[Status, int]) -> None:
        """So many line items more got these status words."""
        ...

    def end(self) -> None:
        """Nothing more is asked about."""
        ...

    def say(self, sentence: str) -> None:
        """Tell what is done now, such as saving a workbook."""
        ...


class NoProgress:
    """Shows nothing."""

    def begin(self, count: int, what: str = LINE_ITEMS) -> None:
        """Take no notice."""

    def advance(self, count: int) -> None:
        """Take no notice."""

    def count(self, statuses: Mapping[Status, int]) -> None:
        """Take no notice."""

    def end(self) -> None:
        """Take no notice."""

    def say(self, sentence: str) -> None:
        """Take no notice."""
