"""A process as Excel starts it for formulas: `python process.py ROWS`, with our environment.

Fills a sheet of the sandbox's line items, enters the array formula, waits until no cell waits,
and prints what the cells show as JSON.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.hosts.udf.excel import Excel
from tests.hosts.udf.pywin32 import stubbed_pywin32
from xlsx_addin.sandbox import SandboxOptions
from xlsx_addin.sandbox.account import Account


def main(rows: int) -> None:
    with stubbed_pywin32():
        from xlsx_addin.excel.formulas.serving import server  # noqa: PLC0415  # as the functions do

        excel = Excel()
        sheet = excel.add_sheet()
        sheet.write(1, Account(SandboxOptions(region="eu")).line_items(rows))
        deadline = time.monotonic() + 30
        while True:
            sheet.enter("E1", "AB_INVOICES", "=A:A", "=B:B", "=C:C")
            shown = sheet.shown(f"E1:G{rows}")
            if not any(row[0] == "Requesting…" for row in shown) or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        server().close()
    print(json.dumps(shown, default=str))  # noqa: T201  # it is what it is for


main(int(sys.argv[1]))
