"""An add-in tells its versions, and other files tell none."""

import io
import zipfile

import pytest

from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.computer import script_name, this_program
from xlsx_addin.workbooks.template import Template, read_template


def test_the_add_in_carries_the_versions_of_program_and_xlwings():
    program = this_program()
    assert versions_in(program.add_in) == (program.version, program.xlwings)


def test_the_script_for_the_mac_comes_with_xlwings():
    program = this_program()
    assert program.script is not None
    assert program.script.name == script_name(program.xlwings)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members.items():
            package.writestr(name.replace("_", "/", 1) + ".xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        zipped(),
        zipped(docProps_custom=b"<Properties/>"),
        zipped(docProps_custom=b"\xff\xfe"),
        zipped(docProps_custom=b" " * 100_000),
        read_template(Template.WORKBOOK_WITH_BUTTON),
    ],
)
def test_other_files_carry_none(content):
    assert versions_in(content) is None
