"""How a job shows how far it is, whoever watches."""

from collections.abc import Mapping
from typing import Protocol

from xlsx_addin.core.outcomes import Status


class Progress(Protocol):
    """A watcher of a job."""

    def begin(self, line_items: int) -> None:
        """Begin to ask about this many line items."""
        ...

    def advance(self, line_items: int) -> None:
        """So many more line items are answered."""
        ...

    def count(self, statuses: Mapping[Status, int]) -> None:
        """So many line items more got these status words."""
        ...

    def end(self) -> None:
        """No more line items are asked about."""
        ...

    def say(self, sentence: str) -> None:
        """Tell what is done now, such as saving a workbook."""
        ...


class NoProgress:
    """Shows nothing."""

    def begin(self, line_items: int) -> None:
        """Take no notice."""

    def advance(self, line_items: int) -> None:
        """Take no notice."""

    def count(self, statuses: Mapping[Status, int]) -> None:
        """Take no notice."""

    def end(self) -> None:
        """Take no notice."""

    def say(self, sentence: str) -> None:
        """Take no notice."""
