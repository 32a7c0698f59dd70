"""Errors as Excel's: those of cells, and those of calls."""

from typing import Any, Final

CODES: Final = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
"""Whole numbers by which cells with errors are read; true numbers come with a decimal point."""

NAMES: Final = {code: name for name, code in CODES.items()}

_EXCEPTION: Final = -2147352567
_APPLICATION_DEFINED: Final = -2146827284
_DISCONNECTED: Final = -2147417848


class ExcelError(Exception):
    """A call that failed, with the attributes of `pywintypes.com_error` on Windows.

    Args:
        hresult: The code of the failure.
        strerror: Its text.
        excepinfo: What the application says of it, if it says anything.
    """

    def __init__(
        self, hresult: int, strerror: str, excepinfo: tuple[Any, ...] | None = None
    ) -> None:
        self.hresult = hresult
        self.strerror = strerror
        self.excepinfo = excepinfo
        self.argerror = None
        super().__init__(hresult, strerror, excepinfo, None)


class ExcelRefusesError(ExcelError):
    """The application does not do what it was asked for, and nothing has changed.

    Args:
        sentence: What Excel says.
    """

    def __init__(self, sentence: str) -> None:
        where = (0, "Microsoft Excel", sentence, "xlmain11.chm", 0, _APPLICATION_DEFINED)
        super().__init__(_EXCEPTION, "Exception occurred.", where)


class ExcelGoneError(ExcelError):
    """The workbook was closed, or the application has ended."""

    def __init__(self) -> None:
        super().__init__(_DISCONNECTED, "The object invoked has disconnected from its clients.")
