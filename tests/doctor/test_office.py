"""Which Excel there is, from a registry and an application that are handed in."""

import plistlib
import sys
from contextlib import nullcontext

import pytest

from xlsx_addin.doctor.check import Health
from xlsx_addin.doctor.excel import check_office
from xlsx_addin.doctor.office import excel_on_mac, excel_on_windows
from xlsx_addin.doctor.registry import read_registry

LOCAL = "HKEY_LOCAL_MACHINE\\SOFTWARE\\"
CLICK = f"{LOCAL}Microsoft\\Office\\ClickToRun\\Configuration"
APP = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"
ROOT_16 = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
STORE = (
    "C:\\Program Files\\WindowsApps\\Microsoft.Office.Desktop.Excel_16051.1_x86__8wekyb3d8bbwe\\"
    "Office16\\EXCEL.EXE"
)


def registry(*values):
    known = {(key, name): value for key, name, value in values}
    return lambda key, name: known.get((key, name))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            [
                (f"HKEY_LOCAL_MACHINE\\{APP}", "", f"{ROOT_16}EXCEL.EXE"),
                (CLICK, "Platform", "x64"),
                (CLICK, "VersionToReport", "16.0.17628.20144"),
            ],
            "Excel 16.0.17628.20144 (Click-to-Run, 64 bit)",
        ),
        ([(CLICK, "Platform", "x86")], "Excel (Click-to-Run, 32 bit)"),
        (
            [(f"{LOCAL}Microsoft\\Office\\16.0\\Excel\\InstallRoot", "Path", ROOT_16)],
            "Excel 16.0 (MSI, 64 bit)",
        ),
        (
            [(f"{LOCAL}WOW6432Node\\Microsoft\\Office\\15.0\\Excel\\InstallRoot", "Path", "C:")],
            "Excel 15.0 (MSI, 32 bit)",
        ),
        (
            [
                (f"{LOCAL}Microsoft\\Office\\16.0\\Excel\\InstallRoot", "Path", "C:"),
                (f"{LOCAL}Microsoft\\Office\\16.0\\Outlook", "Bitness", "x86"),
            ],
            "Excel 16.0 (MSI, 32 bit)",
        ),
        ([(f"HKEY_CURRENT_USER\\{APP}", "", STORE)], "Excel (Microsoft Store, 32 bit)"),
        ([], "None"),
    ],
)
def test_kind_version_and_bitness_come_from_the_registry(values, expected):
    assert str(excel_on_windows(registry(*values))) == expected


def test_an_excel_from_the_store_cannot_start_formulas():
    excel = excel_on_windows(registry((f"HKEY_CURRENT_USER\\{APP}", "", STORE)))
    finding = check_office(lambda: excel)
    assert finding.health is Health.PROBLEM
    assert "formulas do not start" in finding.message
    assert "Use the buttons" in finding.next_step


def test_without_excel_the_advice_names_what_works():
    finding = check_office(lambda: None)
    assert (finding.health, "closed workbooks" in finding.next_step) == (Health.PROBLEM, True)


def test_excel_on_a_mac_tells_its_version(tmp_path):
    app = tmp_path / "Microsoft Excel.app"
    assert excel_on_mac(app) is None
    (app / "Contents").mkdir(parents=True)
    about = app / "Contents" / "Info.plist"
    about.write_bytes(plistlib.dumps({"CFBundleShortVersionString": "16.89"}))
    assert str(excel_on_mac(app)) == "Excel 16.89 (Mac)"
    about.write_bytes(b"damaged")
    assert str(excel_on_mac(app)) == "Excel (Mac)"


def test_a_value_that_is_not_in_the_registry_is_none():
    assert read_registry("HKEY_CURRENT_USER\\Software\\xlsx_addin\\never there", "Value") is None


class Registry:
    """Stands in for the module that Windows' Python has."""

    HKEY_CURRENT_USER, KEY_READ, KEY_WOW64_64KEY = "root", 1, 2

    def OpenKey(self, root, path, reserved, access):  # noqa: N802  # as the real one has it
        assert (root, reserved, access) == ("root", 0, 3)
        if path != "Software\\There":
            raise FileNotFoundError(2, path)
        return nullcontext("key")

    def QueryValueEx(self, key, name):  # noqa: N802  # likewise
        if name != "Bits":
            raise FileNotFoundError(2, name)
        return 64, 4


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("Software\\There", "Bits", "64"),
        ("Software\\There", "Other", None),
        ("Software\\Gone", "Bits", None),
    ],
)
def test_a_value_of_the_registry_is_read_as_text(key, name, value, monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", Registry())
    assert read_registry(f"HKEY_CURRENT_USER\\{key}", name) == value
