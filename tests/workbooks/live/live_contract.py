"""The contract of adapters for open workbooks as tests, whatever application holds them."""

from pathlib import Path

from tests.workbooks import books
from tests.workbooks.contract import RESULTS, Open, WorkbookContract, cell, edit, saved


class LiveContract(WorkbookContract):
    """What the live adapter does; a test module gives the fixture `open_book`."""

    def test_a_table_without_a_header_row_grows_without_header_cells(
        self, open_book: Open, path: Path
    ) -> None:
        # Excel names the new columns itself.
        grown = edit(*RESULTS[:2], header_row=None, extend_table=books.TABLE)
        self.refresh(open_book, books.table_without_header(path), grown)
        table = saved(path).tables[books.TABLE]
        assert table.ref == "A2:F4"
        assert len(table.column_names) == 6
        assert cell(path, "E1").value is None
