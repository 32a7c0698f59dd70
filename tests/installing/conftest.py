"""Computers that are not there: folders of a user on Windows and on a Mac, and the program."""

import io
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from xlsx_addin.installing.computer import Computer, Program, save, this_program
from xlsx_addin.installing.interpreter import Interpreter
from xlsx_addin.installing.places import Places, System, places_on
from xlsx_addin.installing.setup import SetupReport, install, uninstall

XLWINGS = this_program().xlwings


@dataclass
class Desk:
    """A user with a computer and this program, who installs and uninstalls."""

    computer: Computer
    program: Program
    home: Path
    saved: list[Path] = field(default_factory=list)

    @property
    def places(self) -> Places:
        return places_on(self.computer.system, self.computer.user_home, self.computer.environ)

    @property
    def interpreter_file(self) -> Path:
        return Path(self.computer.interpreter.path)

    def install(self, **options: Any) -> SetupReport:
        return install(self.computer, self.program, self.home, **options)

    def uninstall(self, **options: Any) -> SetupReport:
        return uninstall(self.computer, self.program, self.home, **options)

    def change(self, **changes: Any) -> None:
        self.computer = replace(self.computer, **changes)

    def files(self) -> dict[str, bytes]:
        """All files and folders of the user, by path."""
        root = self.computer.user_home
        return {
            path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"(folder)"
            for path in sorted(root.rglob("*"))
        }

    def actions(self, report: SetupReport) -> list[str]:
        return [step.action.value for step in report.steps]


def make_desk(system: System, folder: Path) -> Desk:
    user_home = folder / "user"
    user_home.mkdir()
    environ = {}
    path = user_home / "env" / "bin" / "python"
    for container in places_on(system, user_home, environ).containers:
        container.mkdir(parents=True)  # as Excel's first start does
    if system is System.WINDOWS:
        environ = {
            "APPDATA": str(user_home / "AppData" / "Roaming"),
            "LOCALAPPDATA": str(user_home / "AppData" / "Local"),
            "USERPROFILE": str(user_home),
        }
        path = user_home / "AppData" / "Local" / "env" / "Scripts" / "python.exe"
    computer = Computer(
        system=system,
        user_home=user_home,
        environ=environ,
        interpreter=Interpreter(str(path), base="C:\\Python"),
        encoding="cp1252" if system is System.WINDOWS else "mac_roman",
        excel_runs=lambda: False,
        save=save,
    )
    return Desk(computer, this_program(), folder / "home")


@pytest.fixture(params=System)
def desk(request, tmp_path):
    return make_desk(request.param, tmp_path)


@pytest.fixture
def windows(tmp_path):
    return make_desk(System.WINDOWS, tmp_path)


@pytest.fixture
def mac(tmp_path):
    return make_desk(System.MAC, tmp_path)


def older(content: bytes, version: str = "0.0.9") -> bytes:
    """Make an older add-in of ours out of this one."""
    ours, part = this_program().version.encode(), "docProps/custom.xml"
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(file, "w") as new:
        for name in package.namelist():
            member = package.read(name)
            if name == part:
                member = member.replace(b">%s<" % ours, b">%s<" % version.encode(), 1)
            new.writestr(name, member)
    return file.getvalue()
