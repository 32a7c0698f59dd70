"""Answers the cells of a LibreOffice through the real COM server of xlwings.

The cell calls the generated wrapper in Basic, Basic calls an object of this process, as Excel
calls its Python process. Ranges are LibreOffice's own, dressed as Excel's.
"""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from tests.hosts.libreoffice.bridge import bridge
from tests.hosts.udf.pywin32 import RANGE_ID, CDispatch

_EPOCH = dt.datetime(1899, 12, 30)
_LIBRARY = "VBAProject"


class _Parent(CDispatch):
    """Application, workbook and sheet at once: xlwings asks in which Excel a range is."""

    Name = "Book"
    Hwnd = 1

    @property
    def Parent(self) -> "_Parent":
        return self

    @property
    def Application(self) -> "_Parent":
        return self


_PARENT = _Parent()


class _Cells(CDispatch):
    """Cells of LibreOffice with what xlwings wants to know of a range."""

    _oleobj_ = SimpleNamespace(
        GetTypeInfo=lambda: SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_ID))
    )
    CLSID = RANGE_ID
    Row = Column = 1
    Worksheet = Application = _PARENT

    def __init__(self, range_of_calc: Any) -> None:
        value = range_of_calc.Value
        self.Value = getattr(value, "Array", value)
        rows = self.Value if isinstance(self.Value, tuple) else ((self.Value,),)
        self.Rows = SimpleNamespace(Count=len(rows))
        self.Columns = SimpleNamespace(Count=len(rows[0]))
        self.CountLarge = len(rows) * len(rows[0])


class CalcServer:
    """What the Basic of a workbook calls; must be made when pywin32 is stubbed."""

    def __init__(self) -> None:
        from xlwings.com_server import XLPython  # noqa: PLC0415  # see above

        self._server = XLPython()
        self.calls = 0

    def serve(self, document: Any) -> None:
        """Answer the cells of a document from now on.

        Args:
            document: an open one with our macros.
        """
        script = document.getScriptProvider().getScript(
            f"vnd.sun.star.script:{_LIBRARY}.CallUdf.ServeWith?language=Basic&location=document"
        )
        script.invoke((self,), (), ())

    def invoke(self, parameters: tuple[Any, ...], *_outputs: object) -> tuple[Any, tuple, tuple]:
        """Call a function: its module, its name, its arguments (com.sun.star.script.XScript)."""
        module, function, arguments = parameters
        self.calls += 1
        handed = tuple(_Cells(one) if hasattr(one, "Value") else one for one in arguments)
        result = self._server.CallUDF(module, function, handed, None, _PARENT)
        return _as_basic_takes(result), (), ()

    def getTypes(self) -> tuple[Any, ...]:  # com.sun.star.lang.XTypeProvider
        """Tell what this is."""
        names = ("script.provider.XScript", "lang.XTypeProvider")
        return tuple(bridge().getTypeByName(f"com.sun.star.{name}") for name in names)

    def getImplementationId(self) -> Any:  # likewise
        """Give no id."""
        return bridge().ByteSequence(b"")


def _as_basic_takes(result: Any) -> Any:
    """Give a value, or rows of values for an array."""
    if isinstance(result, (list, tuple)):
        rows = result if isinstance(result[0], (list, tuple)) else [result]
        return tuple(tuple(map(_cell, row)) for row in rows)
    return _cell(result)


def _cell(value: Any) -> Any:
    """Make of a date what Excel makes of it."""
    if isinstance(value, dt.datetime):
        return float((value.replace(tzinfo=None) - _EPOCH).days)
    return value
