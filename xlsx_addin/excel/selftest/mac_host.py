"""Excel for Mac as the self-test uses it.

It cannot be given an environment, and what its macros start has that of the user: a button would
ask the real account. So no macro is run; the work of the buttons is done in this process.
"""

import shutil
from pathlib import Path
from typing import Final

import psutil
import xlwings

from xlsx_addin.doctor.office import Excel
from xlsx_addin.excel.selftest.bench import Bench
from xlsx_addin.excel.selftest.buttons import DirectButtons
from xlsx_addin.excel.selftest.contract import Wrong
from xlsx_addin.excel.selftest.host import XlwingsExcel, missing, no_excel
from xlsx_addin.excel.selftest.processes import named
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.installing.places import ADD_IN_FILE
from xlsx_addin.workbooks.template import Template, copy_template

_PROGRAM: Final = "Microsoft Excel"
_NO_MACROS: Final = (
    "Not run on a Mac: what macros start there would ask the real account. The work of the"
    " buttons was done by this process."
)


class MacExcel(XlwingsExcel):
    """Excel for Mac; fulfils `contract.OwnExcel`.

    Args:
        bench: sandbox and folders.
        found: the Excel that there is, None if there is none.
        waiting: waits for things.
    """

    def __init__(self, bench: Bench, found: Excel | None, waiting: Waiting) -> None:
        super().__init__(bench, waiting)
        self._found = found
        self._pid = 0
        self._others: set[int] = set()
        self._buttons = DirectButtons(bench.settings)

    def find(self) -> str:
        """Tell which Excel there is."""
        if self._found is None:
            raise no_excel()
        return f"{self._found}."

    def start(self) -> str:
        """Start an instance apart from any that runs."""
        self._others = named(_PROGRAM)
        app = xlwings.App(visible=True, add_book=False)
        if app.pid in self._others:
            raise Wrong(
                "Excel did not start anew, but gave the one that runs already.",
                next_step="Quit Excel, then run the self-test again.",
            )
        self._app, self._pid = app, app.pid
        return f"Excel {app.version}, process {app.pid}."

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return bool(self._pid) and psutil.pid_exists(self._pid)

    def load_add_in(self) -> str:
        """Open a copy of the add-in; that its VBA compiles only a macro could tell."""
        # Not by its own name: an installed one may be loaded.
        path = self.bench.folder / f"selftest-{ADD_IN_FILE}"
        copy_template(Template.ADD_IN, path)
        super().open(path)
        return f"A copy of {path.name} was opened. Its macros were not run."

    def check_macros(self, book: xlwings.Book) -> str:  # noqa: ARG002  # none is run
        """Say that no macro is run."""
        return _NO_MACROS

    def press(self, book: xlwings.Book, action: str) -> None:
        """Do the work of a button in this process."""
        self._buttons.press(self.named(book), action)

    def is_working(self) -> bool:
        """Whether the work of a button goes on."""
        return self._buttons.is_working()

    def leave(self) -> None:
        """Stop the work of a button."""
        self._buttons.leave()

    def protect(self, sheet: xlwings.Sheet, *, on: bool) -> None:
        """Protect a sheet without a password, or end that."""
        api = sheet.api
        self.gate.do(api.protect_worksheet if on else api.unprotect)

    def copy(self, book: xlwings.Book, path: Path) -> None:
        """Save the workbook, which is the self-test's own, and copy the file."""
        self.gate.do(book.save)
        shutil.copy(self.gate.do(lambda: str(book.fullname)), path)

    def quit_application(self) -> None:
        """Ask the application to end."""
        self.app.quit()

    def kill(self) -> None:
        """End it at once."""
        if self.is_running:
            psutil.Process(self._pid).kill()

    def left(self) -> list[str]:
        """Name what is still there of it, and which other Excels are missing."""
        ours = [f"{_PROGRAM} (process {self._pid})"] if self.is_running else []
        return ours + missing(self._others, named(_PROGRAM))
