"""The reconciliation workbooks: what stands in them, how it looks, and that the words are ours."""

import re

import openpyxl
import pytest

from tests.templates.conftest import PLAIN, WITH_BUTTON, modules_of, names, part
from xlsx_addin.core.outcomes import ResultField, Status

IDS = ["Order ID", "Order Line Item ID", "Shipment ID"]
OPTIONAL = ["Transaction Date", "Amount", "Currency", "PO Number", "GL Code", "Cost Center"]
OPTIONAL += ["Title"]
RESULTS = [field.header for field in ResultField]
HEADERS = [*IDS, *OPTIONAL, *RESULTS, "Notes"]
HEADER_ROW = 4
LAST_ROW = 1_048_576

TEXT = {*IDS, "Currency", "PO Number", "GL Code", "Cost Center"}
TEXT |= {"Invoice Number", "Consolidated Invoice Number"}
FORMATS = dict.fromkeys(TEXT, "@") | {"Amount": "#,##0.00"}
FORMATS |= {"Transaction Date": "yyyy-mm-dd", "Invoice Date": "yyyy-mm-dd"}

GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"
MEANT = {
    Status.FOUND: GREEN,
    Status.SEVERAL: AMBER,
    Status.PENDING: AMBER,
    Status.NO_INVOICE_YET: AMBER,
    Status.NOT_RETURNED: AMBER,
    Status.CHECK_IDS: RED,
    Status.ID_DAMAGED: RED,
    Status.NOT_ALLOWED: RED,
    Status.FAILED: RED,
    Status.CANCELLED: GREY,
}


@pytest.fixture(params=[PLAIN, WITH_BUTTON], ids=lambda path: path.suffix)
def path(request):
    return request.param


@pytest.fixture
def book(path):
    book = openpyxl.load_workbook(path)
    yield book
    book.close()


@pytest.fixture
def sheet(book):
    return book["Reconcile"]


def letters(sheet) -> dict[str, str]:
    return {cell.value: cell.column_letter for cell in sheet[HEADER_ROW]}


def test_the_table_has_its_columns_and_one_empty_row(sheet):
    assert [cell.value for cell in sheet[HEADER_ROW]] == HEADERS
    table = sheet.tables["tblLines"]
    assert table.ref == f"A{HEADER_ROW}:P{HEADER_ROW + 1}"
    assert table.column_names == HEADERS
    assert not any(cell.value for cell in sheet[HEADER_ROW + 1])


def test_whole_columns_have_their_format_for_rows_that_come(sheet):
    for header, letter in letters(sheet).items():
        column = sheet.column_dimensions[letter]
        assert column.number_format == FORMATS.get(header, "General")


def test_rows_that_excel_adds_to_the_table_get_the_same_formats(path):
    codes = dict(enumerate(re.findall(r"<dxf>(.*?)</dxf>", part(path, "xl/styles.xml").decode())))
    table = part(path, "xl/tables/table1.xml").decode()
    found = dict(re.findall(r'<tableColumn id="\d+" name="([^"]+)"(?: dataDxfId="(\d+)")?', table))
    assert found.keys() == set(HEADERS)
    for header, number in found.items():
        wanted = FORMATS.get(header)
        assert (f'formatCode="{wanted}"' in codes[int(number)]) if wanted else number == ""


def test_no_column_is_too_narrow_for_what_it_holds(sheet):
    for header, letter in letters(sheet).items():
        width = sheet.column_dimensions[letter].width
        arrow = 3
        assert width > len(header) + arrow
        if "Date" in header or header == "Amount":
            assert width > len("-12,345,678.00")


def test_optional_columns_fold_away(sheet):
    levels = {
        header: sheet.column_dimensions[letter].outlineLevel
        for header, letter in letters(sheet).items()
    }
    assert {header for header, level in levels.items() if level} == set(OPTIONAL)
    assert not any(sheet.column_dimensions[letter].hidden for letter in letters(sheet).values())


def test_header_and_order_id_stay_in_sight(sheet):
    assert sheet.freeze_panes == f"B{HEADER_ROW + 1}"


def test_the_sheet_is_the_one_that_is_shown_first(book, sheet):
    assert book.active is sheet
    assert [one.title for one in book.worksheets if one.sheet_state == "visible"] == [
        "Reconcile",
        "Read me",
    ]


def test_a_page_is_wide_and_as_long_as_it_has_to_be(sheet):
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def rules_of(sheet) -> dict[str, tuple[str, str]]:
    """Colours of text and fill by status word."""
    found = {}
    for area in sheet.conditional_formatting:
        column = letters(sheet)["Invoice Status"]
        assert str(area.sqref) == f"{column}{HEADER_ROW + 1}:{column}{LAST_ROW}"
        for rule in area.rules:
            assert (rule.type, rule.operator) == ("cellIs", "equal")
            word = rule.formula[0].strip('"')
            found[word] = (rule.dxf.font.color.rgb[2:], rule.dxf.fill.bgColor.rgb[2:])
    return found


