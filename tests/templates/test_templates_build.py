"""One command builds the templates, every time the same bytes, and notices if somebody did not."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.templates.conftest import ALL, FOLDER, PLAIN, modules_of
from tests.workbooks.saved.fidelity import flaws


def build(*options, script=FOLDER / "src" / "build.py"):
    command = [sys.executable, str(script), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours


def test_the_templates_are_what_their_sources_give():
    done = build("--check")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    assert build("--to", folder).returncode == 0
    return folder


def test_a_build_elsewhere_gives_the_same_bytes(rebuilt):
    assert {path.name for path in rebuilt.iterdir()} == {path.name for path in ALL}
    for path in ALL:
        assert (rebuilt / path.name).read_bytes() == path.read_bytes()


def test_a_template_that_was_changed_by_hand_is_noticed(rebuilt, tmp_path):
    for path in rebuilt.iterdir():
        shutil.copy(path, tmp_path)
    with zipfile.ZipFile(tmp_path / PLAIN.name, "a") as package:
        package.writestr("xl/other.xml", "<other/>")
    done = build("--check", "--to", tmp_path)
    assert done.returncode == 1
    assert "Reconciliation.xlsx is not what its sources give (xl/other.xml)" in done.stdout
    assert "xlsx_addin.xlam" not in done.stdout


def test_a_template_that_is_missing_is_noticed(tmp_path):
    done = build("--check", "--to", tmp_path)
    assert done.returncode == 1
    assert done.stdout.count("is missing") == len(ALL)
    assert list(tmp_path.iterdir()) == []


def test_modules_of_formulas_get_into_the_add_in_alone(tmp_path):
    sources = tmp_path / "templates"
    shutil.copytree(FOLDER, sources, ignore=shutil.ignore_patterns("__pycache__", "*.xl*"))
    (sources / "src" / "generated").mkdir(exist_ok=True)
    formula = 'Attribute VB_Name = "xlwings_udfs"\nFunction AB_TEST()\nAB_TEST = 1\nEnd Function\n'
    (sources / "src" / "generated" / "xlwings_udfs.bas").write_text(formula)
    assert build(script=sources / "src" / "build.py").returncode == 0
    found = modules_of(sources / "xlsx_addin.xlam")
    assert found["xlwings_udfs"] == formula.replace("\n", "\r\n")
    assert "xlwings_udfs" not in modules_of(sources / "Reconciliation.xlsm")


def test_nothing_in_a_template_tells_when_it_was_built(template):
    with zipfile.ZipFile(template) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_excel_has_nothing_to_repair(template):
    assert flaws(template) == []


def test_opening_a_template_calculates_nothing_that_would_have_to_be_saved(template):
    with zipfile.ZipFile(template) as package:
        assert b"fullCalcOnLoad" not in package.read("xl/workbook.xml")
