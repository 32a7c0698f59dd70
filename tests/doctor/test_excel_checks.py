"""What is checked of Excel and the add-in in it, on computers that are not there."""

from dataclasses import replace

import pytest

from tests.installing.conftest import XLWINGS, make_desk, older
from xlsx_addin.diagnosing import excel_checks
from xlsx_addin.doctor.check import Health, run_checks
from xlsx_addin.doctor.office import Excel
from xlsx_addin.installing.interpreter import Interpreter
from xlsx_addin.installing.library import library_name
from xlsx_addin.installing.places import System
from xlsx_addin.installing.plan import internet_mark

EXCELS = {
    System.WINDOWS: Excel("Click-to-Run", "16.0", 64),
    System.MAC: Excel("Mac", "16.89", 0),
}


@pytest.fixture(params=System)
def desk(request, tmp_path):
    """An installation in which all is well."""
    desk = make_desk(request.param, tmp_path)
    interpreter = desk.interpreter_file
    interpreter.parent.mkdir(parents=True)
    interpreter.touch()
    if desk.computer.system is System.WINDOWS:
        (interpreter.parent.parent / library_name(XLWINGS, 64)).touch()
    desk.install()
    return desk


def look(desk, excel=None):
    found = excel or EXCELS[desk.computer.system]
    checks = excel_checks(desk.computer, desk.program, desk.places, lambda: found)
    return {checked.name: checked.finding for checked in run_checks(checks)}


def test_after_an_installation_all_is_well(desk):
    findings = look(desk)
    not_here = {"script"} if desk.computer.system is System.WINDOWS else {"library", "rules"}
    assert list(findings) == ["excel", "add-in", "interpreter", "library", "script", "rules"]
    assert {name for name, one in findings.items() if one.health is Health.SKIPPED} == not_here
    assert {name for name, one in findings.items() if one.health is Health.PROBLEM} == set()


def test_without_an_installation_each_part_says_how_to_get_it(desk):
    desk.uninstall()
    findings = look(desk)
    wrong = {name for name, one in findings.items() if one.health is Health.PROBLEM}
    script = {"script"} if desk.computer.system is System.MAC else set()
    assert wrong == {"add-in", "interpreter"} | script
    assert {findings[name].next_step for name in wrong} == {"Run xlsx-addin install."}


def test_an_older_add_in_is_noticed(desk):
    desk.places.add_in.write_bytes(older(desk.program.add_in))
    finding = look(desk)["add-in"]
    assert finding.message == (
        f"The add-in in Excel is of version 0.0.9, the program of {desk.program.version}."
    )
    assert finding.next_step == "Close Excel and run xlsx-addin install."


def test_an_add_in_for_another_xlwings_is_noticed(desk):
    desk.program = replace(desk.program, xlwings="0.1")
    assert "in this Python is 0.1" in look(desk)["add-in"].message


def test_a_damaged_add_in_is_noticed(desk):
    desk.places.add_in.write_bytes(desk.program.add_in[:1000])
    assert "damaged" in look(desk)["add-in"].message


def test_an_add_in_that_windows_distrusts_is_noticed(tmp_path):
    desk = make_desk(System.WINDOWS, tmp_path)
    desk.install()
    internet_mark(desk.places.add_in).touch()
    finding = look(desk)["add-in"]
    assert (finding.health, "from the internet" in finding.message) == (Health.PROBLEM, True)


def test_a_python_that_is_gone_is_noticed(desk):
    desk.interpreter_file.unlink()
    assert "not there" in look(desk)["interpreter"].message


def test_another_python_is_noticed(desk):
    other = desk.interpreter_file.with_name("other")
    desk.change(interpreter=Interpreter(str(other), base="C:\\Python"))
    finding = look(desk)["interpreter"]
    assert str(desk.interpreter_file) in finding.message
    assert str(other) in finding.message


def test_a_python_from_the_microsoft_store_is_noticed(tmp_path):
    desk = make_desk(System.WINDOWS, tmp_path)
    store = "C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.11"
    desk.change(interpreter=replace(desk.computer.interpreter, base=store))
    assert "Microsoft Store" in look(desk)["interpreter"].message


def test_the_library_has_to_be_of_excels_bitness(tmp_path):
    desk = make_desk(System.WINDOWS, tmp_path)
    environment = desk.interpreter_file.parent.parent
    environment.mkdir(parents=True)
    (environment / library_name(XLWINGS, 64)).touch()
    assert look(desk)["library"].health is Health.OK
    finding = look(desk, Excel("MSI", "16.0", 32))["library"]
    assert library_name(XLWINGS, 32) in finding.message
    assert "virtual environment" in finding.next_step


def test_a_changed_script_is_noticed(tmp_path):
    desk = make_desk(System.MAC, tmp_path)
    desk.install()
    (script,) = desk.places.scripts.iterdir()
    script.write_text("-- changed")
    finding = look(desk)["script"]
    assert (finding.health, str(script) in finding.message) == (Health.PROBLEM, True)


def test_an_environment_of_conda_is_known(tmp_path):
    desk = make_desk(System.WINDOWS, tmp_path)
    desk.change(
        environ={
            **desk.computer.environ,
            "CONDA_EXE": "C:\\Miniconda\\Scripts\\conda.exe",
            "CONDA_DEFAULT_ENV": "invoices",
        },
        interpreter=replace(desk.computer.interpreter, is_conda=True),
    )
    desk.install()
    assert look(desk)["interpreter"].message == "Excel starts Python in an environment of conda."
