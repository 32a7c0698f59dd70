"""Puts LibreOffice behind xlwings in every Python that a macro of a test starts.

Python imports this module at its start where the folder is on PYTHONPATH. On Windows and Mac the
engine for Excel is there by itself; the code under test must not know of any other.
"""

import os
import sys
from pathlib import Path

if "OFFICE_PIPE" in os.environ:
    sys.path.append(str(Path(__file__).parents[3]))
    import xlwings

    from tests.hosts.libreoffice.host import LibreOfficeHost

    LibreOfficeHost.attach(os.environ["OFFICE_PIPE"]).__enter__()
    if "CALLING_BOOK" in os.environ:
        # What RunPython says on its command line in Excel.
        xlwings.books[os.environ.pop("CALLING_BOOK")].set_mock_caller()
