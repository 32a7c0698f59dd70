"""The macros: ours as in the sources, xlwings' as in the wheel but for what is listed here."""

import configparser
import difflib
import io
import re
from importlib.metadata import version
from pathlib import Path

import olefile
import pytest
import xlwings
from pyopenvba.apps.excel import ExcelApplication

from tests.templates.conftest import (
    ADD_IN,
    FOLDER,
    PLAIN,
    PROJECT,
    VBA,
    WITH_BUTTON,
    WORDS,
    modules_of,
    names,
    part,
    subs_of,
    text_of,
)

XLWINGS = Path(xlwings.__file__).parent
COMMAND = re.compile(r"import xlsx_addin\.excel\.macros as m; m\.main\('(\w+)'\)")
GENERATED = {path.stem: text_of(path) for path in (FOLDER / "src" / "generated").glob("*.bas")}
DOCUMENTS = {ADD_IN: {"ThisWorkbook", "Sheet1"}}
DOCUMENTS[WITH_BUTTON] = DOCUMENTS[ADD_IN] | {"Sheet2", "Sheet3"}

SAID = [
    "'Changed for xlsx_addin: its name; settings come from the file that holds this module and",
    "'from the user's file only, never from other workbooks or their folders; code in sheets is",
    "'not run.",
]
ON_MAC = [
    "    #If Mac Then",
    "        Err.Raise 1000, Description:= _",
    '            "Formulas need Excel for Windows. Use Refresh invoices instead."',
    "    #End If",
]
NO_FOLDER = ['If source = "" Or source = "directory" Then', 'If source = "directory" Then']
NO_CODE = ['If Right$(sht.Name, 3) = ".py" Then', "If False Then"]
PAID = (
    '- PythonCommand = "import xlwings.pro;xlwings.pro.runpython_embedded_code(\'"'
    ' & SourcePythonCommand & "\')"'
)
SHIPPED = {ADD_IN: "xlwings_custom_addin.bas", WITH_BUTTON: "xlwings.bas"}


def test_our_modules_are_those_of_the_sources(with_macros):
    own = {path.stem: text_of(path) for path in VBA.glob("*.bas")}
    if with_macros == ADD_IN:
        own |= GENERATED
    else:
        del own["XlsxAddinRibbon"], own["XlsxAddinFormulas"]
    found = modules_of(with_macros)
    assert {name: found.get(name) for name in own} == own
    assert found.keys() == own.keys() | {"xlwings", "Dictionary"} | DOCUMENTS[with_macros]


def test_the_modules_of_workbook_and_sheets_hold_no_code(with_macros):
    modules = modules_of(with_macros)
    for name in DOCUMENTS[with_macros]:
        assert all(line.startswith("Attribute ") for line in modules[name].splitlines())


def test_the_plain_workbook_holds_no_macros():
    assert not any("vba" in name.lower() for name in names(PLAIN))


def changed_lines(path: Path) -> list[str]:
    shipped = text_of(XLWINGS / SHIPPED[path]).splitlines()
    built = modules_of(path)["xlwings"].splitlines()
    lines = list(difflib.ndiff(shipped, built))
    return [f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "-+"]


def test_xlwings_is_as_shipped_but_for_a_few_lines():
    replaced = [
        ("Public Const PROJECT_NAME As String = {}", '"xlwings"', '"xlsx_addin"'),
        ("{}", *NO_FOLDER),
        ('For Each cell In {}(sht.Range("A1"), lastCell)', "Range", "sht.Range"),
        ("{}", *NO_CODE),
        ("{}", *NO_CODE),
    ]
    expected = sorted(
        [
            *(f"+ {line}" for line in SAID),
            *(f"- {form.format(old)}" for form, old, _ in replaced),
            *(f"+ {form.format(new)}" for form, _, new in replaced),
            PAID,
            "+ Exit Function",
        ]
    )
    assert sorted(changed_lines(WITH_BUTTON)) == expected


def test_the_add_in_takes_no_settings_from_other_workbooks():
    code = modules_of(ADD_IN)["xlwings"]
    assert "GetConfigFromSheet(ActiveWorkbook)" not in code
    assert 'SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf")' not in code
    lost = [line for line in changed_lines(ADD_IN) if line.startswith("-")]
    assert len(lost) == 10
    assert len(changed_lines(ADD_IN)) == 2 * len(lost) + len(SAID) + len(ON_MAC)


def test_on_a_mac_a_formula_says_what_to_use_instead():
    code = modules_of(ADD_IN)["xlwings"]
    assert "\r\n".join(["Function XLPy()", *ON_MAC, "    XLPyLoadDLL"]) in code


def test_the_classes_of_others_are_as_shipped(with_macros):
    shipped = text_of(XLWINGS / "addin" / "Dictionary.cls")
    found = modules_of(with_macros)["Dictionary"]
    assert found.partition("''\r\n")[2] == shipped.partition("''\r\n")[2]
    assert 'Attribute VB_Name = "Dictionary"' in found


def test_xlwings_is_the_one_that_is_pinned_and_installed(with_macros):
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(PROJECT / "setup.cfg")
    (pinned,) = re.findall(r"^xlwings == (.+)$", setup["options"]["install_requires"], re.MULTILINE)
    code = modules_of(with_macros)["xlwings"]
    assert f'Public Const XLWINGS_VERSION As String = "{pinned}"' in code
    assert set(re.findall(r"xlwings(?:32|64)-([\d.]+)\.dll", code)) == {pinned}
    assert version("xlwings") == pinned


def test_nothing_of_the_paid_part_of_xlwings_is_inside(with_macros):
    code = "\n".join(modules_of(with_macros).values())
    assert "xlwings.pro" not in code
    assert "PolyForm" not in code


