"""The macros' own function reads what an installation writes, in LibreOffice's Basic."""

import html
import subprocess

import pytest

from tests.templates.conftest import ADD_IN, modules_of
from tests.templates.test_templates_settings import function
from xlsx_addin.installing.conf import with_entries

OURS = {"INTERPRETER_WIN": b"%LOCALAPPDATA%\\env, too\\python.exe", "CONDA ENV": b"invoices"}
THEIRS = b'"INTERPRETER_WIN","C:\\old.exe"\r\n\r\nodd line\r\n"SHOW CONSOLE","true"\r\n'

# Files are named without backslashes, so that Basic needs no escapes.
CALLER = """
Function FileExists(ByVal FileSpec As String) As Boolean
    FileExists = True
End Function
Sub Show()
    Dim name, value As String
    Open "{out}" For Output As #9
    For Each name In Array("interpreter_win", "CONDA ENV", "INTERPRETER_MAC")
        value = "(none)"
        GetConfigFromFile "{conf}", CStr(name), value
        Print #9, value
    Next
    Close #9
End Sub
"""
MODULE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"'
    ' script:language="StarBasic">{}</script:module>'
)


@pytest.fixture
def read(soffice, tmp_path):
    """Give what the macros' function reads of a file of settings."""
    profile = tmp_path / "profile"
    start = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]

    def run(*words):
        subprocess.run([*start, *words], check=False, capture_output=True, timeout=100)  # noqa: S603  # ours

    def read(content: bytes) -> list[str]:
        out, conf = tmp_path / "out.txt", tmp_path / "xlsx_addin.conf"
        conf.write_bytes(content)
        macros = modules_of(ADD_IN)["xlwings"].replace("\r\n", "\n")
        code = function(macros, "GetConfigFromFile") + CALLER.format(out=out, conf=conf)
        run("--terminate_after_init")  # makes the profile
        module = profile / "user" / "basic" / "Standard" / "Module1.xba"
        module.write_text(MODULE.format(html.escape(f"Option VBASupport 1\n{code}")))
        run("macro:///Standard.Module1.Show")
        return out.read_text().splitlines()

    return read


@pytest.mark.parametrize("content", [b"", THEIRS])
def test_the_macros_read_our_entries_whatever_else_is_in_the_file(read, content):
    assert read(with_entries(content, OURS, b"\r\n")) == [
        "%LOCALAPPDATA%\\env, too\\python.exe",
        "invoices",
        "(none)",
    ]
