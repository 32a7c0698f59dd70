"""The reports of the sandbox's account as files that could have been downloaded."""

from collections.abc import Callable

from xlsx_addin.sandbox import orders_report, reconciliation_report
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.options import SandboxOptions
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.sandbox.report_texts import STYLES


def report_texts(options: SandboxOptions, rows: int) -> dict[str, Callable[[], str]]:
    """Give what makes the texts of the reports, by their names.

    Args:
        options: of the sandbox whose account they are of.
        rows: of each.
    """
    style, account = STYLES[options.region], Account(options)
    purchases = Purchases(account, options)

    def orders() -> str:
        made = orders_report.orders_report(purchases, rows, style)
        return style.csv_text(orders_report.COLUMNS, (row.cells for row in made))

    def reconciliation() -> str:
        charges = Charges(account, purchases, options)
        made = reconciliation_report.reconciliation_report(charges, rows, style)
        return style.csv_text(reconciliation_report.COLUMNS, (row.cells for row in made))

    return {"orders": orders, "reconciliation": reconciliation}
