"""R18: broken workbooks by the hundred: refused with advice and untouched, or used unharmed."""

import io
import re
import resource
import time
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.reliability import spoiling
from tests.workbooks import books
from tests.workbooks.saved import corpus
from xlsx_addin.errors import LocalError, XlsxAddinError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, NewRows, SheetEdit
from xlsx_addin.workbooks.opening import open_workbook

TEMPLATES = Path(__file__).parents[2] / "templates"
MAKERS = (
    *(corpus.drawings, corpus.rules, corpus.formulas, corpus.texts, corpus.tables),
    *(corpus.inline, corpus.by_openpyxl, books.plain),
)
BROKEN = 300
LONGEST_S, MOST_MB = 5.0, 150
ROWS, COLUMNS = 40, range(1, 6)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Real workbooks by name: their bytes."""
    folder = tmp_path_factory.mktemp("sound")
    paths = [TEMPLATES / "Reconciliation.xlsx", TEMPLATES / "Reconciliation.xlsm"]
    paths += [make(folder / f"{make.__name__}.xlsx") for make in MAKERS]
    return {path.name: path.read_bytes() for path in paths}


def read(book):
    """Read what an edit must not change: the first rows and columns of every sheet."""
    seen = {}
    for info in book.sheets():
        book.facts(info.name)
        book.head(info.name, first_row=1, rows=ROWS)
        seen[info.name] = repr(book.columns(info.name, COLUMNS, first_row=1, last_row=ROWS))
    return seen


def edit(book):
    """Write beside the cells that are read, as a refresh does; tell into which sheet."""
    sheet = book.sheets()[0].name
    columns = [
        ColumnEdit(41, ColumnKind.IDENTIFIER, {2: "INV-1", 5: "=1"}, header="Invoice Number"),
        ColumnEdit(42, ColumnKind.DATE, {2: date(2026, 3, 1)}, header="Invoice Date"),
        ColumnEdit(43, ColumnKind.TEXT, {2: "x", 5: ""}),
    ]
    used = book.facts(sheet).used
    below = max(ROWS + 20, used.last_row + 1 if used else 1)
    # Rows that are added take over formats and formulas of one that is there.
    added = NewRows(below, below + 1, min(6, used.last_row) if used else None, (1, 10), None)
    change = SheetEdit(sheet, columns, header_row=1, new_rows=added if below < 10**6 else None)
    book.locked_cell(change)
    with book.writing():
        book.apply(change)
        book.commit(backup=False)
    return sheet


def check_sums(content):
    """What was read of a workbook was as its checksums say, by the standard library."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if re.search(r"worksheets.sheet\d+\.xml$", name):
                package.read(name)


def work_on(path, content):
    """Use a workbook; give the code of the refusal, or "used"."""
    path.write_bytes(content)
    try:
        with open_workbook(path) as book:
            before = read(book)
            if not before:
                return "no sheet"
            sheet = edit(book)
    except XlsxAddinError as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        assert path.read_bytes() == content, "changed and refused"
        assert refusal.message
        assert refusal.next_step
        assert not isinstance(refusal, LocalError), f"no fault of the computer: {refusal}"
        return refusal.code
    with open_workbook(path) as book:
        assert read(book) == before
        written = book.columns(sheet, [41, 42, 43], first_row=2, last_row=2)
    assert [str(values[0])[:10] for values in written.values()] == ["INV-1", "2026-03-01", "x"]
    check_sums(content)
    return "used"


def test_broken_workbooks_are_refused_untouched_or_used_unharmed(tmp_path, sound, figures, scale):
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, longest = Counter(), 0.0
    for seed in range(BROKEN * scale):
        dice = Random(seed)
        name = dice.choice(list(sound))
        content = dice.choice(spoiling.WAYS)(sound[name], dice)
        began = time.monotonic()
        try:
            found[work_on(tmp_path / name, content)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}, {name}")
            raise
        longest = max(longest, time.monotonic() - began)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
    refused = found.total() - found["used"] - found["no sheet"]
    figures(
        "R18",
        f"{found.total():,} broken workbooks",
        f"{refused:,} refused untouched, {found['used']:,} used unharmed; the longest"
        f" {longest:.1f} s, {grown_mb:.0f} MB more",
    )
    assert found["used"] > found.total() / 10 < refused, found
    assert longest <= LONGEST_S
    assert grown_mb <= MOST_MB


def test_sound_workbooks_are_used(tmp_path, sound):
    """Otherwise the test above would prove nothing."""
    assert {work_on(tmp_path / name, content) for name, content in sound.items()} == {"used"}
