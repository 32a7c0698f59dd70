"""Workbooks with formulas of ours for LibreOffice, which cannot run the VBA of xlwings."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from pyopenvba import ExcelFile

PROJECT = Path(__file__).parents[3]
GENERATED = PROJECT / "templates" / "src" / "generated" / "xlwings_udfs.bas"
HEADER = ("Order ID", "Order Line Item ID", "Shipment ID")

# Stands in for the module of xlwings.
CALL_UDF = """Option Explicit

Global Server As Object

Public Sub ServeWith(TheServer)
    Set Server = TheServer
End Sub

Public Function CallingCell() As String
    CallingCell = ""
End Function

Public Function XLPyCallUDF(ModuleName, FunctionName, Arguments)
    Dim Result, Row, Column
    If Server Is Nothing Then
        XLPyCallUDF = ""
        Exit Function
    End If
    Result = Server.invoke(Array(ModuleName, FunctionName, Arguments), Array(), Array())
    If IsArray(Result) Then
        Dim Block() As Variant
        ReDim Block(UBound(Result), UBound(Result(0)))
        For Row = 0 To UBound(Result)
            For Column = 0 To UBound(Result(0))
                Block(Row, Column) = Result(Row)(Column)
            Next Column
        Next Row
        XLPyCallUDF = Block
    Else
        XLPyCallUDF = Result
    End If
End Function
"""


def wrappers() -> str:
    """Give the generated wrappers as LibreOffice understands them.

    It runs both branches of `#If`, has no `XLPy` and does not tell who calls.
    """
    text = GENERATED.read_text(encoding="ascii").split("\n", 1)[1]
    text = re.sub(r"^Sub .*?^End Sub\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r" *#If App.*?\n(.*?) *#Else.*?#End If\n", r"\1", text, flags=re.DOTALL)
    text = text.replace("If TypeOf Application.Caller Is Range Then ", "")
    text = text.replace(", ActiveWorkbook, Application.Caller)", ")")
    return text.replace("XLPy.CallUDF(", "XLPyCallUDF(")


def formula_book(
    path: Path,
    lines: Sequence[Sequence[str]],
    *,
    cells: Sequence[str] = (),
    array: bool = True,
) -> Path:
    """Write an .xlsm with line items and formulas beside them.

    Args:
        path: the file.
        lines: the line items.
        cells: functions for one cell, a column each.
        array: the array formula to the right of them.
    """
    project = path.with_suffix(".bin")
    project.write_bytes(_project(path))
    with xlsxwriter.Workbook(path) as book:
        book.set_vba_name("ThisWorkbook")
        book.add_vba_project(str(project))
        sheet = book.add_worksheet("Purchases")
        sheet.set_vba_name("Sheet1")
        bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for columns, width in (("A:A", 23), ("B:C", 18), ("D:N", 28)):
            sheet.set_column(columns, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEADER, bold)
        for row, line in enumerate(lines, 1):
            for column, text in enumerate(line):
                sheet.write_string(row, column, text)
            for column, name in enumerate(cells, 3):
                formula = f"={name}(A{row + 1},B{row + 1},C{row + 1})"
                sheet.write_formula(row, column, formula, date if "DATE" in name else None)
        sheet.write_row(0, 3, cells, bold)
        if array:
            last, first = len(lines) + 1, 3 + len(cells)
            titles = ("Invoice Number", "Invoice Date", "Consolidated Invoice Number")
            sheet.write_row(0, first, titles, bold)
            formula = f"{{=AB_INVOICES(A2:A{last},B2:B{last},C2:C{last})}}"
            sheet.set_column(first + 1, first + 1, 14, date)
            sheet.write_array_formula(1, first, len(lines), first + 2, formula)
            for row in range(2, len(lines) + 1):
                sheet.write_blank(row, first + 1, None, date)
    return path


def _project(path: Path) -> bytes:
    """Write the macros into a workbook of their own, and take them out of it."""
    with ExcelFile.create_new(str(path)) as file:
        project = file.vba_project()
        project.delete_module("Module1")
        for name, source in {"xlwings_udfs": wrappers(), "CallUdf": CALL_UDF}.items():
            project.add_module(name, source.replace("\n", "\r\n"))
        file.save()
    with zipfile.ZipFile(path) as package:
        return package.read("xl/vbaProject.bin")
