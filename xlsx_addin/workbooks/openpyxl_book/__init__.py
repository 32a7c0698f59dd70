"""The adapter for saved workbooks on openpyxl."""

from xlsx_addin.workbooks.openpyxl_book.adapter import OpenpyxlWorkbook

__all__ = ["OpenpyxlWorkbook"]
