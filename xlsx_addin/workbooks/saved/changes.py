"""What is to become different in a workbook, gathered until it is saved."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import IO

from xlsx_addin.core.cells import Block, Formula
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.growth import growing_table
from xlsx_addin.workbooks.resultvalues import as_read
from xlsx_addin.workbooks.saved.assemble import Changes, assemble
from xlsx_addin.workbooks.saved.cellwriter import CellWriter
from xlsx_addin.workbooks.saved.deflate import Deflated
from xlsx_addin.workbooks.saved.edits import check
from xlsx_addin.workbooks.saved.formulas import hold_formula
from xlsx_addin.workbooks.saved.links import SheetLinks, empties_cells, has_links
from xlsx_addin.workbooks.saved.newsheet import Rows, new_sheet, replaced_rows
from xlsx_addin.workbooks.saved.relationships import Document, Relationships
from xlsx_addin.workbooks.saved.sheetedit import edited
from xlsx_addin.workbooks.saved.sheets import Contents, Sheet
from xlsx_addin.workbooks.saved.tables import Table
from xlsx_addin.workbooks.saved.writer import RowWriter
from xlsx_addin.workbooks.sheet_names import free_name


class PendingChanges:
    """Gathers the changed parts of a workbook; nothing is written before `write`.

    Args:
        contents: the workbook.
    """

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._parts: dict[str, Deflated] = {}
        self._documents: dict[str, Document] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def apply(self, edit: SheetEdit, sheet: Sheet) -> None:
        """Take in an edit of a sheet.

        Args:
            edit: the edit.
            sheet: the sheet.

        Raises:
            SheetError: a cell cannot be written without harm to another; names the cell.
        """
        if not edit.changed_cells and edit.new_rows is None:
            return
        if sheet.part in self._parts:
            raise ValueError(f"the sheet {edit.sheet} was edited already")
        lost = check(edit, sheet.survey, [table.info for table in sheet.tables])
        table = self._growing(edit, sheet)
        calculated = table.calculations() if table is not None and edit.new_rows else {}
        grown = self._grown(table, edit, sheet)
        cells = self._cells(sheet.survey.prefix)
        rows = RowWriter(edit, sheet.survey, cells, lost, calculated)
        relations = Relationships(self._contents.package, sheet.part)
        links = self._links(edit, sheet, relations)
        content = Deflated(edited(sheet.blocks(), sheet.survey, edit, rows, links))
        if not self._replace(sheet.part, content):
            return
        self._documents.update({document.name: document for document in grown})
        if links is not None and relations.document is not None:
            self._contents.book.take_relationships(relations.document)
        adds_formulas = rows.added is not None and rows.added.formulas
        self._let_recalculate(sheet, adds_formulas=adds_formulas)
        if rows.formulas_lost or adds_formulas:
            self._contents.book.drop_calculation_chain()

    def put_sheet(self, name: str, rows: Rows, sheets: Mapping[str, Sheet]) -> None:
        """Take in a sheet of our own; see the contract.

        Args:
            name: its name.
            rows: what it holds.
            sheets: the worksheets by name.
        """
        book = self._contents.book
        ours = self._find_own(name, rows, sheets)
        if ours is not None:
            if not _holds(ours, rows):
                self._replace_rows(ours, rows)
            return
        bold = self._contents.styles.bold()
        blocks = new_sheet(rows, self._cells(b""), bold, strict=book.is_strict())
        self._parts[book.add_sheet(free_name(name, book.sheet_names()))] = Deflated(blocks)

    def write(self, out: IO[bytes]) -> None:
        """Write the workbook with all changes."""
        with ExitStack() as small:
            contents = dict(self._parts)
            for name, data in self._small_parts():
                contents[name] = small.enter_context(Deflated([data]))
            dropped = frozenset(self._contents.book.dropped)
            assemble(self._contents.package, Changes(contents, dropped), out)

    def close(self) -> None:
        """Drop the changes."""
        for content in self._parts.values():
            content.close()
        self._parts.clear()

    # --- edits

    def _cells(self, prefix: bytes) -> CellWriter:
        return CellWriter(prefix, self._contents.styles, self._contents.epoch)

    def _growing(self, edit: SheetEdit, sheet: Sheet) -> Table | None:
        info = growing_table(edit, [table.info for table in sheet.tables])
        return next((table for table in sheet.tables if table.info is info), None)

    def _grown(self, table: Table | None, edit: SheetEdit, sheet: Sheet) -> list[Document]:
        if table is None:
            return []
        others = [other.info.area for other in sheet.tables if other is not table]
        return table.extended(edit, [*others, *sheet.survey.merges])

    def _links(self, edit: SheetEdit, sheet: Sheet, relations: Relationships) -> SheetLinks | None:
        if not has_links(edit) and not (sheet.survey.links and empties_cells(edit)):
            return None
        return SheetLinks(edit, relations, strict=self._contents.book.is_strict())

    def _replace(self, part: str, content: Deflated) -> bool:
        """Take in the new content of a part; say whether it is another than the old."""
        member = self._contents.package.find(part)
        if member is not None and (member.crc, member.size) == (content.crc, content.size):
            content.close()
            return False
        old = self._parts.pop(part, None)
        if old is not None:
            old.close()
        self._parts[part] = content
        return True

    def _let_recalculate(self, sheet: Sheet, *, adds_formulas: bool = False) -> None:
        """Let Excel calculate anew if there is a formula that could depend on the change."""
        if adds_formulas or sheet.survey.formulas or self._other_formulas(sheet):
            self._contents.book.recalculate_on_load()

    def _other_formulas(self, sheet: Sheet) -> bool:
        contents = self._contents
        if contents.book.relationships.target("calcChain"):
            return True
        others = [Sheet(info.name, part, contents) for info, part in contents.book.sheets()]
        return any(
            hold_formula(other.blocks())
            for other in others
            if other.part != sheet.part and contents.package.find(other.part)
        )

    def _small_parts(self) -> Iterator[tuple[str, bytes]]:
        contents = self._contents
        styles = contents.styles.changed()
        if styles is not None:
            contents.styles_part = contents.styles_part or contents.book.add_styles()
            yield contents.styles_part, styles
        for document in [*self._documents.values(), *contents.book.changed.values()]:
            yield document.name, document.data

    # --- sheets of our own

    def _find_own(self, name: str, rows: Rows, sheets: Mapping[str, Sheet]) -> Sheet | None:
        """Find the sheet that we added earlier: our name, or that with a number, and header."""
        book = self._contents.book
        by_name = {one.casefold(): sheet for one, sheet in sheets.items()}
        taken: list[str] = []
        while True:
            candidate = free_name(name, taken)
            if candidate.casefold() not in {one.casefold() for one in book.sheet_names()}:
                return None
            sheet = by_name.get(candidate.casefold())
            if sheet is not None and _has_header(sheet, rows):
                return sheet
            taken.append(candidate)

    def _replace_rows(self, sheet: Sheet, rows: Rows) -> None:
        bold = self._contents.styles.bold()
        cells = self._cells(sheet.survey.prefix)
        blocks = replaced_rows(sheet.blocks(), sheet.survey, rows, cells, bold)
        if self._replace(sheet.part, Deflated(blocks)):
            self._let_recalculate(sheet)
            if sheet.survey.formulas:
                self._contents.book.drop_calculation_chain()


def _has_header(sheet: Sheet, rows: Rows) -> bool:
    return _alike(sheet.reader().head(1, 1), rows[:1])


def _holds(sheet: Sheet, rows: Rows) -> bool:
    used = sheet.survey.used
    count = max(len(rows), used.last_row if used else 0)
    return _alike(sheet.reader().head(1, count), rows)


def _alike(block: Block, rows: Rows) -> bool:
    held = [
        _trimmed([None if isinstance(value, Formula) else value for value in row]) for row in block
    ]
    wanted = [_trimmed([as_read(value) for value in row]) for row in rows]
    while wanted and not wanted[-1]:
        wanted.pop()
    return held == wanted


def _trimmed(values: Sequence[object]) -> list[object]:
    kept = list(values)
    while kept and kept[-1] is None:
        kept.pop()
    return kept
