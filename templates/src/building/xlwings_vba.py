"""xlwings' own VBA, as the installed wheel ships it, with the few changes that an add-in needs.

Of xlwings only parts under the BSD licence are taken: `xlwings.bas` (acts on the workbook that
holds it), `xlwings_custom_addin.bas` (acts on the active workbook) and `Dictionary.cls`, which is
under the MIT licence. The licences stand in the modules and in `NOTICE`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlwings

from building.package import replaced

FOLDER: Final = Path(xlwings.__file__).parent
PROJECT_NAME: Final = "xlsx_addin"
"""Prefix of the configuration: sheet `xlsx_addin.conf` and the user's file of that name."""


@dataclass(frozen=True)
class Change:
    """A text of the module that is replaced.

    Args:
        old: as shipped, with the line breaks of a text file.
        new: as built.
        times: how often it occurs; the build stops if that is not so.
    """

    old: str
    new: str
    times: int = 1


_SAID: Final = Change(
    "'Version: 0.37.8\n",
    "'Version: 0.37.8\n"
    "'Changed for xlsx_addin: its name; settings come from the file that holds this module and\n"
    "'from the user's file only, never from other workbooks or their folders; code in sheets is\n"
    "'not run.\n",
)

# A workbook that came by mail, or a file beside it, must not choose the program that a click on
# the ribbon starts.
_NO_FOLDER: Final = Change(
    'If source = "" Or source = "directory" Then', 'If source = "directory" Then'
)
_NO_FOREIGN_SHEET: Final = (
    Change(
        'If SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf") = True Then',
        'If SheetExists(ThisWorkbook, PROJECT_NAME & ".conf") = True Then',
    ),
    Change(
        "If GetConfigFromSheet(ActiveWorkbook).Exists(configKey) = True Then",
        "If GetConfigFromSheet(ThisWorkbook).Exists(configKey) = True Then",
    ),
    Change(
        "GetConfig = GetConfigFromSheet(ActiveWorkbook).Item(configKey)",
        "GetConfig = GetConfigFromSheet(ThisWorkbook).Item(configKey)",
    ),
)

# Without the sheet, the cells could be taken for those of the active one.
_NAMED_SHEET: Final = Change(
    'For Each cell In Range(sht.Range("A1"), lastCell)',
    'For Each cell In sht.Range(sht.Range("A1"), lastCell)',
)

# A sheet whose name ends in .py would be taken for code: every click would stop with a message,
# or run it with the paid part of xlwings.
_NO_CODE_IN_SHEETS: Final = (
    Change('If Right$(sht.Name, 3) = ".py" Then', "If False Then", times=2),
    Change(
        'PythonCommand = "import xlwings.pro;xlwings.pro.runpython_embedded_code(\'"'
        ' & SourcePythonCommand & "\')"',
        "Exit Function",
    ),
)

# The command line of the formulas' server: with the active workbook in it, each workbook would
# start a server of its own.
_ONE_SERVER: Final = Change(
    'PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName & ";"',
    'PYTHONPATH = AddExcelDir & ";" & ThisWorkbook.FullName & ";"',
)

# A workbook with formulas may be opened on a Mac, where no server can be started.
_SAY_ON_MAC: Final = Change(
    "Function XLPy()\n",
    "Function XLPy()\n"
    "    #If Mac Then\n"
    "        Err.Raise 1000, Description:= _\n"
    '            "Formulas need Excel for Windows. Use Refresh invoices instead."\n'
    "    #End If\n",
)


def _renamed(old: str) -> Change:
    constant = "Public Const PROJECT_NAME As String = "
    return Change(f'{constant}"{old}"', f'{constant}"{PROJECT_NAME}"')


WORKBOOK_CHANGES: Final = (
    _renamed("xlwings"),
    _SAID,
    _NO_FOLDER,
    _NAMED_SHEET,
    *_NO_CODE_IN_SHEETS,
)
ADD_IN_CHANGES: Final = (
    _renamed("myaddin"),
    _SAID,
    _NO_FOLDER,
    *_NO_FOREIGN_SHEET,
    _NAMED_SHEET,
    *_NO_CODE_IN_SHEETS,
    _ONE_SERVER,
    _SAY_ON_MAC,
)


def read_vba(path: Path) -> str:
    """Read a module with the line breaks that VBA wants.

    Args:
        path: its file; as in VBA, no letters beyond ASCII.
    """
    lines = path.read_text(encoding="ascii").splitlines()
    return "\r\n".join(lines) + "\r\n"


def workbook_module() -> str:
    """Give the module for a workbook that holds it."""
    return _changed("xlwings.bas", WORKBOOK_CHANGES)


def add_in_module() -> str:
    """Give the module for an add-in, which acts on the active workbook."""
    return _changed("xlwings_custom_addin.bas", ADD_IN_CHANGES)


def dictionary_class() -> str:
    """Give the class that stands in for a dictionary on a Mac."""
    return read_vba(FOLDER / "addin" / "Dictionary.cls")


def _changed(name: str, changes: tuple[Change, ...]) -> str:
    text = read_vba(FOLDER / name)
    for change in changes:
        old, new = (one.replace("\n", "\r\n") for one in (change.old, change.new))
        text = replaced(text, old, new, change.times)
    return text
