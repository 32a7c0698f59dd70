"""Workbooks made of downloaded reports: numbers, days and texts as they are meant; no formulas."""

from datetime import datetime

import openpyxl
import pytest

from xlsx_addin.errors import InputError, WorkbookError
from xlsx_addin.sandbox import SandboxOptions
from xlsx_addin.sandbox.orders_report import COLUMNS
from xlsx_addin.sandbox.report_files import report_texts
from xlsx_addin.workbooks.report_book import new_from_report

HOSTILE = (
    "=1+1",
    "+49 30 1234",
    "-Brand-",
    "@sum",
    "#N/A",
    "\x07bell",
    "x" * 40_000,
    "=cmd|'/c'!A1",
)


@pytest.fixture
def make(tmp_path):
    """Make a workbook of a CSV text, and give its report and its first sheet."""

    def made(text, encoding="utf-8"):
        source, path = tmp_path / "report.csv", tmp_path / "report.xlsx"
        source.write_text(text, encoding=encoding, newline="")
        report = new_from_report(path, source)
        return report, openpyxl.load_workbook(path).worksheets[0]

    return made


def test_an_american_report(make):
    text = (
        "\ufeffOrder Date,Order ID,Item Quantity,Item Net Total,UNSPSC,Seller ZipCode,Title\r\n"
        '03/31/2026,111-1087441-1234567,2,"$1,234.50","=""44121700""",01234,"Pens, 18"\r\n'
        "04/01/2026,111-1087441-1234568,1,N/A,N/A,N/A,-\r\n"
    )
    report, sheet = make(text)
    assert [cell.value for cell in sheet[2]] == [
        *(datetime(2026, 3, 31), "111-1087441-1234567", 2, 1234.5, "44121700", "01234"),
        "Pens, 18",
    ]
    assert [cell.value for cell in sheet[3]][2:] == [1, None, None, None, "-"]
    formats = [cell.number_format for cell in sheet[2]]
    assert formats == ["yyyy-mm-dd", "@", "General", "#,##0.00", "@", "@", "@"]
    assert (report.rows, report.columns, report.dates_as_text, report.amounts_as_text) == (
        *(2, 7),
        *(0, 0),
    )


def test_a_german_report(make):
    text = (
        "Bestelldatum;Bestellnummer;Zahlungsbetrag;Artikelmenge\r\n"
        "03/04/2026;302-1;1.234;1\r\n31/03/2026;302-2;-5,50 €;2\r\n"
    )
    _, sheet = make(text, "cp1252")
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [datetime(2026, 4, 3), "302-1", 1234, 1],
        [datetime(2026, 3, 31), "302-2", -5.5, 2],
    ]


def test_what_may_be_two_things_stays_text_and_is_counted(make):
    report, sheet = make("Order Date,Order ID,Item Tax\n03/04/2026,1,1.234\n05/06/2026,2,N/A\n")
    assert [cell.value for cell in sheet[2]] == ["03/04/2026", "1", "1.234"]
    assert (report.dates_as_text, report.amounts_as_text) == (2, 1)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("header", ["Title", "Item Net Total", "Order Date"])
def test_no_text_becomes_a_formula_or_breaks_the_file(make, header, text):
    _, sheet = make(f'Order ID,{header}\n1,"{text}"\n')
    cell = sheet["B2"]
    if text == "#N/A":
        assert cell.value is None
        return
    assert cell.data_type == "s"
    assert cell.value[:4] == text.replace("\x07", "\ufffd")[:4]


def test_headers_are_made_different_for_the_table(make):
    _, sheet = make('Order ID,order id,,=1+1,"two\nlines"\n1,2,3,4,5\n')
    headers = [cell.value for cell in sheet[1]]
    assert headers == ["Order ID", "order id2", "Column 3", "1+1", "two lines"]
    (table,) = sheet.tables.values()
    assert [column.name for column in table.tableColumns] == headers
    assert (table.ref, table.autoFilter.ref, sheet.freeze_panes) == ("A1:E2", "A1:E2", "A2")


@pytest.mark.parametrize(
    ("currency", "day"),
    [("USD", datetime(2026, 3, 4)), ("EUR", datetime(2026, 4, 3)), ("CAD", "03/04/2026")],
)
def test_in_a_report_of_amazons_the_country_tells_what_comes_first(make, currency, day):
    headers = "Order Date,Order ID,Order Status,Order Quantity,Account Group,Account User"
    _, sheet = make(
        f"{headers},Invoice Status,Currency\n03/04/2026,1,Closed,1,Office,Ada,Paid,{currency}\n"
    )
    assert sheet["A2"].value == day


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_the_orders_report_keeps_its_73_columns_and_gets_its_name(make, region):
    texts = report_texts(SandboxOptions(region=region), 50)
    report, sheet = make(texts["orders"]())
    assert (report.name, sheet.title, report.rows) == ("Orders report", "Orders", 50)
    assert (report.columns, sheet.max_column) == (len(COLUMNS), 73)
    assert isinstance(sheet["A2"].value, datetime)
    assert (report.dates_as_text, report.amounts_as_text) == (0, 0)


def test_the_reconciliation_report_is_known_too(make):
    report, sheet = make(report_texts(SandboxOptions(region="eu"), 20)["reconciliation"]())
    assert (report.name, sheet.title) == ("Reconciliation report", "Reconciliation")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Order ID\n1\n", "csv-unreadable", "has a single column: 'Order ID'"),
        ("Order ID,ASIN\n", "csv-empty", "has a header and no rows"),
        ("Order ID,ASIN\n1,2\n\n3\n", "csv-ragged", "Line 4 of report.csv has 1 cells, but the"),
        ("Order ID,ASIN\n1,2,3\n", "csv-ragged", "Line 2 of report.csv has 3 cells, but the"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(make, tmp_path, text, code, words):
    with pytest.raises(InputError, match=words) as caught:
        make(text)
    assert (caught.value.code, bool(caught.value.next_step)) == (code, True)
    assert not (tmp_path / "report.xlsx").exists()


def test_empty_cells_behind_the_last_column_do_no_harm(make):
    report, _ = make("Order ID,ASIN\n1,2,,\n")
    assert report.columns == 2


def test_a_workbook_that_is_there_is_never_replaced(make, tmp_path):
    make("Order ID,ASIN\n1,2\n")
    with pytest.raises(WorkbookError, match="already"):
        make("Order ID,ASIN\n1,2\n")


def test_a_workbook_with_macros_is_not_made(tmp_path):
    with pytest.raises(WorkbookError, match=r"\.xlsx"):
        new_from_report(tmp_path / "report.xlsm", tmp_path / "report.csv")
