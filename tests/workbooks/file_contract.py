"""The contract of adapters for closed workbooks as tests: what is saved, and how.

An adapter's test module subclasses `FileContract` and gives the fixture `open_book`.
"""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks import books
from tests.workbooks.contract import (
    RESULTS,
    Open,
    WorkbookContract,
    cell,
    column,
    edit,
    saved,
    texts,
)
from xlsx_addin.core.cells import Formula, Missing
from xlsx_addin.errors import SheetError, WorkbookBusy, WorkbookError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit


def _content_and_time(path: Path) -> tuple[bytes, int]:
    """What a file has that no reading changes."""
    return path.read_bytes(), path.stat().st_mtime_ns


class FileContract(WorkbookContract):
    """What every adapter for closed workbooks does besides."""

    def test_a_formula_that_was_never_calculated_has_no_result(
        self, open_book: Open, path: Path
    ) -> None:
        with open_book(books.formulas_never_calculated(path)) as workbook:
            assert column(workbook, 1, 2, 2) == [Formula(Missing.RESULT)]

    def test_the_same_sheet_again_changes_nothing(self, open_book: Open, path: Path) -> None:
        self.put(open_book, books.plain(path), self.DETAILS)
        before = path.read_bytes()
        self.put(open_book, path, self.DETAILS)
        assert path.read_bytes() == before

    def test_a_refused_edit_leaves_the_very_file(self, open_book: Open, path: Path) -> None:
        before = _content_and_time(books.merged_results(path))
        with open_book(path) as workbook:
            with pytest.raises(SheetError):
                workbook.apply(edit(texts(5, {3: "b"})))
            workbook.commit()
        assert _content_and_time(path) == before

    # Saving

    def test_nothing_is_written_before_the_commit(self, open_book: Open, path: Path) -> None:
        before = books.plain(path).read_bytes()
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            workbook.put_sheet("Invoices", self.DETAILS)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]

    def test_new_columns_get_a_width_unless_they_have_one(
        self, open_book: Open, path: Path
    ) -> None:
        books.plain(path)
        made = openpyxl.load_workbook(path)
        made[books.SHEET].column_dimensions["H"].width = 5
        made[books.SHEET].column_dimensions["J"].width = 7
        made.save(path)
        columns = [
            ColumnEdit(number, ColumnKind.TEXT, {2: "x"}, f"New {number}", 30)
            for number in (7, 8, 9, 12)
        ]
        with open_book(path) as workbook:
            workbook.apply(SheetEdit(books.SHEET, columns, header_row=1))
            workbook.commit()
        widths = saved(path).column_dimensions
        found = {letter: widths[letter].width for letter in "GHIJL"}
        assert found == {"G": 30, "H": 5, "I": 30, "J": 7, "L": 30}

    def test_a_width_is_given_where_no_column_has_one(self, open_book: Open, path: Path) -> None:
        books.plain(path)
        columns = [ColumnEdit(7, ColumnKind.TEXT, {2: "x"}, "New", 30)]
        with open_book(path) as workbook:
            workbook.apply(SheetEdit(books.SHEET, columns, header_row=1))
            workbook.commit()
        assert saved(path).column_dimensions["G"].width == 30

    @pytest.mark.parametrize("edits", [(), (edit(),), (edit(texts(5, {})),)])
    def test_a_commit_without_a_change_writes_nothing(
        self, open_book: Open, path: Path, edits: Sequence[SheetEdit]
    ) -> None:
        before = _content_and_time(books.plain(path))
        with open_book(path) as workbook:
            for one in edits:
                workbook.apply(one)
            committed = workbook.commit()
        assert (committed.output, committed.backup) == (path, None)
        assert _content_and_time(path) == before
        assert list(path.parent.iterdir()) == [path]

    def test_a_commit_keeps_the_old_content_as_a_backup(self, open_book: Open, path: Path) -> None:
        before = books.plain(path).read_bytes()
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            committed = workbook.commit()
        assert committed.output == path
        assert committed.backup is not None
        assert committed.backup.parent == path.parent
        assert committed.backup.name.startswith("march.backup-")
        assert committed.backup.suffix == ".xlsx"
        assert committed.backup.read_bytes() == before
        assert cell(path, "E2").value == "INV-1"

    def test_no_backup_is_kept_if_none_is_wanted(self, open_book: Open, path: Path) -> None:
        books.plain(path)
        self.refresh(open_book, path, edit(*RESULTS))
        assert list(path.parent.iterdir()) == [path]

    def test_an_output_leaves_the_workbook_untouched(self, open_book: Open, path: Path) -> None:
        before = books.plain(path).read_bytes()
        output = path.with_name("result.xlsx")
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            committed = workbook.commit(output=output)
        assert (committed.output, committed.backup) == (output, None)
        assert path.read_bytes() == before
        assert cell(output, "E2").value == "INV-1"
        assert sorted(path.parent.iterdir()) == [path, output]

    def test_an_output_without_a_change_is_a_copy(self, open_book: Open, path: Path) -> None:
        before = books.plain(path).read_bytes()
        output = path.with_name("result.xlsx")
        with open_book(path) as workbook:
            workbook.commit(output=output)
        assert output.read_bytes() == path.read_bytes() == before

    def test_a_workbook_changed_meanwhile_is_left_as_it_is(
        self, open_book: Open, path: Path
    ) -> None:
        books.plain(path)
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            theirs = books.header_in_row_7(path).read_bytes()
            with pytest.raises(WorkbookBusy, match="changed by somebody else"):
                workbook.commit()
        assert path.read_bytes() == theirs
        assert list(path.parent.iterdir()) == [path]

    def test_a_workbook_opened_in_excel_meanwhile_is_left_as_it_is(
        self, open_book: Open, path: Path
    ) -> None:
        before = books.plain(path).read_bytes()
        owner_file = path.with_name("~$march.xlsx")
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            owner_file.write_bytes(b"")
            with pytest.raises(WorkbookBusy, match="open in Excel"):
                workbook.commit()
        assert path.read_bytes() == before
        assert sorted(path.parent.iterdir()) == [path, owner_file]

    def test_a_read_only_workbook_is_read_but_not_written(
        self, open_book: Open, path: Path
    ) -> None:
        before = books.plain(path).read_bytes()
        path.chmod(0o444)
        with open_book(path) as workbook:
            workbook.apply(edit(*RESULTS))
            with pytest.raises(WorkbookError, match="read-only"):
                workbook.commit()
        path.chmod(0o644)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]
