"""Translates formulas between Excel's way of writing them and LibreOffice's.

Both are English. LibreOffice parts arguments by `;` and sheets by a dot, rows of a constant array
by `|`, and has no `[@Column]`.
"""

import re
from typing import Final

from tests.hosts.libreoffice.boxes import column_letters, column_number

_TEXT: Final = r'"(?:[^"]|"")*"'
_COLUMN: Final = r"\[(?:[^\[\]']|'.)*\]"
_QUOTED: Final = r"'(?:[^']|'')*'"
_NAME: Final = r"[^\W\d][\w]*"
_CELL: Final = r"(?=\$?[A-Za-z]{1,3}\$?\d|\$?[A-Za-z]{1,3}:|\$?\d+:|#REF!)"

_FROM_OFFICE: Final = re.compile(
    rf"(?P<keep>{_TEXT}|{_COLUMN})"
    rf"|(?:\$?(?P<quoted>{_QUOTED})|\$?(?P<name>{_NAME}))\.{_CELL}"
    r"|(?P<sign>[;|{}])"
)
_FROM_EXCEL: Final = re.compile(
    rf"(?P<keep>{_TEXT})"
    rf"|\[@(?P<this>[^\[\]]+)\]|\[@(?P<this_quoted>{_COLUMN})\]"
    rf"|(?P<column>{_COLUMN})"
    rf"|(?:(?P<quoted>{_QUOTED})|(?P<name>{_NAME}))!{_CELL}"
    r"|(?P<sign>[,;{}])"
)
_REFERENCE: Final = re.compile(
    rf"(?P<keep>{_TEXT}|{_COLUMN}|{_QUOTED})"
    r"|(?<![\w.$])(?P<column>\$?[A-Za-z]{1,3})(?P<row>\$?\d+)(?![\w(.!])"
)


def moved(formula: str, *, rows: int, columns: int) -> str:
    """Write a formula as it reads in another cell: what is not fixed by `$` moves along."""

    def move(found: re.Match[str]) -> str:
        if found["keep"]:
            return found["keep"]
        column, row = found["column"], found["row"]
        if not column.startswith("$"):
            column = column_letters(column_number(column) + columns)
        return column + (row if row.startswith("$") else str(int(row) + rows))

    return _REFERENCE.sub(move, formula)


def excel_formula(formula: str) -> str:
    """Write a formula of LibreOffice as Excel does; an array's braces fall away."""
    if formula.startswith("{=") and formula.endswith("}"):
        formula = formula[1:-1]
    depth = 0

    def translate(found: re.Match[str]) -> str:
        nonlocal depth
        if found["keep"]:
            return found["keep"]
        if found["sign"]:
            depth += {"{": 1, "}": -1}.get(found["sign"], 0)
            inside = {";": ",", "|": ";"} if depth else {";": ","}
            return inside.get(found["sign"], found["sign"])
        return f"{found['quoted'] or found['name']}!"

    return _FROM_OFFICE.sub(translate, formula)


def office_formula(formula: str) -> str:
    """Write a formula of Excel as LibreOffice does."""
    depth = 0

    def translate(found: re.Match[str]) -> str:
        nonlocal depth
        if kept := found["keep"] or found["column"]:
            return kept
        if this := found["this"] or found["this_quoted"]:
            column = this if this.startswith("[") else f"[{this}]"
            return f"[[#This Row];{column}]"
        if sign := found["sign"]:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            return ({",": ";", ";": "|"} if depth else {",": ";"}).get(sign, sign)
        return f"${found['quoted'] or found['name']}."

    return _FROM_EXCEL.sub(translate, formula)
