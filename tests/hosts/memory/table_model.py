"""A table (ListObject) of a worksheet and the names of its columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from openpyxl.worksheet.table import Table as Part

from tests.hosts.memory.boxes import Box


@dataclass(eq=False)
class TableModel:
    """A table.

    Args:
        name: its name, the same as its display name.
        box: all of it, header and totals rows included.
        headers: whether its header row is shown.
        totals: whether its totals row is shown.
        filters: whether its header cells have filter buttons.
        columns: the names of its columns.
        part: what openpyxl keeps of it.
    """

    name: str
    box: Box
    headers: bool
    totals: bool
    filters: bool
    columns: list[str]
    part: Part

    @property
    def header_box(self) -> Box | None:
        """Its header row."""
        return self.box._replace(bottom=self.box.top) if self.headers else None

    @property
    def totals_box(self) -> Box | None:
        """Its totals row."""
        return self.box._replace(top=self.box.bottom) if self.totals else None

    @property
    def body_box(self) -> Box | None:
        """The rows between header and totals, None if there are none."""
        top, bottom = self.box.top + self.headers, self.box.bottom - self.totals
        return self.box._replace(top=top, bottom=bottom) if top <= bottom else None


def column_names(texts: Iterable[str]) -> list[str]:
    """Make names of header texts as Excel does: none empty, none twice.

    Args:
        texts: what stands in the header cells, from left to right.
    """
    names: list[str] = []
    wanted = list(texts)
    for position, text in enumerate(wanted, 1):
        if text and text.lower() not in _lower(names):
            names.append(text)
        else:
            taken = _lower((*names, *wanted[position:]))
            names.append(_free(text or "Column", 2 if text else 1, taken))
    return names


def _lower(names: Iterable[str]) -> set[str]:
    return {name.lower() for name in names}


def _free(stem: str, start: int, taken: set[str]) -> str:
    return next(name for n in count(start) if (name := f"{stem}{n}").lower() not in taken)
