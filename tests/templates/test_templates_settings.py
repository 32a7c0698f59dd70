"""The sheet of settings that xlwings' VBA reads, in the files that hold it."""

import re
import zipfile

from lxml import etree

from tests.templates.conftest import ADD_IN, modules_of


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


def test_settings_come_from_the_add_in_and_from_the_user_alone():
    code = modules_of(ADD_IN)["xlwings"].replace("\r\n", "\n")
    (body,) = re.findall(r"^Function GetConfig\(.*?^End Function", code, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"SheetExists\((\w+),", body)) == {"ThisWorkbook"}
    assert re.findall(r'^ *If (source = "".*) Then$', body, re.MULTILINE) == [
        'source = "" Or source = "sheet"',
        'source = "" Or source = "user"',
    ]
