"""A formula as Excel's fill-down writes it into the rows below: relative references move."""

import re
from typing import Final

from xlsx_addin.core.cells import LAST_ROW, column_number
from xlsx_addin.workbooks.saved.xml import escape

# In a reference: sheets between quotes and all between brackets stay, cells and rows may move.
_PIECE: Final = re.compile(
    r"('(?:[^']|'')*'|\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\])"
    r"|(?<![\w.$])(\$?[A-Za-z]{1,3}|)(\$?)([1-9][0-9]{0,6})(?![\w.!(\[])"
)


class FilledFormula:
    """A formula that moves down with its cell.

    Args:
        text: the formula, without its equals sign.
        row: the row that it is written for.

    Raises:
        ValueError: it is no formula that can be taken apart.
    """

    def __init__(self, text: str, row: int) -> None:
        self._origin = row
        self._rows: list[int] = []
        self._template = escape("".join(map(self._token, _tokens(text))))

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same in every row."""
        return not self._rows

    def at(self, row: int) -> bytes:
        """Write it for a row, as the content of an element.

        Args:
            row: the number of the row.
        """
        down = row - self._origin
        rows = tuple([down + number for number in self._rows])
        if rows and max(rows) > LAST_ROW:
            return b"#REF!"
        return self._template % rows

    def _token(self, token: tuple[str, bool]) -> str:
        text, is_reference = token
        if not is_reference:
            return text.replace("%", "%%")
        pieces: list[str] = []
        at = 0
        for match in _PIECE.finditer(text):
            pieces.append(text[at : match.start()].replace("%", "%%"))
            pieces.append(self._piece(match))
            at = match.end()
        return "".join([*pieces, text[at:].replace("%", "%%")])

    def _piece(self, match: re.Match[str]) -> str:
        letters, is_absolute, row = match[2], match[3], match[4]
        is_cell = row is not None and (not letters or column_number(letters.lstrip("$")))
        if not is_cell or is_absolute or letters == "$":
            return match[0].replace("%", "%%")
        self._rows.append(int(row))
        return f"{letters}%d"


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Cut a formula into tokens, and say of each whether it is a reference."""
    # Imported when a formula is filled down, which is rare: openpyxl costs 0.1 s.
    from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError  # noqa: PLC0415

    try:
        items = Tokenizer(f"={text}").items
    except (TokenizerError, IndexError) as error:
        raise ValueError(text) from error
    return [
        (item.value, item.type == Token.OPERAND and item.subtype == Token.RANGE) for item in items
    ]
