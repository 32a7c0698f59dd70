"""The adapter for a workbook that is open in Excel, through xlwings."""

from xlsx_addin.workbooks.live.adapter import LiveWorkbook
from xlsx_addin.workbooks.live.gate import ExcelGate

__all__ = ["ExcelGate", "LiveWorkbook"]