def kind(fill: str) -> str:
    red, green, blue = (int(fill[at : at + 2], 16) for at in (0, 2, 4))
    if red == green == blue:
        return GREY
    if green == max(red, green, blue):
        return GREEN
    return AMBER if green > blue + 20 else RED


def test_every_status_has_its_colour_down_to_the_last_row(sheet):
    found = {word: kind(fill) for word, (_, fill) in rules_of(sheet).items()}
    assert found == {status.value: colour for status, colour in MEANT.items()}


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_coloured_text_can_be_read(book, sheet):
    cells = [*sheet[HEADER_ROW], *(row[0] for row in book["Read me"].iter_rows(min_row=3))]
    filled = [cell for cell in cells if cell.fill.fill_type == "solid"]
    pairs = [(cell.font.color.rgb[2:], cell.fill.fgColor.rgb[2:]) for cell in filled]
    pairs += rules_of(sheet).values()
    assert len(pairs) == len(Status) + len(HEADERS) + 1 + len(Status)
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def read_me(book) -> list[list[str]]:
    return [
        [str(value) for value in row if value is not None]
        for row in book["Read me"].iter_rows(values_only=True)
    ]


def test_the_read_me_explains_every_status_in_the_words_of_the_program(book):
    rows = read_me(book)
    start = next(n for n, row in enumerate(rows) if row and row[0] == "Invoice Status")
    told = rows[start + 1 : start + 1 + len(Status)]
    assert [row[0] for row in told] == [status.value for status in Status]
    assert all(len(row) == 3 and all(text.endswith(".") for text in row[1:]) for row in told)


def test_the_read_me_names_only_columns_sheets_and_buttons_that_exist(book, path):
    text = "\n".join(" ".join(row) for row in read_me(book))
    for word in ("Reconcile", "Invoice Status", "Invoice Message", "Refresh invoices"):
        assert word in text
    assert ("xlsx-addin refresh NAME.xlsx" in text) == (path == PLAIN)
    assert ("Press Refresh invoices" in text) == (path == WITH_BUTTON)


def test_every_text_of_the_read_me_has_room(book):
    page = book["Read me"]
    widths = [page.column_dimensions[letter].width for letter in "ABB"]  # B stands for B:C
    merged = {(area.min_row, area.min_col): area for area in page.merged_cells.ranges}
    for row in page.iter_rows(min_row=3):
        for cell in row:
            if cell.value and cell.alignment.wrap_text:
                area = merged.get((cell.row, cell.column))
                width = sum(widths) if area else widths[cell.column - 1]
                lines = 1 + len(cell.value) // int(width)
                assert page.row_dimensions[cell.row].height >= 15 * lines


def test_the_plain_workbook_has_no_button_and_no_settings():
    assert not any("drawing" in name or "vba" in name.lower() for name in names(PLAIN))
    assert openpyxl.load_workbook(PLAIN).sheetnames == ["Reconcile", "Read me"]


def drawing() -> str:
    return part(WITH_BUTTON, "xl/drawings/vmlDrawing1.vml").decode()


def test_the_button_calls_a_macro_that_is_there_once():
    assert re.findall(r"<x:FmlaMacro>(.*)</x:FmlaMacro>", drawing()) == ["[0]!RefreshInvoices"]
    code = "\n".join(modules_of(WITH_BUTTON).values())
    assert len(re.findall(r"^(?:Public )?Sub RefreshInvoices\(\)", code, re.MULTILINE)) == 1
    assert ">Refresh invoices</font>" in drawing()


def test_the_button_stays_above_the_table_and_beside_the_title():
    (anchor,) = re.findall(r"<x:Anchor>(.*)</x:Anchor>", drawing())
    left, _, top, _, right, _, bottom, _ = map(int, anchor.split(","))
    assert (left, right) == (0, 0)
    assert top >= 0
    assert bottom < HEADER_ROW - 2
    assert openpyxl.load_workbook(WITH_BUTTON)["Reconcile"]["A1"].value is None


def test_code_names_of_sheets_are_those_of_the_macros():
    workbook = part(WITH_BUTTON, "xl/workbook.xml").decode()
    assert 'codeName="ThisWorkbook"' in workbook
    for number in (1, 2, 3):
        sheet = part(WITH_BUTTON, f"xl/worksheets/sheet{number}.xml").decode()
        assert f'codeName="Sheet{number}"' in sheet
