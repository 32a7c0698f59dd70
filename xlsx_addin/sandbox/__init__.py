"""A local emulator of the Amazon endpoints, for trials, tests and benchmarks.

with Sandbox(SandboxOptions(region="eu")) as sandbox:
    ...  # sandbox.endpoint, sandbox.token_url, SANDBOX_CREDENTIALS, sandbox.requests
"""

from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.fault_files import load_fault_plan, read_fault_plan
from xlsx_addin.sandbox.faults import FaultKind, FaultPlan, FaultRule
from xlsx_addin.sandbox.limits import UNLIMITED, Limit, RateChange
from xlsx_addin.sandbox.log import RequestLog, RequestRecord
from xlsx_addin.sandbox.names import (
    DOCUMENT_API,
    INVOICES,
    PAYMENTS,
    RECONCILIATION_ROLE,
    TOKEN,
    TRANSACTIONS,
)
from xlsx_addin.sandbox.options import (
    SANDBOX_CREDENTIALS,
    Credentials,
    Documents,
    SandboxOptions,
    Shares,
    options_from_arguments,
)
from xlsx_addin.sandbox.server import Sandbox

__all__ = [
    "DOCUMENT_API",
    "INVOICES",
    "PAYMENTS",
    "RECONCILIATION_ROLE",
    "SANDBOX_CREDENTIALS",
    "TOKEN",
    "TRANSACTIONS",
    "UNLIMITED",
    "Account",
    "Credentials",
    "Documents",
    "FaultKind",
    "FaultPlan",
    "FaultRule",
    "Limit",
    "RateChange",
    "RequestLog",
    "RequestRecord",
    "Sandbox",
    "SandboxOptions",
    "Shares",
    "load_fault_plan",
    "options_from_arguments",
    "read_fault_plan",
]
