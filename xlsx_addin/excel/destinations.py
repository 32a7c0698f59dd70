"""Where files go that a button fetches."""

from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = "Amazon invoices"


class Destination(NamedTuple):
    """A folder, and what becomes of the files in it.

    Args:
        folder: where they go.
        link: whether the workbook gets links to them.
    """

    folder: Path
    link: bool = True


def usual_destination(book: Path | None, documents: Path) -> Destination:
    """Give the folder that is offered: beside the workbook, else among the documents.

    Args:
        book: the workbook's file, None if it was never saved on this computer.
        documents: the user's folder of documents.
    """
    return Destination((book.parent if book else documents) / _FOLDER)
