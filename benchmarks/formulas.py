"""What formulas cost: `python -m benchmarks.formulas`.

The time of a cached call, the requests of 1,000 cells against those of a plain asynchronous
function of xlwings, both under the same stand-ins for pywin32, and the time of the import.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from types import ModuleType

from tests.hosts.udf.excel import Excel, Formula, Sheet
from tests.hosts.udf.pywin32 import stubbed_pywin32
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.formulas.recalculation import NoRecalculation
from xlsx_addin.excel.formulas.serving import Server, serve_with
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, UNLIMITED, Sandbox, SandboxOptions
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import load_settings

CELLS = 1000
CALLS = 20_000
CREDENTIALS = Credentials(
    SANDBOX_CREDENTIALS.client_id,
    Secret(SANDBOX_CREDENTIALS.client_secret),
    Secret(SANDBOX_CREDENTIALS.refresh_token),
)
IMPORT = (
    "import time; began = time.perf_counter(); import xlsx_addin.excel.functions;"
    " print(time.perf_counter() - began)"
)


def main() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        options = SandboxOptions(limits={INVOICES: UNLIMITED})
        sandbox = stack.enter_context(Sandbox(options))
        _point_to(sandbox, Path(folder))
        functions = stack.enter_context(stubbed_pywin32())
        server = Server(lambda: load_settings(os.environ), NoRecalculation())
        serve_with(server)
        stack.callback(server.close)
        _ours(sandbox, functions)
        _plain(sandbox)
    _import_time()


def _point_to(sandbox: Sandbox, home: Path) -> None:
    pace = "[profiles.default]\nrate_per_s = 100000\nburst = 100000\n"
    (home / "settings.toml").write_text(pace, encoding="utf-8")
    os.environ |= {
        "XLSX_ADDIN_HOME": str(home),
        "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
        "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        "AMAZON_BUSINESS_CLIENT_ID": CREDENTIALS.client_id,
        "AMAZON_BUSINESS_CLIENT_SECRET": CREDENTIALS.client_secret.reveal(),
        "AMAZON_BUSINESS_REFRESH_TOKEN": CREDENTIALS.refresh_token.reveal(),
    }


def _ours(sandbox: Sandbox, functions: ModuleType) -> None:
    excel = Excel()
    sheet = excel.add_sheet()
    lines = sandbox.account.line_items(CELLS)
    sheet.write(1, lines)
    for row in range(1, CELLS + 1):
        sheet.enter(f"D{row}", "AB_INVOICE_NUMBER", f"=A{row}", f"=B{row}", f"=C{row}")
    _wait(sheet, "Requesting…", excel.calculate_all)
    requests = sandbox.requests.count(INVOICES)
    print(f"{CELLS:,} cells, one formula each: {requests} requests (the fewest: {CELLS // 25})")

    cells = [[[[part]] for part in line] for line in lines]
    began = time.process_time()
    for number in range(CALLS):
        functions.AB_INVOICE_NUMBER(*cells[number % CELLS], "1|[Book1]Sheet1!$D$2")
    cost = (time.process_time() - began) / CALLS * 1e6
    print(f"a cached call of our function: {cost:.1f} µs (aim: 20)")
    began = time.process_time()
    excel.calculate_all()
    cost = (time.process_time() - began) / CELLS * 1e6
    print(f"the same through xlwings, three cells read and converted: {cost:.0f} µs")
    assert sandbox.requests.count(INVOICES) == requests
    sheet.formulas.clear()
    sheet.enter("D1", "AB_INVOICES", f"=A1:A{CELLS}", f"=B1:B{CELLS}", f"=C1:C{CELLS}")
    began = time.process_time()
    excel.calculate_all()
    cost = (time.process_time() - began) / CELLS * 1e6
    print(f"a cached array formula: {cost:.1f} µs a row")


def _plain(sandbox: Sandbox) -> None:
    """Ask in the way that the documentation of xlwings shows for slow functions."""
    from xlwings import udfs  # noqa: PLC0415  # under the stand-ins only

    loop = sys.modules["xlwings.com_server"].loop
    udfs.has_dynamic_array = lambda _pid: True
    account = Account(sandbox.endpoint, sandbox.token_url, CREDENTIALS)
    options = ClientOptions(rate_per_s=1e5, burst=1e5)
    sandbox.requests.clear()
    with closing(RequestsTransport(options)) as transport:
        client = ReconciliationClient(Session(account, transport=transport, options=options))

        @udfs.xlfunc(async_mode="threading")
        def INVOICE(order: str, line_item: str, shipment: str) -> str:  # noqa: N802  # Excel's way
            line = LineItem(order, line_item, shipment)
            for batch in client.ask([line], threading.Event()):
                details = getattr(batch[line], "documents", ())
                return (details[0].invoice_number if details else None) or "none"
            return "none"

        plain = ModuleType("plain")
        plain.__file__, plain.INVOICE = __file__, INVOICE
        sys.modules["plain"] = plain
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        excel = Excel()
        sheet = excel.add_sheet()
        sheet.write(1, sandbox.account.line_items(CELLS))
        for row in range(1, CELLS + 1):
            formula = Formula("INVOICE", (f"=A{row}", f"=B{row}", f"=C{row}"), "plain")
            sheet.formulas[row, 4] = formula
            sheet.calculate((row, 4))
        _wait(sheet, "#N/A waiting...", lambda: None)
        asyncio.run_coroutine_threadsafe(_rest(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        udfs.com_executor.shutdown()
    print(
        f"{CELLS:,} cells in xlwings' async_mode: {sandbox.requests.count(INVOICES)} requests,"
        f" {excel.calls} calls of the function"
    )


async def _rest() -> None:
    """Wait for the coroutines that have written their results but not ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)


def _wait(sheet: Sheet, waiting: str, calculate: Callable[[], None]) -> None:
    deadline = time.monotonic() + 120
    while waiting in sheet.values.values():
        assert time.monotonic() < deadline
        time.sleep(0.05)
        calculate()


def _import_time() -> None:
    command = [sys.executable, "-c", IMPORT]
    times = [
        float(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603  # ours
        for _ in range(7)
    ]
    print(f"import of the functions: {min(times):.2f} s (bound: 0.35)")


if __name__ == "__main__":
    main()
