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


class ExcelRefusesError(Exception):
    """The application does not do what it was asked for, and nothing has changed.

    It has the attributes of `pywintypes.com_error`, which Excel's refusals are on Windows.

    Args:
        sentence: What Excel says.
    """

    def __init__(self, sentence: str) -> None:
        self.hresult = _EXCEPTION
        self.strerror = "Exception occurred."
        self.excepinfo: tuple[Any, ...] = (
            *(0, "Microsoft Excel", sentence, "xlmain11.chm", 0),
            _APPLICATION_DEFINED,
        )
        self.argerror = None
        super().__init__(self.hresult, self.strerror, self.excepinfo, self.argerror)
