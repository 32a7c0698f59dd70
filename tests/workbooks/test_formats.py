"""What is no workbook is named for what it is, with the way out."""

import zipfile
from pathlib import Path

import pytest

from tests.workbooks import books
from xlsx_addin.errors import LocalError, WorkbookBusy, WorkbookError, XlsxAddinError
from xlsx_addin.workbooks.formats import check_readable
from xlsx_addin.workbooks.opening import open_workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def utf_16(text: str) -> bytes:
    return text.encode("utf-16-le")


def package(path: Path, parts: dict[str, str | bytes]) -> bytes:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path.read_bytes()


def refuse(path: Path) -> XlsxAddinError:
    with pytest.raises(XlsxAddinError) as caught:
        check_readable(path)
    return caught.value


CONTENTS = [
    ("a.xlsx", b"", "empty-file", "empty"),
    ("a.xlsx", OLE + utf_16("EncryptedPackage"), "encrypted", "password"),
    ("a.xlsx", OLE * 5000 + utf_16("EncryptedPackage"), "encrypted", "password"),
    ("a.xls", OLE + utf_16("Workbook\0"), "old-format", "old .xls"),
    ("a.xlsx", OLE + utf_16("Book\0"), "old-format", "old .xls"),
    ("a.xlsx", OLE + utf_16("WordDocument\0"), "not-a-workbook", "not an Excel workbook"),
    ("a.xls", b"\x09\x08\x10\x00 an older .xls", "old-format", "old .xls"),
    ("a.xls", b"<html><table>", "old-format", "old .xls"),
    ("a.csv", b"Order ID,Shipment ID\n", "text-file", "text file"),
    ("a.TXT", b"Order ID\tShipment ID\n", "text-file", "text file"),
    ("a.ods", b"no zip", "opendocument", "OpenDocument"),
    ("a.xlsb", b"no zip", "binary-format", ".xlsb"),
    ("a.xlsx", b"Order ID,Shipment ID\n", "corrupt", "damaged"),
    ("a.xlsx", b"PK\x03\x04 and no more", "corrupt", "damaged"),
    ("a.pdf", b"%PDF-1.7", "not-a-workbook", "not an Excel workbook"),
]


@pytest.mark.parametrize(("name", "content", "code", "words"), CONTENTS)
def test_other_files_are_told_apart(
    tmp_path: Path, name: str, content: bytes, code: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = refuse(path)
    assert isinstance(error, WorkbookError)
    assert error.code == code
    assert name in error.message
    assert words in error.message
    assert error.next_step


@pytest.mark.parametrize(
    ("name", "parts", "code"),
    [
        ("a.xlsx", {"mimetype": "application/x", "content.xml": ""}, "opendocument"),
        ("a.xlsx", {"readme.txt": ""}, "not-a-workbook"),
        ("a.docx", {"[Content_Types].xml": "wordprocessingml.document.main+xml"}, "not-a-workbook"),
        ("a.xlsx", {"[Content_Types].xml": "x.sheet.binary.macroEnabled.main"}, "not-a-workbook"),
        (
            "a.xlsx",
            {"[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.macroEnabled.main"},
            "binary-format",
        ),
        (
            "a.xltx",
            {"[Content_Types].xml": MAIN.replace("sheet.main", "template.main")},
            "template",
        ),
        (
            "a.xlam",
            {"[Content_Types].xml": "application/vnd.ms-excel.addin.macroEnabled.main+xml"},
            "excel-add-in",
        ),
        ("a.xls", {"[Content_Types].xml": MAIN}, "wrong-suffix"),
        ("a", {"[Content_Types].xml": MAIN}, "wrong-suffix"),
    ],
)
def test_other_packages_are_told_apart(
    tmp_path: Path, name: str, parts: dict[str, str | bytes], code: str
) -> None:
    path = tmp_path / name
    package(path, parts)
    assert refuse(path).code == code


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("a.xlsx", MAIN.encode()),
        ("a.XLSX", MAIN.encode()),
        ("a.xlsx", MAIN.encode("utf-16")),
        ("a.xlsm", b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ],
)
def test_workbooks_are_taken(tmp_path: Path, name: str, types: bytes) -> None:
    package(tmp_path / name, {"[Content_Types].xml": types})
    check_readable(tmp_path / name)


def test_a_zip_that_was_cut_short_is_damaged(tmp_path: Path) -> None:
    path = books.plain(tmp_path / "march.xlsx")
    path.write_bytes(path.read_bytes()[:-100])
    assert refuse(path).code == "corrupt"


def test_a_zip_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    path = tmp_path / "march.xlsx"
    content = bytearray(package(path, {"[Content_Types].xml": MAIN}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    assert refuse(path).code == "encrypted"


def test_a_file_that_is_not_there_is_named_with_its_folder(tmp_path: Path) -> None:
    error = refuse(tmp_path / "april.xlsx")
    assert error.code == "no-such-file"
    assert str(tmp_path / "april.xlsx") in error.message


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    assert refuse(tmp_path).code == "is-a-folder"


class Unreadable(type(Path())):
    """A path whose file cannot be opened."""

    error: OSError

    def open(self, *_: object, **__: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "family"),
    [(PermissionError(13, "denied"), WorkbookBusy), (OSError(5, "Input/output error"), LocalError)],
)
def test_a_file_that_cannot_be_read_says_so(
    tmp_path: Path, error: OSError, family: type[XlsxAddinError]
) -> None:
    path = Unreadable(tmp_path / "march.xlsx")
    path.error = error
    refused = refuse(path)
    assert isinstance(refused, family)
    assert refused.code == "not-readable"


def test_the_adapter_refuses_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    path.write_text("Order ID\n")
    with pytest.raises(WorkbookError, match="text file"):
        open_workbook(path)


def test_the_adapter_opens_workbooks(tmp_path: Path) -> None:
    with open_workbook(books.plain(tmp_path / "march.xlsx")) as workbook:
        assert [sheet.name for sheet in workbook.sheets()] == [books.SHEET]


def test_a_zip_that_points_to_before_its_start_is_damaged_and_the_disk_is_not_blamed(
    tmp_path: Path,
) -> None:
    path = books.plain(tmp_path / "march.xlsx")
    content = path.read_bytes()
    path.write_bytes(content[:500] + content[2_000:])
    error = refuse(path)
    assert error.code == "corrupt"
    assert "drive" not in error.next_step
