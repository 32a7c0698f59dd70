"""The column `Invoice PDF`: a link to the PDF beside each invoice number, or why there is none."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from xlsx_addin.core.cells import CellValue, Formula, is_blank
from xlsx_addin.core.documents import DocumentKey, Wish
from xlsx_addin.core.fields import Field
from xlsx_addin.core.file_names import PDF, document_name
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.ownership import text_of
from xlsx_addin.core.results import RowKey
from xlsx_addin.jobs.data_ranges import DataRange, Sought, range_of_layout
from xlsx_addin.jobs.targets import Target
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, SheetEdit, Workbook

INVOICE_PDF: Final = Field("Invoice PDF", ("PDF", "Invoice document", "Rechnungs-PDF"), 40)
_BESIDE: Final = Field("Invoice Number")

NOT_REFRESHED: Final = "refresh first"
NO_INVOICE: Final = "no invoice yet"
NOT_READY: Final = "not ready"
NO_PDF: Final = "no PDF"
BAD_IDS: Final = "check IDs"
WORDS: Final = frozenset({NOT_REFRESHED, NO_INVOICE, NOT_READY, NO_PDF, BAD_IDS})
"""What stands in the column where there is no link; a cell that holds one of them is ours."""

_NUMBER: Final = re.compile(r"-[0-9]+$")
_MORE: Final = re.compile(r" \+[0-9]+$")


@dataclass(frozen=True, slots=True)
class PdfStock:
    """Which PDFs there are.

    Args:
        wish: the documents of each line item.
        files: where the PDF of a document is.
        hopeless: the documents that there will be no PDF of.
        moved: the documents whose file is elsewhere than before this run.
        beside: the workbook's folder, from which links lead to files; None if it has none, as
            a new workbook or one in the cloud.
    """

    wish: Wish
    files: Mapping[DocumentKey, Path]
    hopeless: Collection[DocumentKey]
    moved: Collection[DocumentKey] = frozenset()
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class LinkChanges:
    """What changes in the column.

    Args:
        edit: the edit of the sheet.
        kept: rows whose cell holds somebody else's text.
    """

    edit: SheetEdit
    kept: int = 0


def link_changes(workbook: Workbook, target: Target, stock: PdfStock) -> LinkChanges:
    """Find out which cells of the column change.

    Args:
        workbook: the workbook.
        target: the sheet and its rows.
        stock: which PDFs there are.

    Raises:
        SheetError: the data has no header row, or there is no room for the column.
    """
    data = _data_range(workbook, target)
    placement = data.place([INVOICE_PDF], [_BESIDE])
    column = placement.columns[INVOICE_PDF]
    is_new = bool(placement.created)
    count = len(target.rows.keys)
    there = [None] * count if is_new else data.read([INVOICE_PDF])[INVOICE_PDF][:count]
    merged = [area for area in data.facts.merges if area.first_column <= column <= area.last_column]
    cells: dict[int, Link | str] = {}
    kept = 0
    for row, (key, cell) in enumerate(
        zip(target.rows.keys, there, strict=True), start=target.rows.first_row
    ):
        value = _value(key, stock)
        if value is None:
            continue
        is_merged = any(area.first_row <= row <= area.last_row for area in merged)
        if is_merged or not _is_ours(cell, key, stock):
            kept += text_of(cell) != _text(value)
        elif _changes(cell, value) or (isinstance(value, Link) and _has_moved(key, stock)):
            cells[row] = value
    header = data.new_header(INVOICE_PDF, in_table=placement.extends_table) if is_new else None
    edits: tuple[ColumnEdit, ...] = ()
    if cells:
        edits = (ColumnEdit(column, ColumnKind.TEXT, cells, header, INVOICE_PDF.width),)
    extended = data.table.name if data.table and placement.extends_table and edits else None
    return LinkChanges(SheetEdit(target.sheet, edits, data.header_row, extended), kept)


def _data_range(workbook: Workbook, target: Target) -> DataRange:
    layout = target.layout
    beside = layout.results.get(ResultField.INVOICE_NUMBER, max(layout.keys.values()))
    sought = Sought([INVOICE_PDF], (), "invoices", filled=[INVOICE_PDF])
    data = range_of_layout(workbook, target.sheet, layout, {_BESIDE: beside}, sought)
    first = target.rows.first_row
    return replace(data, first_row=first, last_row=first + len(target.rows.keys) - 1)


def _value(key: RowKey, stock: PdfStock) -> Link | str | None:
    """Tell what a row should show; None for a row that is none."""
    if key is None:
        return None
    if not isinstance(key, LineItem):
        return BAD_IDS
    documents = stock.wish.of_line.get(key)
    if documents is None:
        return NOT_REFRESHED
    if not documents:
        return NO_INVOICE
    files = [stock.files[one] for one in documents if one in stock.files]
    if not files:
        return NO_PDF if all(one in stock.hopeless for one in documents) else NOT_READY
    more = f" +{len(files) - 1}" if len(files) > 1 else ""
    return Link(f"{files[0].name}{more}", _target(files[0], stock.beside))


def _target(file: Path, beside: Path | None) -> str:
    """Lead to a file: from the workbook's folder, so that both may be moved together."""
    if beside is None:
        return file.as_uri()
    try:
        relative = os.path.relpath(file, beside)
    except ValueError:  # another drive
        return file.as_uri()
    return quote(os.fsencode(Path(relative).as_posix()), safe="/")


def _text(value: Link | str) -> str:
    return value.text if isinstance(value, Link) else value


def _changes(cell: CellValue, value: Link | str) -> bool:
    """Say whether a cell of ours has to be written."""
    text = text_of(cell)
    if isinstance(value, str) and text and text not in WORDS:
        # A link whose file is gone: a word in its place would lead there too.
        return False
    return text != _text(value)


def _is_ours(cell: CellValue, key: RowKey, stock: PdfStock) -> bool:
    """Say whether a cell may be written: it is empty, or holds a text that we put there."""
    if is_blank(cell):
        return True
    if isinstance(cell, Formula):
        return False
    text = text_of(cell)
    if text in WORDS:
        return True
    shown = _MORE.sub("", text)
    documents = _documents(key, stock)
    if any(stock.files[one].name == shown for one in documents if one in stock.files):
        return True
    # Of an earlier run, whose file is gone or elsewhere.
    names = {document_name(stock.wish.documents[one].day, one.number) for one in documents}
    name = shown.removesuffix(PDF)
    return name != shown and not names.isdisjoint({name, _NUMBER.sub("", name)})


def _has_moved(key: RowKey, stock: PdfStock) -> bool:
    return any(one in stock.moved for one in _documents(key, stock))


def _documents(key: RowKey, stock: PdfStock) -> Sequence[DocumentKey]:
    return stock.wish.of_line.get(key, ()) if isinstance(key, LineItem) else ()
