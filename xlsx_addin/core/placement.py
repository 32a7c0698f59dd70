"""Where results go: existing columns first, then adjacent ones, then the first free ones.

Columns are never inserted or moved, and nothing is placed where something stands.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from xlsx_addin.core.cells import LAST_COLUMN, Area, CellValue, is_blank
from xlsx_addin.core.outcomes import STATUS_WORDS, ResultField

Named = TypeVar("Named", bound=Hashable)
"""What names a column: a result field, or a field of another job."""


@dataclass(frozen=True, slots=True)
class Placement(Generic[Named]):
    """The columns of a sheet that a job fills in.

    Args:
        columns: column number by field, for every field that is written.
        created: the fields among them whose column is new, in their order.
        extends_table: whether the new columns make the table of the data wider.
    """

    columns: Mapping[Named, int]
    created: Sequence[Named] = ()
    extends_table: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the data.

    Args:
        rows: first and last row that belong to it: header, data and totals.
        key_columns: the columns beside which new ones go first, such as those of the IDs.
        last_column: the right edge of the data region, or of its table.
        table: area of the table that holds the data and can grow, None if there is none.
        obstacles: merged areas and all tables of the sheet.
        is_filled: says whether a column holds anything in these rows.
    """

    rows: tuple[int, int]
    key_columns: Collection[int]
    last_column: int
    table: Area | None
    obstacles: Collection[Area]
    is_filled: Callable[[int], bool]

    def is_free(self, column: int) -> bool:
        """Say whether a column can be taken: on the sheet, empty, no merge and no table."""
        if column > LAST_COLUMN:
            return False
        area = Area(self.rows[0], column, self.rows[1], column)
        return not any(area.meets(other) for other in self.obstacles) and not self.is_filled(column)


_FARTHEST: Final = 1_000


def place(
    fields: Sequence[Named],
    existing: Mapping[Named, int],
    surroundings: Surroundings,
) -> Placement[Named] | None:
    """Find a column for every field.

    Args:
        fields: the fields that are written, in the order in which new columns stand.
        existing: the columns that the sheet has.
        surroundings: what stands around the data.

    Returns:
        The placement, None if the sheet has no room.
    """
    columns = {one: existing[one] for one in fields if one in existing}
    created = [one for one in fields if one not in existing]
    if not created:
        return Placement(columns)
    start = _free_block(len(created), surroundings)
    if start is None:
        return None
    columns |= {one: start + offset for offset, one in enumerate(created)}
    table = surroundings.table
    extends = table is not None and start == table.last_column + 1
    return Placement(columns, created, extends)


def _free_block(width: int, surroundings: Surroundings) -> int | None:
    """Find the first of `width` free columns side by side."""
    adjacent = max(surroundings.key_columns) + 1
    starts = [adjacent, *range(surroundings.last_column + 1, surroundings.last_column + _FARTHEST)]
    return next(
        (
            start
            for start in starts
            if all(surroundings.is_free(column) for column in range(start, start + width))
        ),
        None,
    )


def results_block(columns: Mapping[int, Sequence[CellValue]]) -> dict[ResultField, int]:
    """Find the results of an earlier run by what they hold, where no header names them.

    Args:
        columns: the cells of the columns right of the IDs, by column number.

    Returns:
        The five columns of the block, whose fourth holds nothing but status words; empty if
        there is none.
    """
    fields = list(ResultField)
    for column, cells in columns.items():
        words = {cell for cell in cells if not is_blank(cell)}
        first = column - fields.index(ResultField.STATUS)
        if words and words <= STATUS_WORDS and first in columns:
            return {one: first + offset for offset, one in enumerate(fields)}
    return {}
