"""Errors as Excel raises them through COM.

`ComError` stands for `pywintypes.com_error`, which exists on Windows only: the same arguments
and the same attributes, so that code which looks at `hresult` and `excepinfo` sees what it
would see there.
"""

from enum import Enum

DISP_E_EXCEPTION = -2147352567
RPC_E_CALL_REJECTED = -2147418111
RPC_E_DISCONNECTED = -2147417848
VBA_E_IGNORE = -2146777998
"""0x800AC472: Excel does not listen, because a cell is edited or a dialog is open."""
APPLICATION_DEFINED = -2146827284
"""0x800A03EC, error 1004: Excel understood and refuses."""
OBJECT_REQUIRED = -2146827864
"""0x800A01A8, error 424: what the object stood for is gone."""


class ComError(Exception):
    """A failed COM call.

    Args:
        hresult: the code of the failure.
        strerror: its text.
        excepinfo: what the application says of it: code, source, text, help file, help context
            and its own code; None if the call did not get that far.
        argerror: number of the argument that is wrong, None if none is.
    """

    def __init__(self, hresult, strerror, excepinfo=None, argerror=None):
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult = hresult
        self.strerror = strerror
        self.excepinfo = excepinfo
        self.argerror = argerror


class Busy(Enum):
    """The ways in which Excel says that it cannot listen now."""

    CALL_REJECTED = "Call was rejected by callee."
    EDITING = "OLE error 0x800ac472"
    EDITING_INSIDE = "Exception occurred."

    def error(self):
        """Make the error that a call ends with."""
        match self:
            case Busy.CALL_REJECTED:
                return ComError(RPC_E_CALL_REJECTED, self.value)
            case Busy.EDITING:
                return ComError(VBA_E_IGNORE, self.value)
            case Busy.EDITING_INSIDE:
                # What assignments end with while a cell is edited.
                return ComError(
                    DISP_E_EXCEPTION, self.value, (0, None, None, None, 0, VBA_E_IGNORE)
                )


def refused(sentence):
    """Make the error of a call that Excel understands and refuses."""
    info = (0, "Microsoft Excel", sentence, "xlmain11.chm", 0, APPLICATION_DEFINED)
    return ComError(DISP_E_EXCEPTION, "Exception occurred.", info)


def on_a_protected_sheet():
    """Make the error of a change that the protection of a sheet forbids."""
    return refused(
        "The cell or chart you're trying to change is on a protected sheet. To make a change, "
        "unprotect the sheet. You might be requested to enter a password."
    )


def part_of_an_array():
    """Make the error of a change within the cells of an array formula."""
    return refused("You can't change part of an array.")


def gone():
    """Make the error of a call on cells that were deleted."""
    return ComError(
        DISP_E_EXCEPTION,
        "Exception occurred.",
        (0, "Microsoft Excel", "Object required", None, 0, OBJECT_REQUIRED),
    )


def disconnected():
    """Make the error of a call on a workbook that was closed."""
    return ComError(RPC_E_DISCONNECTED, "The object invoked has disconnected from its clients.")
