"""The live contract in LibreOffice; where it is not Excel, an override says how and why."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.workbooks import books
from tests.workbooks.contract import (
    DAY,
    WorkbookContract,
    cell,
    column,
    dates,
    edit,
    identifiers,
    saved,
    texts,
)
from tests.workbooks.live.live_books import opener
from tests.workbooks.live.live_contract import LiveContract
from xlsx_addin.core.cells import CellError, Formula
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import SheetInfo

CARRIAGE_RETURN = "a\r\nb"
TEXTS = [text for text in books.ODD_TEXTS if text != CARRIAGE_RETURN]


def cases_of(test: Callable) -> Callable:
    """Give an override the parameters of what it overrides."""

    def decorate(override: Callable) -> Callable:
        override.pytestmark = list(test.pytestmark)
        return override

    return decorate


def saved_once(open_book, make: books.Make) -> books.Make:
    """Let LibreOffice save a new workbook: fonts, colours and results of formulas become its own.

    What differs after that was changed by the adapter.
    """

    def make_and_save(path):
        with open_book(make(path)):
            return path

    return make_and_save


class TestLiveWorkbookInLibreOffice(LiveContract):
    @pytest.fixture
    def open_book(self, libreoffice_host):
        return opener(libreoffice_host)

    def test_worksheets_are_listed_in_their_order_without_chart_sheets(self, open_book, path):
        # LibreOffice has no chart sheets: on opening it makes a worksheet with a chart of one.
        with open_book(books.several_sheets(path)) as workbook:
            assert list(workbook.sheets()) == [
                SheetInfo("January", visible=True, active=False),
                SheetInfo("Chart", visible=True, active=False),
                SheetInfo("February", visible=True, active=True),
                SheetInfo("Empty", visible=True, active=False),
            ]

    def test_odd_texts_are_read_as_excel_shows_them(self, open_book, path):
        # LibreOffice knows one kind of line break: a carriage return before it is dropped.
        shown = [text.replace("\r\n", "\n") for text in books.ODD_TEXTS]
        with open_book(books.odd_texts(path)) as workbook:
            assert column(workbook, 1, 1, len(shown)) == shown

    def test_formulas_are_read_with_their_stored_results(self, open_book, path):
        # LibreOffice calculates formulas of files that it has not saved itself.
        with open_book(books.stored_results(path)) as workbook:
            read = workbook.columns(books.SHEET, [1, 2, 4, 6], first_row=2, last_row=4)
        assert read[1] == [Formula("112-4"), books.ROWS[1][0], books.ROWS[2][0]]
        assert read[2][0] == Formula(42)
        assert read[4][0] == Formula(CellError("#DIV/0!"))
        assert read[6] == [Formula(CellError("#DIV/0!")), Formula(14), Formula(199.98)]

    @cases_of(WorkbookContract.test_results_stand_where_they_were_put_and_nothing_else_changes)
    def test_results_stand_where_they_were_put_and_nothing_else_changes(
        self, open_book, path, make
    ):
        super().test_results_stand_where_they_were_put_and_nothing_else_changes(
            open_book, path, saved_once(open_book, make)
        )

    @cases_of(
        WorkbookContract.test_a_cell_that_belongs_to_more_is_refused_by_name_and_nothing_is_applied
    )
    def test_a_cell_that_belongs_to_more_is_refused_by_name_and_nothing_is_applied(
        self, open_book, path, make, columns, name
    ):
        super().test_a_cell_that_belongs_to_more_is_refused_by_name_and_nothing_is_applied(
            open_book, path, saved_once(open_book, make), columns, name
        )

    def test_results_are_read_again_as_they_were_written(self, open_book, path):
        cells = dict(enumerate(TEXTS, start=2))
        self.refresh(
            open_book, books.plain(path), edit(identifiers(5, dict(cells)), texts(6, dict(cells)))
        )
        with open_book(path) as workbook:
            assert column(workbook, 5, 2, len(cells) + 1) == TEXTS
            assert column(workbook, 6, 2, len(cells) + 1) == TEXTS

    @pytest.mark.parametrize("text", TEXTS)
    def test_texts_stay_texts(self, open_book, path, text):
        self.refresh(
            open_book, books.plain(path), edit(identifiers(5, {2: text}), texts(6, {2: text}))
        )
        assert cell(path, "E2").data_type == cell(path, "F2").data_type == "s"
        assert cell(path, "E2").number_format == "@"
        # LibreOffice saves texts that look like something else with the format of texts.
        assert cell(path, "F2").number_format in ("General", "@")

    def test_a_text_that_cannot_be_kept_is_said_and_not_passed_over(self, open_book, path):
        # A carriage return is dropped here; see above.
        with open_book(books.plain(path)) as workbook:
            workbook.apply(edit(texts(6, {2: CARRIAGE_RETURN})))
            with pytest.raises(SheetError, match="F2") as caught:
                workbook.commit()
        assert caught.value.code == "not-as-written"

    def test_dates_are_true_dates_as_the_cell_shows_them(self, open_book, path):
        self.refresh(
            open_book, books.formatted(path), edit(dates(8, {2: DAY, 3: DAY, 4: DAY, 5: DAY}))
        )
        cells = [saved(path).cell(row, 8) for row in (2, 3, 4, 5)]
        assert [one.value for one in cells] == [datetime(2026, 3, 31)] * 4
        # LibreOffice saves dots and dashes of formats with a backslash before them.
        assert [one.number_format.replace("\\", "") for one in cells] == [
            "dd.mm.yyyy",
            "yyyy-mm-dd",
            "yyyy-mm-dd",
            "yyyy-mm-dd",
        ]
        assert cells[2].font.bold

    @cases_of(WorkbookContract.test_a_table_grows_by_the_new_columns)
    def test_a_table_grows_by_the_new_columns(self, open_book, path, make, ref, filtered):
        # LibreOffice saves the filter of a table over its totals row, too.
        filtered = filtered and ref
        super().test_a_table_grows_by_the_new_columns(open_book, path, make, ref, filtered)

    def test_the_filter_of_a_table_with_totals_is_saved_over_them_by_libreoffice_itself(
        self, open_book, path
    ):
        saved_once(open_book, books.table_with_totals)(path)
        table = saved(path).tables[books.TABLE]
        assert table.autoFilter.ref == table.ref == "A1:D5"
