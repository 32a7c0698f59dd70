"""The column `Invoice PDF`, in closed workbooks and in open ones."""

from contextlib import nullcontext
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from tests.conftest import HEADERS
from tests.jobs.pdfs.conftest import LINES, answer
from tests.workbooks.live.live_books import opener, patient_gate
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.report_answers import ReportState
from xlsx_addin.errors import ServerFault
from xlsx_addin.workbooks.live import LiveWorkbook

INVOICE_HEADERS = (*HEADERS, "Invoice Number")
BAD = ("111-1087441-1234567", "2.07645E+13", "XWwjNjAbC")


def rows_of(lines, numbers="A"):
    return [(*line, f"{numbers}{n}") for n, line in enumerate(lines)]


def column(path, header="Invoice PDF"):
    """Give the texts and link targets below a header, None where there is no link."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (at,) = [cell.column for cell in sheet[1] if cell.value == header]
    cells = [sheet.cell(row, at) for row in range(2, sheet.max_row + 1)]
    found = [(one.value, one.hyperlink.target if one.hyperlink else None) for one in cells]
    book.close()
    return found


def change(path, edit):
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)


def test_each_row_leads_to_the_pdf_of_its_invoice(fetch, know, make_book, tmp_path):
    know()
    book = make_book(rows_of(LINES), headers=INVOICE_HEADERS)
    report = fetch(book, link=True)
    assert (report.linked, report.kept, report.output) == (len(LINES) + 1, 0, book)
    assert report.backup.exists()
    found = column(book)
    assert found[0] == ("2026-03-04_A0.pdf", "out/2026-03-04_A0.pdf")
    assert all((tmp_path / unquote(target)).exists() for _, target in found)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet["E1"].value == "Invoice PDF"


def test_a_second_run_leaves_the_file_as_it_is(fetch, know, make_book):
    know()
    book = make_book(rows_of(LINES), headers=INVOICE_HEADERS)
    fetch(book, link=True)
    before = book.read_bytes()
    report = fetch(book, link=True)
    assert (report.linked, report.output, report.requests) == (0, None, 0)
    assert book.read_bytes() == before


def test_no_row_is_silently_blank_and_words_become_links_later(fetch, know, make_book, documents):
    know(
        {
            LINES[0]: answer("A0"),
            LINES[1]: Answer(),
            LINES[2]: answer("A2"),
            LINES[3]: answer("A3"),
        }
    )
    documents.ends = {"A2": [ReportState.CANCELLED], "A3": [ReportState.FATAL] * 2}
    book = make_book([*LINES[:5], BAD, ("", "", "")])
    fetch(book, link=True)
    words = [text for text, _ in column(book)]
    assert words[6:] == [None]
    assert words[:6] == [
        "2026-03-04_A0.pdf",
        "no invoice yet",
        "no PDF",
        "not ready",
        "refresh first",
        "check IDs",
    ]
    know({LINES[1]: answer("A1"), LINES[4]: answer("A4")})
    fetch(book, link=True, retry=True)
    assert [text for text, _ in column(book)][:5] == [f"2026-03-04_A{n}.pdf" for n in range(5)]


def test_several_documents_of_a_row_are_counted_behind_the_first(fetch, know, make_book):
    know({LINES[0]: answer("A1", "A0")})
    book = make_book(LINES[:1])
    fetch(book, link=True)
    assert column(book) == [("2026-03-04_A0.pdf +1", "out/2026-03-04_A0.pdf")]
    know({LINES[0]: answer("A1", "A0", "A2")})
    fetch(book, link=True)
    assert column(book) == [("2026-03-04_A0.pdf +2", "out/2026-03-04_A0.pdf")]


def test_what_somebody_wrote_is_kept_and_counted(fetch, know, make_book):
    know()
    book = make_book(
        [(*LINES[0], "seen"), (*LINES[1], None), (*LINES[2], "=1+1"), (*LINES[3], "no PDF")],
        headers=(*HEADERS, "Invoice PDF"),
    )
    report = fetch(book, link=True)
    assert report.kept == 2
    assert [text for text, _ in column(book)] == [
        "seen",
        "2026-03-04_A1.pdf",
        "=1+1",
        "2026-03-04_A3.pdf",
    ]


def test_a_link_whose_file_is_gone_stays_ours_and_works_again_once_it_is_fetched(
    fetch, know, make_book, documents, tmp_path
):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book, link=True)
    file = tmp_path / "out" / "2026-03-04_A0.pdf"
    file.unlink()
    documents.errors = {("pdf", "A0"): [ServerFault("Amazon has a fault.")]}
    report = fetch(book, link=True)
    assert (report.kept, report.linked, report.exit_code) == (0, 0, 1)
    fetch(book, link=True)
    assert column(book) == [("2026-03-04_A0.pdf", "out/2026-03-04_A0.pdf")]
    assert file.exists()


def test_a_table_grows_by_the_column(fetch, know, make_book):
    know()
    book = make_book(rows_of(LINES), headers=INVOICE_HEADERS)
    change(book, lambda sheet: sheet.add_table(Table(displayName="Lines", ref="A1:D10")))
    fetch(book, link=True, folder=book.parent / "out")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet.tables["Lines"].ref == "A1:E10"
    assert [one.name for one in sheet.tables["Lines"].tableColumns][-1] == "Invoice PDF"


def test_what_stands_beside_is_not_overwritten(fetch, know, make_book):
    know()
    book = make_book(
        [(*row, "note") for row in rows_of(LINES)], headers=(*INVOICE_HEADERS, "Remark")
    )
    fetch(book, link=True)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert (sheet["E1"].value, sheet["E2"].value, sheet["F1"].value) == (
        "Remark",
        "note",
        "Invoice PDF",
    )


def test_links_follow_a_folder_that_was_moved(fetch, know, make_book, tmp_path):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book, link=True)
    (tmp_path / "out").rename(tmp_path / "in order")
    fetch(book, link=True, folder=tmp_path / "in order")
    assert column(book) == [("2026-03-04_A0.pdf", "in%20order/2026-03-04_A0.pdf")]


@pytest.mark.parametrize("number", ["A B", "50%#?", "領収書", "a'b&c", "=cmd()"])
def test_any_number_makes_a_link_that_leads_to_its_file(number, fetch, know, make_book, tmp_path):
    know({LINES[0]: answer(number)})
    book = make_book(LINES[:1])
    fetch(book, link=True)
    ((text, target),) = column(book)
    assert text == Path(unquote(target)).name
    assert (tmp_path / unquote(target)).read_bytes().startswith(b"%PDF-")


def test_a_workbook_that_cannot_be_saved_says_so_and_keeps_the_pdfs(
    fetch, know, make_book, tmp_path
):
    know()
    book = make_book(LINES)
    seen = []

    def lock_it(standing):
        if not seen:
            seen.append(standing)
            (tmp_path / "~$book.xlsx").write_bytes(b"")

    report = fetch(book, link=True, show=lock_it)
    assert report.error.code == "open-elsewhere"
    assert report.exit_code == 5
    assert report.count("saved") == len(LINES)
    (tmp_path / "~$book.xlsx").unlink()
    assert fetch(book, link=True).exit_code == 0


@pytest.fixture
def open_live(memory_host):
    """Open workbooks in a spreadsheet program; each is saved when it is closed."""
    return opener(memory_host)


def test_a_workbook_that_is_open_is_linked_where_it_is(fetch, know, make_book, open_live):
    know()
    book = make_book(rows_of(LINES), headers=INVOICE_HEADERS)
    with open_live(book) as workbook:
        report = fetch(book, link=True, opened=lambda _: nullcontext(workbook))
        assert report.error is None
        assert report.linked == len(LINES) + 1
        assert fetch(book, link=True, opened=lambda _: nullcontext(workbook)).linked == 0
    assert column(book)[0] == ("2026-03-04_A0.pdf", "out/2026-03-04_A0.pdf")


def test_rows_that_are_sorted_while_pdfs_are_fetched_get_their_own_links(
    fetch, know, make_book, memory_host
):
    know()
    book = make_book(rows_of(LINES), headers=INVOICE_HEADERS)
    opened = memory_host.open(book)
    sorted_at = []

    def sort_rows(standing):
        if not sorted_at:
            sorted_at.append(standing)
            memory_host.sort_rows(opened.sheets["Lines"], 2, 10, by=4, descending=True)

    with LiveWorkbook(opened, patient_gate()) as workbook:
        fetch(book, link=True, opened=lambda _: nullcontext(workbook), show=sort_rows)
    memory_host.save(opened)
    memory_host.close(opened)
    assert [text for text, _ in column(book)] == [f"2026-03-04_A{n}.pdf" for n in range(8, -1, -1)]
