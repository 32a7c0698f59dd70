"""Makes the VBA of our functions: `python templates/src/udf_wrappers.py`.

`xlwings_udfs.bas` is what xlwings itself writes when a user imports functions, made by its own
generator under stand-ins for pywin32; built into the add-in, nobody has to import anything or
to trust access to the VBA project. `FunctionHelp.bas` has what the import does besides: it
tells Excel's function wizard about functions and arguments. Both go to `templates/src/generated`.
"""

import io
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

PROJECT: Final = Path(__file__).parents[2]
GENERATED: Final = PROJECT / "templates" / "src" / "generated"
ADD_IN: Final = "xlsx_addin.xlam"
LONGEST_HELP: Final = 255
"""Characters of a help text that Excel takes."""

_WRAPPERS_HEAD: Final = """\
Attribute VB_Name = "xlwings_udfs"
'Made by templates/src/udf_wrappers.py: changes will be lost.
#Const App = "Microsoft Excel"
"""
_HELP_HEAD: Final = """\
Attribute VB_Name = "FunctionHelp"
'Made by templates/src/udf_wrappers.py: changes will be lost.
Option Explicit
Option Private Module

'Names the cell that calls a function, and the window of its Excel; empty if it is no cell.
Public Function CallingCell() As String
    On Error Resume Next
    CallingCell = Application.Hwnd & "|" & Application.Caller.Address(True, True, xlA1, True)
End Function

'Tells the function wizard what functions and arguments mean. Excel refuses this now and then,
'for instance while no workbook is open; the functions work all the same.
Public Sub RegisterFunctionHelp()
    Dim prefix As String
    On Error Resume Next
    prefix = "'" & ThisWorkbook.Name & "'!"
"""
_HELP_END: Final = """\
    ThisWorkbook.Saved = True
End Sub
"""


def wrappers(functions: ModuleType) -> str:
    """Give the VBA module with one wrapper a function.

    Args:
        functions: our module, decorated by the real xlwings.
    """
    from xlwings.udfs import generate_vba_wrapper  # noqa: PLC0415  # under the stand-ins only

    text = io.StringIO()
    add_in = SimpleNamespace(Name=ADD_IN)
    generate_vba_wrapper(functions.__name__, functions, text, add_in)
    return _WRAPPERS_HEAD + text.getvalue().rstrip("\n") + "\n"


def function_help(functions: ModuleType) -> str:
    """Give the VBA module that names the calling cell and registers the help.

    Args:
        functions: our module, decorated by the real xlwings.
    """
    calls = [_registration(one) for one in offered(functions) if not one["sub"]]
    return _HELP_HEAD + "".join(calls) + _HELP_END


def offered(functions: ModuleType) -> Iterator[dict[str, Any]]:
    """Give what xlwings knows of each function that Excel shows.

    Args:
        functions: our module, decorated by the real xlwings.
    """
    for name in dir(functions):
        known = getattr(getattr(functions, name), "__xlfunc__", None)
        if known is not None:
            yield known


def help_texts(known: dict[str, Any]) -> tuple[str, list[str]]:
    """Give the help of a function and of the arguments that users see.

    Args:
        known: what xlwings knows of it.
    """
    arguments = [one["doc"] for one in known["args"] if not one["vba"]]
    return " ".join(known["ret"]["doc"].split()), arguments


def _registration(known: dict[str, Any]) -> str:
    about, arguments = help_texts(known)
    quoted = ", _\n            ".join(map(_quoted, arguments))
    call = f"""\
        Application.MacroOptions Macro:=prefix & {_quoted(known["name"])}, _
            Description:={_quoted(about)}, _
            Category:={_quoted(known["category"])}, _
            ArgumentDescriptions:=Array( _
            {quoted})
    """
    return textwrap.indent(textwrap.dedent(call).rstrip() + "\n", "    ")


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def main() -> None:
    """Write both modules."""
    sys.path.insert(0, str(PROJECT))
    from tests.hosts.udf.pywin32 import stubbed_pywin32  # noqa: PLC0415  # found from here only

    GENERATED.mkdir(parents=True, exist_ok=True)
    with stubbed_pywin32() as functions:
        made = {
            "xlwings_udfs.bas": wrappers(functions),
            "FunctionHelp.bas": function_help(functions),
        }
    for name, text in made.items():
        (GENERATED / name).write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
