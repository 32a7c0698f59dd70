"""Broken workbooks: a clear refusal or a right result, never a damaged file, never a hang."""

import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks.books import SHEET
from tests.workbooks.saved import corpus
from tests.workbooks.saved.fidelity import flaws
from tests.workbooks.saved.handmade import edited, texts
from xlsx_addin.errors import InputError, LocalError, WorkbookError, XlsxAddinError
from xlsx_addin.workbooks.saved import SavedWorkbook

EDIT = texts({"E1": "Invoice Number", "E2": "INV-1", "F3": "INV-2", "A4": "gone", "B2": None})
TRIALS = 25

Spoil = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 2, 20))):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def reordered(data: bytes, chance: random.Random) -> bytes:
    first, second = sorted(chance.sample(range(len(data)), 2))
    return data[second:] + data[first:second] + data[:first]


def repeated(data: bytes, chance: random.Random) -> bytes:
    first, second = sorted(chance.sample(range(len(data)), 2))
    return data[:second] + data[first:second] + data[second:]


def shuffled_tags(data: bytes, chance: random.Random) -> bytes:
    tags = data.split(b"<")
    first, second = chance.sample(range(1, len(tags)), 2) if len(tags) > 3 else (0, 0)
    tags[first], tags[second] = tags[second], tags[first]
    return b"<".join(tags)


SPOILS = (cut, flipped, reordered, repeated, shuffled_tags)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def assert_refused_or_right(path: Path) -> None:
    before = path.read_bytes()
    broken = broken_members(path)
    refusal: XlsxAddinError | None = None
    try:
        with SavedWorkbook(path) as workbook:
            sheet = workbook.sheets()[0].name if workbook.sheets() else SHEET
            workbook.facts(sheet)
            workbook.head(sheet, first_row=1, rows=5)
            workbook.columns(sheet, range(1, 9), first_row=1, last_row=9)
            workbook.apply(EDIT)
            workbook.put_sheet("Invoices", [("Invoice Number",), ("1",)])
            workbook.commit(backup=False)
    except (InputError, LocalError) as error:
        refusal = error
    if refusal is None:
        assert_is_right(path)
        # What was broken before and is not ours is carried on as it is.
        assert broken_members(path) <= broken
    else:
        assert refusal.next_step
        assert path.read_bytes() == before
    assert [one for one in path.parent.iterdir() if "tmp" in one.name] == []


def broken_members(path: Path) -> set[str]:
    """Name the members that the standard library cannot read."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()
    with archive:
        return {name for name in archive.namelist() if not is_whole(archive, name)}


def is_whole(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        archive.read(name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return False
    return True


def assert_is_right(path: Path) -> None:
    with SavedWorkbook(path) as workbook:
        columns = workbook.columns(SHEET, [1, 2, 5, 6], first_row=1, last_row=4)
    assert columns[5][:2] == ["Invoice Number", "INV-1"]
    assert (columns[6][2], columns[1][3], columns[2][1]) == ("INV-2", "gone", None)


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("make", [corpus.formulas, corpus.tables, corpus.by_openpyxl])
def test_spoiled_parts(path: Path, make: Callable[[Path], Path], spoil: Spoil) -> None:
    whole = make(path.with_stem("whole"))
    chance = random.Random(f"{make.__name__} {spoil.__name__}")
    with zipfile.ZipFile(whole) as archive:
        names = archive.namelist()
    for name in names:
        for _ in range(3 if "sheet1" not in name else TRIALS):
            corpus.rebuilt(whole, path, {name: lambda data: spoil(data, chance)})
            assert_refused_or_right(path)


@pytest.mark.parametrize("spoil", SPOILS)
def test_spoiled_packages(path: Path, spoil: Spoil) -> None:
    whole = corpus.tables(path.with_stem("whole")).read_bytes()
    chance = random.Random(spoil.__name__)
    for _ in range(4 * TRIALS):
        path.write_bytes(spoil(whole, chance))
        assert_refused_or_right(path)


def test_spoiled_directories(path: Path) -> None:
    """The list of members is where a zip can lie."""
    whole = corpus.tables(path.with_stem("whole")).read_bytes()
    start = whole.index(b"PK\1\2")
    chance = random.Random(3)
    for _ in range(8 * TRIALS):
        path.write_bytes(whole[:start] + flipped(whole[start:], chance))
        assert_refused_or_right(path)


def test_a_zip_that_inflates_without_end_is_refused(path: Path) -> None:
    """A sheet says that it is small, and is not."""
    whole = corpus.tables(path.with_stem("whole"))
    rows = b"<row/>" * 2_000_000
    corpus.rebuilt(whole, path, {corpus.SHEET_PART: lambda xml: xml.replace(b"<row ", rows, 1)})
    data = bytearray(path.read_bytes())
    at = data.index(corpus.SHEET_PART.encode(), data.index(b"PK\1\2")) - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    with SavedWorkbook(path) as workbook, pytest.raises(WorkbookError, match="larger"):
        workbook.facts(SHEET)


def test_the_whole_workbooks_are_right(path: Path) -> None:
    """The edit of these trials is not refused as such."""
    for make in (corpus.formulas, corpus.tables, corpus.by_openpyxl):
        assert "INV-1" in edited(make(path), EDIT)
        assert flaws(path) == []
