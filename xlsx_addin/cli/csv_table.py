"""CSV files of line items: reading them, and writing them with their results."""

import csv
from collections.abc import Mapping, Sequence
from itertools import count, zip_longest
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from xlsx_addin.core.cells import Block
from xlsx_addin.core.columns import HEAD_ROWS, detect
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Layout
from xlsx_addin.core.line_items import read_line_item
from xlsx_addin.core.outcomes import Outcome, ResultField
from xlsx_addin.core.ownership import VALUE_FIELDS
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import InputError
from xlsx_addin.workbooks.csv_files import find_csv

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class CsvTable(NamedTuple):
    """A CSV file with line items.

    Args:
        rows: its rows, header included.
        keys: what each of them is; None above the data and for blank rows.
        layout: where its columns are.
    """

    rows: list[list[str]]
    keys: list[RowKey]
    layout: Layout

    def ids(self) -> list[list[str]]:
        """Give the three ID cells of each row as they are; those that are missing are empty."""
        return [_ids(row, self.layout.keys) for row in self.rows]


def read_table(path: Path) -> CsvTable:
    """Read a CSV file and find its line items.

    Args:
        path: the file, its cells separated by commas, semicolons, tabs or bars.

    Raises:
        InputError: it cannot be read, or has no columns with the three IDs.
    """
    rows = [row for _, row in find_csv(path).rows()]
    block: Block = [[cell or None for cell in row] for row in rows[:HEAD_ROWS]]
    finding = detect(_rectangular(block))
    if not isinstance(finding, Layout):
        raise InputError(
            f"{path.name}: {finding.message}",
            next_step="Name the columns orderId, orderLineItemId and shipmentId in the first row.",
            code="columns-not-found",
        )
    above = finding.first_data_row - 1
    keys = [read_line_item(*_ids(row, finding.keys)) for row in rows[above:]]
    return CsvTable(rows, [*[None] * above, *keys], finding)


def write_table(table: CsvTable, outcomes: Sequence[Outcome | None], stream: TextIO) -> None:
    """Write a table with its results, in their columns if it has them, else behind the others.

    Args:
        table: as it was read.
        outcomes: one for each of its rows; None where there is nothing to say.
        stream: where it goes, separated by commas.
    """
    width = max((len(row) for row in table.rows), default=0)
    added = [one for one in ResultField if one not in table.layout.results]
    columns = {**table.layout.results, **dict(zip(added, count(width + 1), strict=False))}
    writer = csv.writer(stream, lineterminator="\n")
    for number, (row, outcome) in enumerate(zip(table.rows, outcomes, strict=True), start=1):
        cells = [*row, *[""] * (width + len(added) - len(row))]
        if outcome is not None:
            for one, text in _new_texts(outcome).items():
                cells[columns[one] - 1] = _safe(text)
        elif number == table.layout.header_row:
            cells[width:] = [one.header for one in added]
        writer.writerow(map(_with_plain_breaks, cells))


def result_texts(outcome: Outcome) -> dict[ResultField, str]:
    """Give the results of a row as texts; a date as in `2026-03-31`.

    Args:
        outcome: of the row.
    """
    day = outcome.invoice_date
    return {
        ResultField.INVOICE_NUMBER: outcome.invoice_number,
        ResultField.INVOICE_DATE: day.isoformat() if day else "",
        ResultField.CONSOLIDATED_INVOICE_NUMBER: outcome.consolidated_invoice_number,
        ResultField.STATUS: outcome.status.value,
        ResultField.MESSAGE: outcome.message,
    }


def _new_texts(outcome: Outcome) -> dict[ResultField, str]:
    """Give the results that are written: no values if nothing is known of the line item."""
    kept = VALUE_FIELDS if outcome.keeps_values else ()
    return {one: text for one, text in result_texts(outcome).items() if one not in kept}


def _with_plain_breaks(cell: str) -> str:
    """Spell line breaks in a cell as the writer quotes them; a lone return would end the row."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _safe(text: str) -> str:
    """Keep a spreadsheet that opens the CSV from taking an answer for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _rectangular(block: Block) -> Block:
    columns = zip_longest(*block)
    return [list(row) for row in zip(*columns, strict=True)]


def _ids(row: Sequence[str], columns: Mapping[KeyField, int]) -> list[str]:
    return [row[columns[key] - 1] if columns[key] <= len(row) else "" for key in KeyField]
