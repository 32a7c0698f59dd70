"""Fixtures for our functions under the real `xlwings.udfs`.

`functions` is our module as xlwings decorates it on Windows; `excel` is an Excel of Python
objects; `serve` lets the functions ask a sandbox, in time that the test turns.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.udf.clock import TurnedClock
from tests.hosts.udf.excel import WINDOW, Excel
from tests.hosts.udf.pywin32 import ComError, stubbed_pywin32
from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.formulas import serving
from xlsx_addin.excel.formulas.com import ComExcel
from xlsx_addin.excel.formulas.contract import Limits
from xlsx_addin.excel.formulas.recalculation import RecalculationQueue
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.excel.loader import Loader
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, TOKEN, Sandbox, SandboxOptions
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.store.sqlite import SqliteStore


@pytest.fixture
def functions() -> Iterator[Any]:
    with stubbed_pywin32() as module:
        yield module


@pytest.fixture
def excel(functions) -> Excel:
    return Excel()


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


class Served:
    """The functions, the sandbox they ask, and the time that passes for both."""

    def __init__(self, excel: Excel, sandbox: Sandbox, clock: TurnedClock) -> None:
        self.excel = excel
        self.sandbox = sandbox
        self.clock = clock
        self.started_at = clock.now()
        self.sheet = excel.add_sheet()

    @property
    def requests(self) -> int:
        return self.sandbox.requests.count(INVOICES)

    @property
    def sign_ins(self) -> int:
        return self.sandbox.requests.count(TOKEN)

    def waiting(self) -> int:
        return sum(value == REQUESTING for value in list(self.sheet.values.values()))

    def wait(self, at_most_s: float = 600.0) -> float:
        """Let time pass until no cell waits; tells how long it took."""
        return self.clock.turn_until(lambda: not self.waiting(), at_most_s=at_most_s)

    def while_time_passes(self, work: Callable[[], None], step_s: float = 0.02) -> float:
        """Do something that may wait, and tell for how long it did."""
        thread = threading.Thread(target=work, name="excel")
        thread.start()
        self.clock.turn_until(lambda: not thread.is_alive(), at_most_s=600, step_s=step_s)
        thread.join()
        return self.clock.waited_s["excel"]

    def statuses(self) -> set[str]:
        words = {status.value for status in Status}
        return {one for one in self.sheet.values.values() if one in words}


class _Recalculation(RecalculationQueue):
    """Takes no breath in real time."""

    def __init__(self, excel: Excel) -> None:
        host = ComExcel({WINDOW: excel}.__getitem__, (ComError,))
        super().__init__(host, lambda _seconds, stop: stop.wait(0.0005))


@pytest.fixture
def serve(excel, clock, tmp_path):
    """Serve the functions of this process; called again, like an Excel that is started anew."""
    with ExitStack() as stack:
        yield lambda **options: _start(stack, excel, clock, tmp_path, **options)


def _start(
    stack: ExitStack,
    excel: Excel,
    clock: TurnedClock,
    folder: Path,
    *,
    credentials: Any = SANDBOX_CREDENTIALS,
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
    **options: Any,
) -> Served:
    if sandbox is None:
        chosen = SandboxOptions(**options)
        sandbox = stack.enter_context(Sandbox(chosen, clock=clock.now))
    store = stack.enter_context(SqliteStore(folder / "store.sqlite"))
    recalculation = _Recalculation(excel)
    stack.callback(recalculation.close)

    @contextmanager
    def connect() -> Iterator[AmazonClient]:
        account = Account(
            sandbox.endpoint,
            sandbox.token_url,
            Credentials(
                credentials.client_id,
                Secret(credentials.client_secret),
                Secret(credentials.refresh_token),
            ),
        )
        with closing(RequestsTransport(ClientOptions())) as transport:
            yield AmazonClient(Session(account, transport=transport, clock=clock))

    tools = JobTools(store, connect, "account", clock.now, cancel=threading.Event())
    loader = Loader(tools, recalculation, clock=clock, limits=limits)
    stack.callback(loader.close)
    serving.serve_with(_Server(loader))
    stack.callback(serving.serve_with, None)
    return Served(excel, sandbox, clock)


class _Server:
    """Serves with a loader that is there already."""

    def __init__(self, loader: Loader) -> None:
        self.loader = lambda: loader
