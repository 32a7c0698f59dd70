"""Which Python the macros start, and which they could not."""

import pytest

from xlsx_addin.errors import LocalError
from xlsx_addin.installing.interpreter import Interpreter, conf_entries, expanded
from xlsx_addin.installing.places import System

HOME = "C:\\Users\\jürgen"
ENVIRON = {
    "LOCALAPPDATA": f"{HOME}\\AppData\\Local",
    "APPDATA": f"{HOME}\\AppData\\Roaming",
    "USERPROFILE": HOME,
}


def on_windows(path, environ=ENVIRON, *, is_conda=False, base="C:\\Python311"):
    interpreter = Interpreter(path, is_conda=is_conda, base=base)
    return conf_entries(interpreter, System.WINDOWS, environ, user_home=HOME, encoding="cp1252")


def on_mac(path):
    return conf_entries(
        Interpreter(path), System.MAC, {}, user_home="/Users/jürgen", encoding="mac_roman"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{HOME}\\AppData\\Local\\env\\python.exe", b"%LOCALAPPDATA%\\env\\python.exe"),
        (f"{HOME}\\AppData\\Roaming\\env\\python.exe", b"%APPDATA%\\env\\python.exe"),
        (f"{HOME.upper()}\\env\\python.exe", b"%USERPROFILE%\\env\\python.exe"),
        (f"{HOME}2\\env\\python.exe", "C:\\Users\\jürgen2\\env\\python.exe".encode("cp1252")),
        ("D:\\a b\\python.exe", b"D:\\a b\\python.exe"),
    ],
)
def test_a_path_on_windows_does_without_the_letters_of_the_users_name(path, value):
    entries = on_windows(path)
    assert entries == {"INTERPRETER_WIN": value, "CONDA PATH": None, "CONDA ENV": None}
    assert expanded(value.decode("cp1252"), ENVIRON, "").lower() == path.lower()


def test_conda_is_activated_first():
    environ = ENVIRON | {
        "CONDA_EXE": "C:\\Miniconda\\Scripts\\conda.exe",
        "CONDA_DEFAULT_ENV": "invoices",
    }
    path = "C:\\Miniconda\\envs\\invoices\\python.exe"
    assert on_windows(path, environ, is_conda=True) == {
        "INTERPRETER_WIN": b"python",
        "CONDA PATH": b"C:\\Miniconda",
        "CONDA ENV": b"invoices",
    }
    assert on_windows(path, environ)["INTERPRETER_WIN"] == path.encode()


def test_a_path_on_a_mac_begins_at_home():
    assert on_mac("/Users/jürgen/env/bin/python") == {"INTERPRETER_MAC": b"$HOME/env/bin/python"}
    assert on_mac("/opt/env/bin/python") == {"INTERPRETER_MAC": b"/opt/env/bin/python"}
    assert expanded("$HOME/env", {}, "/Users/jürgen") == "/Users/jürgen/env"


@pytest.mark.parametrize("path", ["/Users/jürgen/my env/bin/python", "/opt/é/python", "/o'p/py"])
def test_a_path_that_xlwings_script_for_the_mac_breaks_is_refused(path):
    with pytest.raises(LocalError, match="plain name") as error:
        on_mac(path)
    assert path in error.value.message


@pytest.mark.parametrize("path", ["D:\\Ω\\python.exe", "D:\\a%b%\\python.exe"])
def test_a_path_that_vba_cannot_read_is_refused(path):
    with pytest.raises(LocalError) as error:
        on_windows(path)
    assert error.value.code == "interpreter-path"


def test_a_python_from_the_microsoft_store_is_refused():
    base = "C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.11_3.11.2544.0_x64"
    with pytest.raises(LocalError, match="Microsoft Store"):
        on_windows(f"{HOME}\\env\\python.exe", base=base)
