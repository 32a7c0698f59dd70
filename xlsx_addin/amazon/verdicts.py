"""What an error means for the call, for the run, and for the line items that were asked about."""

from typing import Final

from xlsx_addin.amazon.faults import FINAL_CODES
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.errors import (
    AccessDenied,
    AmazonError,
    ConnectionFault,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
    XlsxAddinError,
)

LASTING: Final = "lasting"
"""Code of an error that came so often in a row that nobody should go on."""


def lasting(error: XlsxAddinError, *, failures: int, seconds: float) -> XlsxAddinError:
    """Make the error for trouble that does not end.

    Args:
        error: the last one.
        failures: how many came in a row.
        seconds: for how long.
    """
    message = f"{error.message} This came {failures} times in a row within {seconds:.0f} s."
    if isinstance(error, AmazonError):
        return type(error)(
            message,
            next_step=error.next_step,
            code=LASTING,
            request_id=error.request_id,
            status=error.status,
        )
    return type(error)(message, next_step=error.next_step, code=LASTING)


def ends_run(error: XlsxAddinError) -> bool:
    """Tell whether no other call of this run can do better."""
    return isinstance(error, (SignInRefused, AccessDenied)) or error.code in {
        LASTING,
        *FINAL_CODES,
    }


def is_passing(error: XlsxAddinError) -> bool:
    """Tell whether the same call may succeed when it is repeated."""
    if isinstance(error, ConnectionFault):
        return error.code not in FINAL_CODES
    return isinstance(error, (Throttled, ServerFault, UnreadableAnswer))


def failure_of(error: XlsxAddinError) -> Failure:
    """Tell what a line item gets whose question ended in an error."""
    refused = isinstance(error, (SignInRefused, AccessDenied))
    request_id = getattr(error, "request_id", "")
    trace = f" Amazon's request id: {request_id}." if request_id else ""
    return Failure(Status.NOT_ALLOWED if refused else Status.FAILED, f"{error}{trace}")
