"""R5, R15, R21: odd answers, hostile texts and every kind of date, told for what they are."""

import json
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from tests.conftest import one_invoice_each
from tests.reliability.bed import shown
from xlsx_addin.core.cells import LONGEST_TEXT
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import FaultKind, FaultPlan, FaultRule

WHEN = "2026-03-01T10:00:00.5Z"
OTHER = "2026-03-02T10:00:00Z"


def document(number: Any = "INV-1", when: Any = WHEN, consolidated: Any = None, **more: Any):
    """One `invoiceDetails` entry."""
    detail = {"invoiceNumber": number, "invoiceDate": when, **more}
    if consolidated is not None:
        detail["consolidatedInvoiceDetails"] = {"invoiceNumber": consolidated}
    return detail


MEMO = document("CM-1", OTHER, invoiceType="CREDIT_MEMO")
ANSWERS: dict[str, tuple[Sequence[Any] | str, str, str | None]] = {
    "no documents": ([], "No invoice yet", None),
    "null": ("null", "No invoice yet", None),
    "nulls": ("nulls", "No invoice yet", None),
    "no entry": ("omit", "Not returned", None),
    "one": ([document()], "Found", "INV-1"),
    "two": ([document(), document("INV-2", OTHER)], "Several", "INV-1; INV-2"),
    "five": (
        [document(f"INV-{n}", f"2026-03-0{n}T00:00:00Z") for n in (5, 3, 1, 4, 2)],
        "Several",
        "INV-1; INV-2; INV-3; INV-4; INV-5",
    ),
    "the same twice": ([document(), document()], "Found", "INV-1"),
    "with a credit memo": ([MEMO, document()], "Several", "INV-1; CM-1 (credit)"),
    "a lone credit memo": ([MEMO], "Found", "CM-1 (credit)"),
    "pending": ([document(consolidated="Pending")], "Pending", "INV-1"),
    "one of two pending": (
        [document(consolidated="C-1"), document("INV-2", OTHER, "Pending")],
        "Pending",
        "INV-1; INV-2",
    ),
    "no date": ([document(when=None)], "Found", "INV-1"),
    "unknown fields": ([document(newField={"a": [1]}, invoiceStatus="?")], "Found", "INV-1"),
    "a date of a wrong type": ([document(when=5)], "Found", "INV-1"),
    "a consolidated invoice of a wrong type": (
        [document() | {"consolidatedInvoiceDetails": "C-1"}],
        "Found",
        "INV-1",
    ),
    "nulls beside an invoice": (
        [document(None, None), document()],
        "Found",
        "INV-1",
    ),
}


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_every_kind_of_answer_gets_its_word(make_bed, figures, region):
    names = make_bed("names", region=region).sandbox.account.line_items(len(ANSWERS))
    overrides = {line: answer for line, (answer, _, _) in zip(names, ANSWERS.values(), strict=True)}
    bed = make_bed(region, region=region, overrides=overrides)
    path = bed.book(names)
    bed.refresh(path)
    for row, (name, (_, word, number)) in zip(shown(path), ANSWERS.items(), strict=True):
        assert (row.cells.status, row.cells.number) == (word, number), name
        assert row.message, name
    figures("R5", f"{len(ANSWERS)} kinds of answers, {region}", "every one its word, none lost")


def test_details_list_every_document_that_was_sent(make_bed, figures):
    names = make_bed("names").sandbox.account.line_items(len(ANSWERS))
    sent = dict(zip(names, (answer for answer, _, _ in ANSWERS.values()), strict=True))
    bed = make_bed("details", overrides=sent)
    path = bed.book(names)
    bed.refresh(path, details=True)
    book = openpyxl.load_workbook(path, read_only=True)
    listed = Counter(
        (LineItem(*row[:3]), row[4])
        for row in book["Invoices"].iter_rows(min_row=2, values_only=True)
    )
    book.close()
    wanted = {
        (line, one["invoiceNumber"])
        for line, answer in sent.items()
        if not isinstance(answer, str)
        for one in answer
        if one["invoiceNumber"]
    }
    assert listed == dict.fromkeys(wanted, 1)
    figures("R5", "--details", f"{len(wanted)} documents of {len(names)} lines, each listed once")


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.MISSING,
        FaultKind.NULL,
        FaultKind.NULL_ENTRY,
        FaultKind.REORDERED,
        FaultKind.EXTRA,
        FaultKind.REPEATED,
        FaultKind.WRONG_TYPE,
    ],
)
def test_disturbed_entries_disturb_no_other_row(make_bed, figures, kind):
    rule = FaultRule(kind=kind, entries=5)
    bed = make_bed(faults=FaultPlan([rule]), shares=one_invoice_each())
    lines = bed.sandbox.account.line_items(500)
    path = bed.book(lines)
    bed.refresh(path)
    rows = shown(path)
    wrong = [one for one in rows if one.cells != bed.truth(LineItem(*one.ids))]
    marked = {one.cells.status for one in wrong}
    figures("R5", f"entries {kind.value}", f"{len(wrong)} of 500 rows marked {sorted(marked)}")
    assert marked <= {"Not returned", "No invoice yet", "Failed"}
    assert len(wrong) <= 5 * 20
    assert all(one.cells.number is None for one in wrong)


