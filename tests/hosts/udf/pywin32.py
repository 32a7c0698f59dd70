"""Stands in for pywin32, so that what xlwings does on Windows runs anywhere.

Modules of this form are put in place of pywin32's; the code of xlwings above them, from the
COM server down to the conversion of values, is the real one. What they stand for is in
`tests/hosts/udf/excel.py`: an Excel that is a handful of Python objects.
"""

import ctypes
import datetime as dt
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

OUR_FUNCTIONS = "xlsx_addin.excel.functions"
RANGE_ID = "{00020846-0000-0000-C000-000000000046}"

_IMPORTED_ANEW = ("xlwings.udfs", "xlwings.com_server", "xlwings._xlwindows", OUR_FUNCTIONS)


class ComError(Exception):
    """As `pywintypes.com_error`: code, text, details, argument."""

    def __init__(
        self, hresult: int = 0, text: str = "", details: Any = None, argument: Any = None
    ) -> None:
        super().__init__(hresult, text, details, argument)
        self.hresult = hresult
        self.excepinfo = details


class CDispatch:
    """As `win32com.client.CDispatch`: what every object of Excel is."""


class _NotWrapped(Exception):
    pass


class _Utc:
    @staticmethod
    def utc() -> dt.tzinfo:
        return dt.UTC


def _module(name: str, **content: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(content)
    return module


def _unwrap(_value: object) -> object:
    raise _NotWrapped


def _modules() -> dict[str, types.ModuleType]:
    dispatch = type("PyIDispatch", (), {})
    client = _module(
        "win32com.client",
        CDispatch=CDispatch,
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
        Dispatch=lambda value, **_options: value,
        DispatchEx=lambda *_arguments: None,
        gencache=_module("gencache"),
    )
    server = {name: _module(f"win32com.server.{name}") for name in ("dispatcher", "policy", "util")}
    vars(server["util"]).update(unwrap=_unwrap, wrap=lambda value, *_rest: value)
    win32com = _module("win32com", client=client, server=_module("win32com.server", **server))
    return {
        "pythoncom": _module(
            "pythoncom",
            __file__="pythoncom",
            com_error=ComError,
            ole_error=ComError,
            CoInitialize=lambda *_arguments: None,
            IID_IDispatch="IDispatch",
            TypeIIDs={"IDispatch": dispatch},
            CoMarshalInterThreadInterfaceInStream=lambda _id, value: value,
            CoGetInterfaceAndReleaseStream=lambda value, _id: value,
        ),
        "pywintypes": _module(
            "pywintypes",
            com_error=ComError,
            error=type("error", (Exception,), {}),
            TimeType=dt.datetime,
            IID=str,
        ),
        "win32com": win32com,
        "win32com.client": client,
        "win32com.server": win32com.server,
        **{f"win32com.server.{name}": module for name, module in server.items()},
        "win32api": _module("win32api"),
        "win32con": _module("win32con"),
        "win32event": _module("win32event"),
        "win32gui": _module(
            "win32gui", FindWindowEx=lambda *_arguments: 1, IsWindow=lambda _window: True
        ),
        "win32process": _module(
            "win32process", GetWindowThreadProcessId=lambda window: (0, window)
        ),
        "win32timezone": _module("win32timezone", TimeZoneInfo=_Utc),
    }


class _Library:
    """Any library of Windows, any function of which does nothing."""

    def __getattr__(self, name: str) -> Any:
        return _Library()

    def __call__(self, *_arguments: object) -> int:
        return 0


@contextmanager
def stubbed_pywin32() -> Iterator[types.ModuleType]:
    """Let the real `xlwings.udfs` be imported, and undo everything in the end.

    Yields:
        The module with our functions, decorated by xlwings as on Windows.
    """
    import xlwings  # noqa: PLC0415  # before anything is stubbed

    stubs = {
        "windll": _Library(),
        "oledll": _Library(),
        "PyDLL": lambda _name: _Library(),
    }
    before = {name: sys.modules.pop(name, None) for name in _IMPORTED_ANEW}
    engines = list(xlwings.engines.engines)
    attributes = dict(vars(xlwings))
    try:
        with patch.dict(sys.modules, _modules()), patch.multiple(ctypes, create=True, **stubs):
            yield _functions(xlwings)
            sys.modules["xlwings.com_server"].loop.close()
    finally:
        xlwings.engines.engines[:] = engines
        for name in vars(xlwings).keys() - attributes.keys():
            delattr(xlwings, name)
        vars(xlwings).update(attributes)
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def _functions(xlwings: types.ModuleType) -> types.ModuleType:
    """Do what importing xlwings does on Windows, then import our functions."""
    import atexit  # noqa: PLC0415  # as they are needed
    import importlib  # noqa: PLC0415

    windows = importlib.import_module("xlwings._xlwindows")
    atexit.unregister(windows.cleanup)  # it would look for the processes of an Excel
    xlwings._xlwindows = windows
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    udfs = importlib.import_module("xlwings.udfs")
    xlwings.func, xlwings.sub = udfs.xlfunc, udfs.xlsub
    xlwings.arg, xlwings.ret = udfs.xlarg, udfs.xlret
    importlib.import_module("xlwings.com_server")
    return importlib.import_module(OUR_FUNCTIONS)
