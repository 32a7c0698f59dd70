"""The self-test's Excel, played by a real LibreOffice: macros, worker processes, windows.

The macros are those of the template; a module of ours stands in for xlwings' RunPython, which
LibreOffice cannot compile. All else that a button does is as in Excel.
"""

import shlex
import subprocess
import sys
import time
import zipfile
from contextlib import ExitStack, suppress

from tests.excel.test_button_in_libreoffice import (
    MACROS,
    RUN_PYTHON,
    RUNNER,
    STARTUP,
    _without_attributes,
    windows_of_ours,
)
from tests.hosts.libreoffice import macro_books
from tests.hosts.libreoffice.bridge import tool
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.screen import Screen
from xlsx_addin.excel.selftest.bench import HOME_VARIABLE
from xlsx_addin.excel.selftest.contract import NotHere, Wrong
from xlsx_addin.excel.selftest.host import XlwingsExcel
from xlsx_addin.excel.selftest.processes import Processes

MODULE = "xl/vbaProject.bin"
SUBS = {
    "refresh": "RefreshInvoices",
    "refresh_selection": "RefreshSelection",
    "refresh_everything": "RefreshEverything",
    "undo": "UndoRefresh",
}
BEGINNING_S = 30.0


class LibreOfficeExcel(XlwingsExcel):
    """A LibreOffice that the self-test starts and ends; fulfils `contract.OwnExcel`."""

    python = sys.executable

    def __init__(self, bench, waiting):
        super().__init__(bench, waiting)
        self.processes = Processes(HOME_VARIABLE, str(bench.home))
        self.office = None
        self.stack = ExitStack()

    def find(self):
        return "A LibreOffice."

    def start(self):
        self.screen = self.stack.enter_context(Screen())
        environment = {**self.bench.variables, "RUNNER": str(self._runner())}
        self.office = Office(
            macros=True, display=self.screen.display, environment=environment
        ).start()
        self.host = self.stack.enter_context(LibreOfficeHost.of(self.office))
        self._app = _AppOf(self.host)
        return f"It runs as process {self.office.pid}."

    def _runner(self):
        runner = self.bench.folder / "runner.sh"
        words = {"startup": shlex.quote(str(STARTUP)), "python": shlex.quote(self.python)}
        runner.write_text(RUNNER.format(**words), encoding="utf-8")
        runner.chmod(0o755)
        return runner

    @property
    def is_running(self):
        return self.office is not None and self.office.is_running

    def load_add_in(self):
        raise NotHere("LibreOffice cannot compile the VBA of xlwings.")

    def open(self, path):
        self._put_stand_in(path)
        return self.host.open(path, macros=True)

    def _put_stand_in(self, path):
        modules = {"XlsxAddin": _without_attributes(MACROS.read_text()), "xlwings": RUN_PYTHON}
        macros = macro_books._project(path.with_name("macros.xlsm"), modules)
        with zipfile.ZipFile(path) as package:
            members = {name: package.read(name) for name in package.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in members.items():
                package.writestr(name, macros if name == MODULE else content)

    def check_macros(self, book):
        for sub in SUBS.values():
            self._script(book, sub)
        return f"Its macros are there: {', '.join(SUBS.values())}."

    def _script(self, book, sub):
        address = f"vnd.sun.star.script:VBAProject.XlsxAddin.{sub}?language=Basic&location=document"
        return book.impl.document.getScriptProvider().getScript(address)

    def press(self, book, action):
        before = self.bench.latest_run()
        self._script(book, SUBS[action]).invoke((), (), ())
        # The stand-in does not wait for the process that it starts, as RunPython does.
        if not self.waiting.until(
            lambda: self.is_working() or self.bench.latest_run() != before, BEGINNING_S
        ):
            raise Wrong("The macro started no worker.")

    def is_working(self):
        return bool(self.processes.workers())

    def leave(self):
        deadline = time.monotonic() + BEGINNING_S
        while self.is_working() and time.monotonic() < deadline:
            for window in windows_of_ours(self.screen):
                command = [tool("xdotool"), "windowactivate", "--sync", window, "key", "Escape"]
                subprocess.run(  # noqa: S603  # our own words
                    command, env=self.screen.environment, check=False, timeout=20
                )
                return
            time.sleep(0.05)

    def insert_rows(self, sheet, row, count):
        self.host.insert_row(sheet, row, count)

    def protect(self, sheet, *, on):
        (sheet.impl.xl.protect if on else sheet.impl.xl.unprotect)("")

    def copy(self, book, path):
        self.host.save(book, path)

    def portray(self, book, path):
        return self.host.picture(book, path.with_name(f"{path.name}.png"))

    def quit_application(self):
        self.office.stop()

    def quit(self):
        problems = self.host.close_all()
        if problems:
            raise Wrong("; ".join(problems))
        self.stack.close()
        self._app = None
        self.office.stop()

    def kill(self):
        if self.office is not None:
            self.office.kill()
        self.processes.end()
        with suppress(Exception):
            self.stack.close()
        if self.office is not None:
            self.office.stop(patience_s=0)

    def left(self):
        return [f"{one.name} (process {one.pid})" for one in self.processes.running()]


class _AppOf:
    """The application of a host, as far as it is asked for directly."""

    def __init__(self, host):
        self.pid = host.app.pid
        self.books = host.app.books
