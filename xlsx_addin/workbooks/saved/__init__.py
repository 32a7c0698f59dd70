"""The adapter for closed workbooks: it changes the cells of an edit and nothing else."""

from xlsx_addin.workbooks.saved.adapter import SavedWorkbook

__all__ = ["SavedWorkbook"]
