"""Which Excel there is: its kind, version and bitness."""

import plistlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

Registry = Callable[[str, str], str | None]
"""Reads a value of the Windows registry, given key and name; None if it is not there."""

MAC_EXCEL: Final = Path("/Applications/Microsoft Excel.app")

_LOCAL: Final = "HKEY_LOCAL_MACHINE\\SOFTWARE\\"
_CLICK_TO_RUN: Final = f"{_LOCAL}Microsoft\\Office\\ClickToRun\\Configuration"
_APP_PATHS: Final = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\excel.exe"
_VERSIONS: Final = ("16.0", "15.0", "14.0")


class Excel(NamedTuple):
    """An installed Excel.

    Args:
        kind: how it was installed, such as Click-to-Run.
        version: its number, empty if nobody knows.
        bits: 64 or 32; 0 where it makes no difference.
        from_store: whether it came from the Microsoft Store, which keeps it in a container.
    """

    kind: str
    version: str
    bits: int
    from_store: bool = False

    def __str__(self) -> str:
        version = f" {self.version}" if self.version else ""
        bits = f", {self.bits} bit" if self.bits else ""
        return f"Excel{version} ({self.kind}{bits})"


def excel_on_windows(read: Registry) -> Excel | None:
    """Find Excel on Windows; None if there is none.

    Args:
        read: reads the registry.
    """
    program = excel_program(read)
    if "\\windowsapps\\" in program.lower():
        return Excel("Microsoft Store", "", _bits_of_path(program), from_store=True)
    platform = read(_CLICK_TO_RUN, "Platform")
    if platform:
        version = read(_CLICK_TO_RUN, "VersionToReport") or ""
        return Excel("Click-to-Run", version, 32 if platform.lower() == "x86" else 64)
    return _msi(read)


def excel_program(read: Registry) -> str:
    """Tell where Excel's program is on Windows; empty if there is none.

    Args:
        read: reads the registry.
    """
    roots = ("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE")
    paths = (read(f"{root}\\{_APP_PATHS}", "") for root in roots)
    return next(filter(None, paths), "").strip('"')


def _msi(read: Registry) -> Excel | None:
    for version in _VERSIONS:
        for below, bits in (("", 64), ("WOW6432Node\\", 32)):
            root = f"{_LOCAL}{below}Microsoft\\Office\\{version}"
            if read(f"{root}\\Excel\\InstallRoot", "Path"):
                told = read(f"{root}\\Outlook", "Bitness")
                known = {"x86": 32, "x64": 64}.get((told or "").lower(), bits)
                return Excel("MSI", version, known)
    return None


def _bits_of_path(path: str) -> int:
    return 32 if "_x86_" in path.lower() else 64


def excel_on_mac(app: Path = MAC_EXCEL) -> Excel | None:
    """Find Excel on a Mac; None if there is none.

    Args:
        app: where it is.
    """
    try:
        with (app / "Contents" / "Info.plist").open("rb") as file:
            about = plistlib.load(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, plistlib.InvalidFileException):
        return Excel("Mac", "", 0)
    return Excel("Mac", str(about.get("CFBundleShortVersionString", "")), 0)
