"""Keys of workbooks in the store."""

import os
from pathlib import Path


def file_key(path: Path) -> str:
    """Name a workbook file in the store.

    Args:
        path: the file, under any of its names.
    """
    # File names may hold any bytes; a key is text.
    return os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")
