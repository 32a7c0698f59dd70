"""The sheet of settings that xlwings' VBA reads, in the files that hold it."""

import re
import zipfile

from lxml import etree
from pyopenvba.apps.excel import ExcelApplication

from tests.templates.conftest import modules_of


def settings_of(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        workbook = etree.fromstring(package.read("xl/workbook.xml"))
        (number,) = [
            place
            for place, one in enumerate(workbook.iter("{*}sheet"), start=1)
            if one.get("name") == "xlsx_addin.conf"
        ]
        texts = [
            "".join(one.itertext())
            for one in etree.fromstring(package.read("xl/sharedStrings.xml")).iter("{*}si")
        ]
        sheet = etree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
    rows = [
        [texts[int(cell.findtext("{*}v"))] for cell in row if cell.get("t") == "s"]
        for row in sheet.iter("{*}row")
    ]
    return dict(rows)


def test_the_folder_of_a_workbook_is_no_place_for_code(with_macros):
    assert settings_of(with_macros)["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"


def test_the_interpreter_is_left_to_the_users_own_file(with_macros):
    # An entry here would win, an empty one too.
    assert not any("INTERPRETER" in name.upper() for name in settings_of(with_macros))


def test_every_setting_is_one_that_xlwings_asks_for(with_macros):
    asked = set(re.findall(r'GetConfig\("([^"]+)"', modules_of(with_macros)["xlwings"]))
    assert {name.upper() for name in settings_of(with_macros)} <= asked


def test_the_sheet_has_the_name_that_xlwings_looks_for(with_macros):
    code = modules_of(with_macros)["xlwings"]
    assert 'Public Const PROJECT_NAME As String = "xlsx_addin"' in code
    assert 'PROJECT_NAME & ".conf"' in code


# What the function around it needs: files that have every setting, and say which file they are.
STAND_INS = """
Function ExpandEnvironmentStrings(ByVal s As String)
    ExpandEnvironmentStrings = s
End Function
Function GetFullName(wb As Workbook) As String
    GetFullName = wb.Name
End Function
Function GetDirectoryConfigFilePath() As String
    GetDirectoryConfigFilePath = "the folder"
End Function
Function GetConfigFilePath() As String
    GetConfigFilePath = "the user"
End Function
Function FileExists(ByVal FileSpec As String) As Boolean
    FileExists = True
End Function
Function GetConfigFromFile(sFile As String, sName As String, Optional sValue As String) As Boolean
    sValue = "from " & sFile
    GetConfigFromFile = True
End Function
"""
MAIL = """
Public Sub OpenWorkbookFromMail()
    AddSettings ThisWorkbook, "ADD_WORKBOOK_TO_PYTHONPATH", "from the file"
    AddSettings Workbooks.Add, "INTERPRETER_WIN", "theirs.exe"
    Debug.Print ThisWorkbook.Name & ", " & ActiveWorkbook.Name
End Sub
Private Sub AddSettings(book, name, value)
    book.Activate
    Dim sheet
    Set sheet = book.Worksheets.Add
    sheet.Name = "xlsx_addin.conf"
    sheet.Range("A1").Value = name
    sheet.Range("B1").Value = value
End Sub
Public Sub Show(name)
    Debug.Print GetConfig(UCase(name))
End Sub
"""


def function(code: str, name: str) -> str:
    found = re.search(rf"^Function {name}\(.*?^End Function\n", code, re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


def test_a_workbook_from_elsewhere_chooses_no_interpreter(with_macros):
    code = modules_of(with_macros)["xlwings"].replace("\r\n", "\n")
    functions = [function(code, one) for one in ("GetConfig", "GetConfigFromSheet", "SheetExists")]
    head = '#Const App = "Microsoft Excel"\nPublic Const PROJECT_NAME As String = "xlsx_addin"\n'
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module("".join([head, *functions, STAND_INS]), name="xlwings")
    excel.add_module(MAIL, name="Mail")
    excel.run("OpenWorkbookFromMail")
    for name in ("INTERPRETER_WIN", "ADD_WORKBOOK_TO_PYTHONPATH", "CONDA PATH"):
        excel.run("Show", name)
    books, *shown = excel.console
    assert books == "Book1, Book2"
    assert shown == ["from the user", "from the file", "from the user"]
