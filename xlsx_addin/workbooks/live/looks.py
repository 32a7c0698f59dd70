"""How written cells look: number formats, and changes of looks that Excel may refuse."""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.workbooks.contract import ColumnKind
from xlsx_addin.workbooks.number_formats import NumberKind, kind_of_code

_log = logging.getLogger(__name__)

TEXT_CODE: Final = "@"
DATE_CODE: Final = "yyyy-mm-dd"
AMOUNT_CODE: Final = "#,##0.00"
COUNT_CODE: Final = "0"
_GENERAL: Final = "General"


class Code(NamedTuple):
    """A number format for what is written.

    Args:
        code: the format.
        is_shown_by: says whether another format shows it as well.
    """

    code: str
    is_shown_by: Callable[[str], bool]


def _shows_date(code: str) -> bool:
    return kind_of_code(code) is NumberKind.DATE


def _shows_number(code: str) -> bool:
    return code != TEXT_CODE and kind_of_code(code) is NumberKind.NUMBER


def _shows_amount(code: str) -> bool:
    return code != _GENERAL and _shows_number(code)


CODES: Final = {
    ColumnKind.DATE: Code(DATE_CODE, _shows_date),
    ColumnKind.NUMBER: Code(AMOUNT_CODE, _shows_amount),
    ColumnKind.COUNT: Code(COUNT_CODE, _shows_number),
}
"""By kind of column the number format of its cells, unless theirs does."""


def try_look(sheet: str, change: Callable[[], None]) -> None:
    """Change how cells look, if Excel lets us.

    A protected sheet may let cells be filled in but not formatted, and merged cells give
    their format to nobody. What becomes of the values is read back.

    Args:
        sheet: the name of the sheet.
        change: changes it.
    """
    try:
        change()
    except XlsxAddinError:
        raise
    except Exception:  # noqa: BLE001  # looks are no reason to lose results
        _log.info("formats of sheet %s stay as they are", sheet, exc_info=True)
