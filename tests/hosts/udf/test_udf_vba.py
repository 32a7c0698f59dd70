"""The generated VBA in an interpreter of VBA: that it is VBA, and what it does."""

import pytest
from pyopenvba.apps.excel import ExcelApplication

from tests.hosts.udf.test_udf_wrappers import NAMES, generated
from xlsx_addin.excel.formulas.places import read_place

# Stand in for what the interpreter does not have.
NOTE = """
Public Sub Note(Macro, Description, Category, ArgumentDescriptions)
    Debug.Print Macro & "|" & Category & "|" & UBound(ArgumentDescriptions) & "|" & Description
End Sub
"""
CALL_UDF = """
Public Function CallUDF(ModuleName, FunctionName, Arguments, Book, Caller)
    CallUDF = ModuleName & "|" & FunctionName & "|" & Join(Arguments, "|")
End Function
Public Function CallingCell() As String
    CallingCell = "1|[Book1]Sheet1!$D$2"
End Function
"""
CALLER = 'ActiveSheet.Range("D2")'


@pytest.fixture
def excel():
    app = ExcelApplication()
    app.add_workbook()
    return app


def console(app) -> list[str]:
    return [str(line) for line in app.console]


def test_help_is_registered_for_every_function(excel):
    source = generated("FunctionHelp.bas").replace("Application.MacroOptions ", "Note ")
    excel.add_module(source.replace("xlA1", "1"), name="FunctionHelp")
    excel.add_module(NOTE, name="Notes")
    excel.run("RegisterFunctionHelp")
    noted = [line.split("|") for line in console(excel)]
    assert {macro.partition("'!")[2] for macro, *_ in noted} == NAMES.keys()
    assert {(category, count) for _, category, count, _ in noted} == {("Amazon Business", "2")}
    assert all(about.startswith("Gives ") for *_, about in noted)


def test_the_calling_cell_is_named_with_its_excel(excel):
    source = generated("FunctionHelp.bas").replace("Application.Caller", CALLER)
    excel.add_module(source.replace("Application.Hwnd", "132"), name="FunctionHelp")
    probe = "Public Sub Probe()\n    Debug.Print CallingCell()\nEnd Sub\n"
    excel.add_module(probe, name="Probes")
    excel.run("Probe")
    (named,) = console(excel)
    place = read_place(named)
    assert (place.sheet.window, place.sheet.name, place.address) == (132, "Sheet1", "$D$2")


@pytest.mark.parametrize("name", NAMES)
def test_a_wrapper_passes_its_arguments_on(excel, name):
    source = generated("xlwings_udfs.bas").replace("XLPy.CallUDF", "CallUDF")
    source = source.replace("Application.Caller", CALLER)
    excel.add_module(source, name="xlwings_udfs")
    excel.add_module(CALL_UDF, name="xlwings")
    probe = f'Public Sub Probe()\n    Debug.Print {name}("a", "b", "c")\nEnd Sub\n'
    excel.add_module(probe, name="Probes")
    excel.run("Probe")
    wanted = f"xlsx_addin.excel.functions|{name}|a|b|c|1|[Book1]Sheet1!$D$2"
    assert console(excel) == [wanted]
