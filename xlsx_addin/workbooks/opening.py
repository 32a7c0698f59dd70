"""The one place that chooses the adapter for a closed workbook."""

from pathlib import Path

from xlsx_addin.workbooks.contract import Workbook
from xlsx_addin.workbooks.saved import SavedWorkbook


def open_workbook(path: Path, *, force: bool = False) -> Workbook:
    """Open a closed workbook, to be refreshed and saved.

    Args:
        path: the .xlsx or .xlsm file.
        force: edit a digitally signed workbook although that voids its signature.

    Raises:
        WorkbookError: the file is no workbook that can be refreshed; `code` says why.
        WorkbookBusy: another program does not let us read it.
        LocalError: the disk does not let us read it.
    """
    return SavedWorkbook(path, force=force)
