"""A workbook that is open in a host, as the contract tests open it: saved when it is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hosts.contract import Host
from xlsx_addin.workbooks.live import ExcelGate, LiveWorkbook


def patient_gate() -> ExcelGate:
    """A gate whose time passes only by its own waiting, two minutes at most."""
    passed = 0.0

    def wait(seconds: float) -> bool:
        nonlocal passed
        passed += seconds
        return False

    return ExcelGate(lambda: passed, wait)


def opener(host: Host, *, save: bool = True) -> Callable[[Path], Iterator[LiveWorkbook]]:
    """Open workbooks in a host; on leaving, their user saves and closes them."""

    @contextmanager
    def open_book(path: Path) -> Iterator[LiveWorkbook]:
        book = host.open(path)
        try:
            with LiveWorkbook(book, patient_gate()) as workbook:
                yield workbook
            if save:
                host.save(book)
        finally:
            host.close(book)

    return open_book
