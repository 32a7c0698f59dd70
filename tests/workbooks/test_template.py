"""The templates come with the program, wherever it is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks import template
from xlsx_addin.workbooks.template import Template, copy_template, new_workbook, read_template

PROJECT = Path(__file__).parents[2]
INSTALLED = {"NOTICE", "__init__.py", *Template}


@pytest.mark.parametrize("one", Template)
def test_a_template_is_the_file_of_the_repository(one):
    assert read_template(one) == (PROJECT / "templates" / one).read_bytes()


def test_a_source_tree_that_is_not_installed_has_them_too(monkeypatch):
    def missing(package):
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(template, "files", missing)
    assert read_template(Template.ADD_IN) == (PROJECT / "templates" / Template.ADD_IN).read_bytes()


@pytest.mark.parametrize("one", Template)
def test_a_copy_is_the_template(one, tmp_path):
    copy_template(one, tmp_path / one)
    assert (tmp_path / one).read_bytes() == read_template(one)


def test_a_copy_never_replaces_a_file(tmp_path):
    path = tmp_path / "mine.xlam"
    path.write_bytes(b"mine")
    with pytest.raises(WorkbookError):
        copy_template(Template.ADD_IN, path)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("march.xlsx", Template.WORKBOOK),
        ("march.xlsm", Template.WORKBOOK_WITH_BUTTON),
        ("MARCH.XLSM", Template.WORKBOOK_WITH_BUTTON),
    ],
)
def test_the_name_of_a_new_workbook_says_whether_it_has_the_button(name, one, tmp_path):
    new_workbook(tmp_path / name)
    assert (tmp_path / name).read_bytes() == read_template(one)


@pytest.mark.parametrize("name", ["march.xlam", "march.xls", "march"])
def test_a_new_workbook_is_of_a_kind_that_excel_saves(name, tmp_path):
    with pytest.raises(WorkbookError):
        new_workbook(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package as a wheel would hold it."""
    folder = tmp_path_factory.mktemp("installed")
    run(
        *("-c", "import setuptools; setuptools.setup()", "-q", "egg_info", "--egg-base", folder),
        *("build_py", "--build-lib", folder / "lib"),
        cwd=PROJECT,
    )
    return folder / "lib"


def run(*words, **options):
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_installed_are_the_templates_and_not_how_they_are_made(installed):
    assert {path.name for path in (installed / "xlsx_addin" / "templates").iterdir()} == INSTALLED
    assert {path.name for path in installed.iterdir()} == {"xlsx_addin"}


def test_every_package_of_the_program_is_installed(installed):
    there = {path.relative_to(installed) for path in installed.rglob("*.py")}
    assert {path.relative_to(PROJECT) for path in (PROJECT / "xlsx_addin").rglob("*.py")} <= there


def test_an_installed_program_finds_its_templates(installed, tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import xlsx_addin.templates\n"
        "from pathlib import Path\n"
        "from xlsx_addin.workbooks.template import new_workbook\n"
        "new_workbook(Path('march.xlsm'))\n"
        "print(xlsx_addin.templates.__file__)"
    )
    out = run("-I", "-c", code, installed, cwd=tmp_path)
    assert Path(out.strip()).is_relative_to(installed)
    assert (tmp_path / "march.xlsm").read_bytes() == read_template(Template.WORKBOOK_WITH_BUTTON)
