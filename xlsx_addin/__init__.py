"""Fills in Amazon Business invoices beside the order line items of an Excel workbook.

In a notebook::

    import xlsx_addin

    report = xlsx_addin.refresh("march.xlsx")
    print(report.statuses)
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, Status
from xlsx_addin.errors import AmazonError, InputError, LocalError, XlsxAddinError
from xlsx_addin.version import program_version

if TYPE_CHECKING:
    from xlsx_addin.api import lookup, refresh
    from xlsx_addin.jobs.report import RefreshReport, WorkbookReport

    __version__: str

__all__ = [
    "AmazonError",
    "InputError",
    "LineItem",
    "LocalError",
    "Outcome",
    "RefreshReport",
    "Status",
    "WorkbookReport",
    "XlsxAddinError",
    "__version__",
    "lookup",
    "refresh",
]

# A library speaks only where its user set up logging; the command line does (`logs`).
logging.getLogger(__name__).addHandler(logging.NullHandler())

# Found when they are first used, so that importing one part does not import them all.
_LATE: Final = {
    "RefreshReport": "xlsx_addin.jobs.report",
    "WorkbookReport": "xlsx_addin.jobs.report",
    "lookup": "xlsx_addin.api",
    "refresh": "xlsx_addin.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # whatever the name stands for
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    if name == "__version__":
        return program_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
