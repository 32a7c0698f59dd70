"""What a file is, told from its content first and its name second.

Only .xlsx and .xlsm can be refreshed. Everything else is named for what it is, with the way
out, because a suffix often lies: reports called .xls are web pages, .xlsx can be encrypted.
"""

import errno
import mmap
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from xlsx_addin.errors import LocalError, WorkbookBusy, WorkbookError

SUFFIXES: Final = frozenset({".xlsx", ".xlsm"})

_SAVE_AS: Final = (
    "Open it in Excel, choose File > Save As with the type Excel Workbook (*.xlsx)"
    " and refresh the new file."
)
_REFUSALS: Final = {
    "is-a-folder": ("is a folder, not a workbook", "Name a workbook in it."),
    "empty-file": (
        "is an empty file",
        "Get the workbook again from where it came; a copy or download was cut short.",
    ),
    "encrypted": (
        "is protected with a password",
        (
            "Open it in Excel, remove the password (File > Info > Protect Workbook > Encrypt with"
            " Password), save and refresh again."
        ),
    ),
    "old-format": ("is in the old .xls format", _SAVE_AS),
    "binary-format": ("is in the binary .xlsb format", _SAVE_AS),
    "opendocument": ("is an OpenDocument spreadsheet (.ods)", _SAVE_AS),
    "text-file": (
        "is a text file, not a workbook",
        (
            "Make a workbook of it with `xlsx-addin new BOOK.xlsx --from-report FILE.csv`; no"
            " digit is lost then."
        ),
    ),
    "template": (
        "is a template, not a workbook",
        "Open it in Excel, save the workbook made from it as .xlsx and refresh that file.",
    ),
    "excel-add-in": ("is an Excel add-in, not a workbook", "Name the workbook with the IDs."),
    "corrupt": (
        "is damaged and cannot be read",
        "Open it in Excel, let Excel repair it, save and refresh again; or take a backup copy.",
    ),
    "not-a-workbook": ("is not an Excel workbook", "Name a workbook with the suffix .xlsx."),
    "wrong-suffix": (
        "is a workbook, but its name does not end in .xlsx or .xlsm",
        "Rename it to end in .xlsx (.xlsm if it has macros) and refresh again.",
    ),
}

# What a file that is neither a zip nor an OLE file is taken for.
_BY_SUFFIX: Final = {
    ".xls": "old-format",
    ".xlsb": "binary-format",
    ".ods": "opendocument",
    ".csv": "text-file",
    ".tsv": "text-file",
    ".txt": "text-file",
    ".xlsx": "corrupt",
    ".xlsm": "corrupt",
}

# Content types of the main part ([MS-XLSX] and ECMA-376 part 1, 12.3.2), as they end.
_MAIN_TYPES: Final = (
    ("spreadsheetml.sheet.main+xml", None),
    ("vnd.ms-excel.sheet.macroenabled.main+xml", None),
    ("spreadsheetml.template.main+xml", "template"),
    ("vnd.ms-excel.template.macroenabled.main+xml", "template"),
    ("vnd.ms-excel.addin.macroenabled.main+xml", "excel-add-in"),
    ("vnd.ms-excel.sheet.binary.macroenabled.main", "binary-format"),
)

# [MS-CFB] 2.2, the signature of an OLE compound file; its stream names are UTF-16.
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_XLS_STREAMS: Final = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))

_LONGEST_TYPES_PART: Final = 16 * 2**20
_ENCRYPTED_MEMBER: Final = 0x1

DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises on a damaged zip."""


def check_readable(path: Path) -> None:
    """Make sure that a file is a workbook that can be refreshed.

    Args:
        path: the file.

    Raises:
        WorkbookError: it is missing or something else; `code` says what.
        WorkbookBusy: another program does not let us read it.
        LocalError: the disk does not let us read it.
    """
    if path.is_dir():
        raise refusal(path, "is-a-folder")
    try:
        with path.open("rb") as file:
            code = _find_flaw(file, path.suffix.lower())
    except FileNotFoundError as error:
        raise WorkbookError(
            f"There is no file {path}.",
            next_step="Check the name and the folder.",
            code="no-such-file",
        ) from error
    except PermissionError as error:
        raise WorkbookBusy(
            f"{path.name} cannot be read.",
            next_step="Close it in other programs, or ask for the right to read it.",
            code="not-readable",
        ) from error
    except OSError as error:
        raise LocalError(
            f"{path.name} cannot be read: {error.strerror or error}.",
            next_step="Check that the drive is connected.",
            code="not-readable",
        ) from error
    if code is not None:
        raise refusal(path, code)


def refusal(path: Path, code: str) -> WorkbookError:
    """Make the error for a file that is no workbook we can refresh.

    Args:
        path: the file.
        code: one of the codes of this module, such as ``corrupt``.
    """
    what, next_step = _REFUSALS[code]
    return WorkbookError(f"{path.name} {what}.", next_step=next_step, code=code)


def _find_flaw(file: BinaryIO, suffix: str) -> str | None:
    start = file.read(len(_OLE))
    if not start:
        return "empty-file"
    if start == _OLE:
        return _tell_ole(file)
    if not start.startswith(b"PK"):
        # A web page is a text, whatever an export calls it.
        return _BY_SUFFIX.get(suffix, "not-a-workbook")
    flaw = _find_package_flaw(file)
    if flaw is None and suffix not in SUFFIXES:
        return "wrong-suffix"
    return flaw


def _tell_ole(file: BinaryIO) -> str:
    # Mapped, because the directory of an OLE file may stand anywhere in it.
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_ENCRYPTED_STREAM) >= 0:
            return "encrypted"
        is_xls = any(content.find(stream) >= 0 for stream in _XLS_STREAMS)
        return "old-format" if is_xls else "not-a-workbook"


def _find_package_flaw(file: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(file) as package:
            members = {info.filename.lower(): info for info in package.infolist()}
            if any(info.flag_bits & _ENCRYPTED_MEMBER for info in members.values()):
                return "encrypted"
            if "content.xml" in members and "mimetype" in members:
                return "opendocument"
            types = members.get("[content_types].xml")
            if types is None:
                return "not-a-workbook"
            with package.open(types) as part:
                return _tell_package(part.read(_LONGEST_TYPES_PART))
    except DAMAGE:
        return "corrupt"
    except OSError as error:
        # A damaged zip can point to before the file's start; the disk is not to blame.
        if error.errno != errno.EINVAL:
            raise
        return "corrupt"


def _tell_package(content_types: bytes) -> str | None:
    # Without its zero bytes UTF-16 reads like ASCII, which is all that these names are.
    text = content_types.replace(b"\0", b"").decode("ascii", "replace").lower()
    for main_type, flaw in _MAIN_TYPES:
        if main_type in text:
            return flaw
    return "not-a-workbook"
