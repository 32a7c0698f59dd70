"""From what rows get to the cells that change: free ID cells are filled, all others are kept."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from xlsx_addin.core import id_wording
from xlsx_addin.core import purchase_fields as fields
from xlsx_addin.core.cells import CellValue, Formula, cell_text, is_blank
from xlsx_addin.core.fields import Field
from xlsx_addin.core.id_outcomes import ID_STATUS_WORDS, IdOutcome, IdStatus
from xlsx_addin.core.line_items import clean_id
from xlsx_addin.core.ownership import text_of


@dataclass(slots=True)
class IdChanges:
    """What changes in a sheet.

    Args:
        cells: new texts by column and row number; None clears the cell.
        statuses: rows per status word, as the sheet shows them then.
        filled: rows that get IDs now.
        kept: rows with a cell that is not ours, where we have something to say.
    """

    cells: dict[Field, dict[int, str | None]] = field(
        default_factory=lambda: {one: {} for one in fields.FILLED_IN}
    )
    statuses: Counter[IdStatus] = field(default_factory=Counter)
    filled: int = 0
    kept: int = 0

    @property
    def cell_count(self) -> int:
        """The number of cells that change."""
        return sum(len(cells) for cells in self.cells.values())

    def clear(self) -> None:
        """Change no cell after all; the counts stay."""
        for cells in self.cells.values():
            cells.clear()


_FIELDS_OF_IDS: Final = (fields.LINE, fields.SHIPMENT)


def find_id_changes(
    outcomes: Mapping[int, IdOutcome],
    cells: Mapping[Field, Sequence[CellValue]],
    first_row: int,
    merged: Mapping[Field, Collection[int]],
) -> IdChanges:
    """Find the cells that change.

    Args:
        outcomes: what rows get, by row number.
        cells: the columns that are filled in, as they are; absent ones are blank.
        first_row: number of their first row.
        merged: row numbers of cells in merged areas, which nobody writes.
    """
    changes = IdChanges()
    for row, outcome in outcomes.items():
        held = {
            one: cells[one][row - first_row] if cells.get(one) else None for one in fields.FILLED_IN
        }
        locked = {one for one in fields.FILLED_IN if row in merged.get(one, ())}
        _Row(row, held, locked, changes).take(outcome)
    return changes


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one row."""

    number: int
    held: Mapping[Field, CellValue]
    locked: Collection[Field]
    changes: IdChanges

    def take(self, outcome: IdOutcome) -> None:
        """Note what an outcome changes."""
        if outcome.status is IdStatus.FILLED:
            outcome = self._fill(outcome)
        word = text_of(self.held[fields.STATUS])
        if outcome.status is IdStatus.KEPT and not outcome.message and word == IdStatus.FILLED:
            # Ours of an earlier run, and still right.
            self.changes.statuses[IdStatus.FILLED] += 1
            return
        self.changes.statuses[outcome.status] += 1
        is_ours = word in ID_STATUS_WORDS
        self._say(fields.STATUS, outcome.status.value, may_replace=is_ours)
        self._say(fields.MESSAGE, outcome.message, may_replace=is_ours)

    def _fill(self, outcome: IdOutcome) -> IdOutcome:
        """Fill in the IDs; where a cell is not free, all is left and said."""
        wanted = dict(
            zip(_FIELDS_OF_IDS, (outcome.order_line_item_id, outcome.shipment_id), strict=True)
        )
        open_ = {one: text for one, text in wanted.items() if clean_id(self.held[one]) != text}
        taken = [one for one in open_ if not self._is_free(one)]
        if taken:
            sentences = [id_wording.kept_cell(one.header, wanted[one]) for one in taken]
            return IdOutcome(IdStatus.KEPT, " ".join(sentences))
        for one, text in open_.items():
            self.changes.cells[one][self.number] = text
        self.changes.filled += 1
        return outcome

    def _is_free(self, one: Field) -> bool:
        cell = self.held[one]
        return not isinstance(cell, Formula) and one not in self.locked and clean_id(cell) == ""

    def _say(self, one: Field, text: str, *, may_replace: bool) -> None:
        cell = self.held[one]
        text = cell_text(text)
        if text_of(cell) == text:
            return
        is_closed = isinstance(cell, Formula) or one in self.locked
        if is_closed or not (may_replace or is_blank(cell)):
            self.changes.kept += one is fields.STATUS
            return
        self.changes.cells[one][self.number] = text or None