HOSTILE = [
    *(f"{sign}1+1" for sign in "=+-@"),
    *("\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1", " =1+1", "'=1+1", '"=1+1"'),
    *("=cmd|' /C calc'!A0", '=DDE("cmd";"/C calc";"x")', "@SUM(1+1)*cmd|' /C calc'!A0"),
    *('=HYPERLINK("http://evil.test","click")', '=WEBSERVICE("http://evil.test")'),
    *("=IMPORTXML(1,2)", "+A1", "-A1", "=A1:A9", "{=1+1}", "=1+1\u200b", "\u200b=1+1", "\ufeff=1"),
    *("<script>alert(1)</script>", "<c><f>1+1</f></c>", "&lt;f&gt;", "]]>", "<!--", "&amp;", "&"),
    *("_x0041_", "_x000D_", "_x005F_x0041_", "\u202eevil", "\u2066x\u2069", "\u200f", "\u2028"),
    *(
        "😀" * 10,
        "é",
        "e\u0301",
        "ﷺ",
        "日本語",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\uffff",
        "\x0b",
        "\x1b",
    ),
    *("x" * (LONGEST_TEXT + 5), "😀" * LONGEST_TEXT, "=" * 300, " leading", "trailing ", "a  b"),
    *("1e5", "007", "1/2/2026", "TRUE", "#N/A", "12345678901234567890", "%s %d {0}", "\\", "\x7f"),
]


@pytest.fixture
def hostile_book(make_bed):
    """Refresh a workbook in whose answers a hostile text stands in every text field."""
    assert len(HOSTILE) >= 60
    lines = make_bed("names", region="eu").sandbox.account.line_items(len(HOSTILE))
    overrides = {
        line: [document(text, WHEN, text)] for line, text in zip(lines, HOSTILE, strict=True)
    }
    bed = make_bed("eu", region="eu", overrides=overrides)
    path = bed.book(lines)
    report = bed.refresh(path, details=True)
    assert report.workbooks[0].error is None
    return path, lines


def is_visibly(text, original):
    """Say whether a cell shows a text, or says plainly what became of it."""
    if text == original:
        return True
    if text is None:
        return not original.strip()
    # As Excel reads it (ECMA-376 part 1, 22.9.2.19); and no lone surrogate can be sent.
    text = re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)
    original = original.encode("utf-8", "replace").decode()
    if text.endswith("…"):
        return original.startswith(text[:-1].rstrip("\ufffd")) or "\ufffd" in text
    cleaned = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", original)
    return text in (cleaned, cleaned.strip(), " ".join(cleaned.split()))


def test_hostile_texts_stay_texts(hostile_book, soffice, tmp_path, figures):
    path, lines = hostile_book
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f" not in package.read(name), name
    rows = shown(path)
    assert [one.ids for one in rows] == [tuple(line) for line in lines]
    odd = [
        (original, one.cells.number)
        for original, one in zip(HOSTILE, rows, strict=True)
        if one.cells.number is not None and not is_visibly(one.cells.number, original)
    ]
    assert not odd
    assert all(one.cells.status in ("Found", "No invoice yet") and one.message for one in rows)
    subprocess.run(  # noqa: S603  # our own words
        [
            *(soffice, f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML"),
            *("--outdir", tmp_path / "saved", path),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    book = openpyxl.load_workbook(tmp_path / "saved" / path.name)
    formulas = [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert not formulas
    figures("R15", f"{len(HOSTILE)} hostile texts", "0 formulas after LibreOffice saved the file")


DATES: list[tuple[Any, date | None]] = [
    ("2026-03-01T10:00:00.37Z", date(2026, 3, 1)),
    ("2026-03-01T10:00:00.077Z", date(2026, 3, 1)),
    ("2026-03-01T10:00:00Z", date(2026, 3, 1)),
    ("2026-03-01T23:59:59Z", date(2026, 3, 1)),
    ("2026-03-01T23:59:59.999999999Z", date(2026, 3, 1)),
    ("2026-03-01T00:00:00Z", date(2026, 3, 1)),
    ("2026-03-01T23:30:00-02:00", date(2026, 3, 2)),
    ("2026-03-01T01:30:00+02:00", date(2026, 2, 28)),
    ("2024-02-29T12:00:00Z", date(2024, 2, 29)),
    (None, None),
    ("", None),
    ("yesterday", None),
    ("2026-02-30T10:00:00Z", None),
    ("0000-00-00T00:00:00Z", None),
    (1772359200, None),
]


@pytest.mark.parametrize("from_1904", [False, True])
def test_every_date_is_the_right_day_or_a_message(make_bed, figures, from_1904):
    lines = make_bed("names").sandbox.account.line_items(len(DATES))
    overrides = {
        line: [document(f"INV-{n}", when)]
        for n, (line, (when, _)) in enumerate(zip(lines, DATES, strict=True))
    }
    bed = make_bed("dates", overrides=overrides)
    path = bed.book(lines)
    if from_1904:
        book = openpyxl.load_workbook(path)
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.save(path)
    bed.refresh(path)
    for row, (when, day) in zip(shown(path), DATES, strict=True):
        assert row.cells.day == day, when
        assert row.cells.status == "Found"
        assert day is not None or "date" in row.message, (when, row.message)
    name = "1904" if from_1904 else "1900"
    figures("R21", f"{len(DATES)} dates, epoch {name}", "the right day, or a message")


def test_the_answers_of_this_suite_can_be_sent():
    """The overrides are JSON, lone surrogates aside."""
    for answer, _, _ in ANSWERS.values():
        json.dumps(answer)