def test_the_licences_of_others_are_kept(with_macros):
    modules = modules_of(with_macros)
    assert "xlwings is distributed under a BSD 3-clause license." in modules["xlwings"]
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in modules["xlwings"]
    assert "license: MIT" in modules["Dictionary"]
    notice = (FOLDER / "NOTICE").read_text(encoding="utf-8")
    assert "Zoomer Analytics" in notice
    assert "Redistributions in binary form must reproduce" in notice
    assert "Copyright (c) 2017 Tim Hall" in notice


def test_the_project_holds_sources_and_no_compiled_code(with_macros):
    content = io.BytesIO(part(with_macros, "xl/vbaProject.bin"))
    with olefile.OleFileIO(content) as project:
        assert project.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("cc61ffff000000")
        streams = {"/".join(path) for path in project.listdir()}
        modules = {f"VBA/{name}" for name in modules_of(with_macros)}
        assert streams == modules | {"PROJECT", "PROJECTwm", "VBA/_VBA_PROJECT", "VBA/dir"}
        for name in modules:
            # The first byte of compressed source ([MS-OVBA], 2.4.1.1.1); compiled code has another.
            stream = project.openstream(name).read()
            assert stream[0] == 1
            assert b"Attribut" in stream[:20]


@pytest.fixture
def excel():
    """An Excel in memory whose RunPython writes down what it is asked for."""
    app = ExcelApplication()
    app.add_module(text_of(VBA / "XlsxAddin.bas"), name="XlsxAddin")
    app.add_module(text_of(VBA / "XlsxAddinRibbon.bas"), name="XlsxAddinRibbon")
    app.add_module(
        "Public Function RunPython(PythonCommand As String)\n"
        '    ThisWorkbook.Worksheets(1).Range("A1").Value = PythonCommand\n'
        "End Function\n",
        name="xlwings",
    )
    return app


def press(excel, name: str) -> None:
    excel.add_module(f"Public Sub Press()\n    {name} Nothing\nEnd Sub\n", name="Finger")
    excel.run("Press")


def plain_subs() -> dict[str, str]:
    return subs_of(text_of(VBA / "XlsxAddin.bas"))


def ribbon_subs() -> dict[str, str]:
    return subs_of(text_of(VBA / "XlsxAddinRibbon.bas"))


def test_every_sub_asks_for_another_word_and_every_word_has_a_sub(excel):
    excel.add_workbook()
    asked = []
    for name, parameters in plain_subs().items():
        assert parameters == ""
        excel.run(name)
        asked.append(excel.sheet(1).value("A1"))
    assert all(COMMAND.fullmatch(command) for command in asked)
    assert [COMMAND.fullmatch(command)[1] for command in asked] == list(WORDS)


def test_every_button_of_the_ribbon_does_what_its_plain_sub_does(excel):
    excel.add_workbook()
    of_python = [name for name in ribbon_subs() if name != "OnRefreshFormulas"]
    assert [f"On{name}" for name in plain_subs()] == of_python
    for name in plain_subs():
        excel.run(name)
        asked = excel.sheet(1).value("A1")
        excel.run("RefreshInvoices" if name != "RefreshInvoices" else "HelpAndAbout")
        press(excel, f"On{name}")
        assert excel.sheet(1).value("A1") == asked


def test_commands_survive_the_command_line():
    commands = re.findall(r"RunPython \"(.*)\"\r\n", text_of(VBA / "XlsxAddin.bas"))
    assert len(commands) == len(WORDS)
    assert not any(set('"&|<>^%;').intersection(command) - {";"} for command in commands)
    assert all(len(command) < 80 for command in commands)


def test_names_of_subs_are_unique_in_their_project(with_macros):
    found = [
        name.lower()
        for code in modules_of(with_macros).values()
        for name in re.findall(
            r"^(?:Public |Private )?(?:Sub|Function) (\w+)", code, re.MULTILINE | re.IGNORECASE
        )
    ]
    ours = [name.lower() for name in {**plain_subs(), **ribbon_subs()}]
    assert all(found.count(name) <= 1 for name in ours)
    assert found.count("refreshinvoices") == 1


def test_without_a_workbook_a_button_says_what_to_do(excel):
    press(excel, "OnRefreshInvoices")
    assert "Open a workbook first" in str(excel.dialogs)


def test_the_add_in_registers_the_help_of_its_functions_when_excel_loads_it():
    modules = modules_of(ADD_IN)
    subs = subs_of(modules["XlsxAddinFormulas"])
    assert {"Auto_Open", "RegisterHelpLater", "RefreshFormulas"} == set(subs)
    assert modules["XlsxAddinFormulas"].count("    RegisterFunctionHelp\r\n") == 2
    assert "!RegisterHelpLater" in modules["XlsxAddinFormulas"]
    assert "RegisterFunctionHelp" in subs_of(modules["FunctionHelp"])


@pytest.mark.parametrize("fails", [False, True])
def test_refreshing_formulas_calls_the_generated_sub_and_says_what_went_wrong(excel, fails):
    assert "RefreshInvoiceFormulas" in subs_of(modules_of(ADD_IN)["xlwings_udfs"])
    line = 'Err.Raise 1000, "Python", "Traceback"' if fails else 'Debug.Print "called"'
    excel.add_module(
        f"Public Sub RefreshInvoiceFormulas()\n    {line}\nEnd Sub\n", name="Generated"
    )
    excel.add_module(text_of(VBA / "XlsxAddinFormulas.bas"), name="XlsxAddinFormulas")
    excel.run("RefreshFormulas")
    assert ("could not be refreshed" in str(excel.dialogs)) is fails
    assert "Traceback" not in str(excel.dialogs)
    assert [str(one) for one in excel.console] == ([] if fails else ["called"])
