"""Open workbooks, for xlwings."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from xlwings import base_classes

from tests.hosts.libreoffice.bridge import bridge, exception, properties
from tests.hosts.libreoffice.calls import Calls, counted
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.excel_api import WorkbookApi
from tests.hosts.libreoffice.formats import Formats
from tests.hosts.libreoffice.sheets import Sheets

FILTERS: Final = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
    ".csv": "Text - txt - csv (StarCalc)",
}
_MACROS_NEVER: Final = 0
_MACROS_ALWAYS: Final = 4


class Book(base_classes.Book):
    """An open workbook.

    Args:
        app: The application that has it open.
        document: The workbook, as LibreOffice knows it.
    """

    def __init__(self, app: Any, document: Any) -> None:
        self._app = app
        self.document = document

    @property
    def calls(self) -> Calls:
        """The counter of calls."""
        calls: Calls = self._app.calls
        return calls

    def is_gone(self) -> bool:
        """Tell whether it was closed, or the application has ended."""
        try:
            return not self.document.RuntimeUID
        except (exception("uno.Exception"), AttributeError):
            return True

    @cached_property
    def formats(self) -> Formats:
        """Its number formats."""
        return Formats(self.document)

    @property
    def controller(self) -> Any:
        """Its window."""
        return self.document.CurrentController

    def ranges(self) -> Any:
        """Make an empty list of ranges."""
        return self.document.createInstance("com.sun.star.sheet.SheetCellRanges")

    @property
    def api(self) -> WorkbookApi:
        return WorkbookApi(self)

    @property
    def app(self) -> Any:
        return self._app

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> "Names":
        return Names(self)

    @property
    @counted
    def fullname(self) -> str:
        url: str = self.document.URL
        return str(bridge().fileUrlToSystemPath(url)) if url else self.document.Title

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @counted
    def activate(self) -> None:
        self._app.last_active = self.document.RuntimeUID
        self.controller.Frame.activate()

    @counted
    def save(self, path: str | Path | None = None, password: str | None = None) -> None:
        if path is None and self.document.URL:
            self.document.store()
            return
        target = Path(path or f"{self.name}.xlsx").resolve()
        self.document.storeAsURL(
            target.as_uri(), properties(FilterName=FILTERS[target.suffix.lower()], Overwrite=True)
        )

    def save_copy(self, path: Path) -> None:
        """Save it as another file, and go on with this one."""
        filter_name = FILTERS[path.suffix.lower()]
        self.document.storeToURL(path.as_uri(), properties(FilterName=filter_name))

    @counted
    def close(self) -> None:
        self.document.setModified(False)
        self.document.close(True)


class Books(base_classes.Books):
    """The open workbooks.

    Args:
        app: The application.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        return self.app.desktop.Components

    def __iter__(self) -> Iterator[Book]:
        self.app.calls.add()
        documents = self.api.createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                yield self.app.book_of(document)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, key: int | str) -> Book:
        for number, book in enumerate(self, 1):
            if key == number or str(key).casefold() in (
                book.name.casefold(),
                book.fullname.casefold(),
            ):
                return book
        raise KeyError(key)

    @property
    def active(self) -> Book | None:
        found = {book.document.RuntimeUID: book for book in self}
        if self.app.last_active in found:
            return found[self.app.last_active]
        current = self.app.desktop.getCurrentComponent()
        shown = getattr(current, "RuntimeUID", None)
        return found.get(shown) or next(iter(found.values()), None)

    def add(self) -> Book:
        return self._load("private:factory/scalc", macros=False)

    def open(self, fullname: str | Path, *_: Any, macros: bool = False) -> Book:
        path = Path(fullname).resolve()
        if not path.is_file():
            raise ExcelRefusesError(f"Sorry, we couldn't find {path}.")
        for book in self:
            if Path(book.fullname) == path:
                return book
            if book.name.casefold() == path.name.casefold():
                raise ExcelRefusesError(
                    f"Sorry, Excel can't open two workbooks with the same name: {path.name}."
                )
        return self._load(path.as_uri(), macros=macros)

    def _load(self, url: str, *, macros: bool) -> Book:
        self.app.calls.add()
        mode = _MACROS_ALWAYS if macros else _MACROS_NEVER
        document = self.app.desktop.loadComponentFromURL(
            url, "_blank", 0, properties(MacroExecutionMode=mode)
        )
        if document is None:
            raise OSError(f"LibreOffice does not open {url}")
        book: Book = self.app.book_of(document)
        self.app.last_active = document.RuntimeUID
        return book


class Names(base_classes.Names):
    """The defined names of a workbook; none of them is needed so far.

    Args:
        book: The workbook.
    """

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Any:
        return self.book.document.NamedRanges

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __call__(self, key: int | str) -> Any:
        raise KeyError(key)

    def contains(self, key: object) -> bool:  # none is there
        return False

    __contains__ = contains
