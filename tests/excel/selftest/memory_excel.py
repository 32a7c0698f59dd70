"""The self-test's Excel, played by the host in memory; the work of buttons is done in threads."""

from xlsx_addin.excel.selftest.buttons import DirectButtons
from xlsx_addin.excel.selftest.contract import NotHere
from xlsx_addin.excel.selftest.host import XlwingsExcel


class MemoryExcel(XlwingsExcel):
    """An Excel in memory; fulfils `contract.OwnExcel`."""

    def __init__(self, host, bench, waiting):
        super().__init__(bench, waiting)
        self.host = host
        self.buttons = DirectButtons(bench.settings, self._find)
        self.killed = 0

    def _find(self, wanted):
        return self.app.books[wanted.name]

    def find(self):
        return "An Excel in memory."

    def start(self):
        self._app = self.host.start()
        return "It runs."

    @property
    def is_running(self):
        return self._app is not None

    def load_add_in(self):
        raise NotHere("An Excel in memory has no VBA.")

    def open(self, path):
        return self.host.open(path)

    def check_macros(self, book):
        return "It has no macros."

    def press(self, book, action):
        self.buttons.press(self.named(book), action)

    def is_working(self):
        return self.buttons.is_working()

    def leave(self):
        self.buttons.leave()

    def insert_rows(self, sheet, row, count):
        self.host.insert_row(sheet, row, count)

    def protect(self, sheet, *, on):
        sheet.impl.grid.protection.on = on

    def copy(self, book, path):
        self.host.save(book, path)

    def quit_application(self):
        self.app.quit()

    def quit(self):
        # There is nothing that could end: it is gone with its last workbook.
        self._app.quit()
        self._app = None

    def kill(self):
        self.killed += 1
        self._app = None

    def left(self):
        return ["an Excel in memory"] if self.is_running else []
