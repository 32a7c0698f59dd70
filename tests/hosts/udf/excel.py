"""An Excel of a few Python objects, which calls our functions as the generated VBA does.

It calculates one formula at a time, as Excel does, through the real COM server of xlwings. It
knows values, formulas, spilled results, one window; no dependencies, no formats.
"""

import datetime as dt
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tests.hosts.udf.pywin32 import OUR_FUNCTIONS, RANGE_ID, CDispatch, ComError
from xlsx_addin.core.cells import LAST_ROW, column_letters, column_number

WINDOW = 132
REJECTED = -2147418111
AREA = re.compile(r"\$?([A-Z]+)(?:\$?(\d+))?(?::\$?([A-Z]+)(?:\$?(\d+))?)?")

Address = tuple[int, int]


@dataclass(frozen=True)
class Formula:
    """A formula of ours: its name and arguments, references as texts such as `=A2`."""

    name: str
    arguments: tuple[object, ...]
    module: str = OUR_FUNCTIONS


class _RangeObject:
    """What tells a range from other objects."""

    @staticmethod
    def GetTypeInfo() -> Any:  # as pywin32 names it
        return SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_ID))


class Range(CDispatch):
    """Cells of a sheet; the names are Excel's."""

    _oleobj_ = _RangeObject()
    CLSID = RANGE_ID

    def __init__(self, sheet: "Sheet", areas: Sequence[tuple[int, int, int, int]]) -> None:
        self._sheet = sheet
        self._areas = areas
        self.Row, self.Column, self._last_row, self._last_column = areas[0]

    @property
    def Worksheet(self) -> "Sheet":
        return self._sheet

    @property
    def Application(self) -> "Excel":
        return self._sheet.Application

    @property
    def Rows(self) -> Any:
        return SimpleNamespace(Count=self._last_row - self.Row + 1)

    @property
    def Columns(self) -> Any:
        return SimpleNamespace(Count=self._last_column - self.Column + 1)

    @property
    def CountLarge(self) -> int:
        return int(self.Rows.Count * self.Columns.Count)

    @property
    def Address(self) -> str:
        return ",".join(
            f"${column_letters(left)}${top}"
            + (f":${column_letters(right)}${bottom}" if (top, left) != (bottom, right) else "")
            for top, left, bottom, right in self._areas
        )

    def addresses(self) -> Iterator[Address]:
        for top, left, bottom, right in self._areas:
            for row in range(top, bottom + 1):
                yield from ((row, column) for column in range(left, right + 1))

    @property
    def Value(self) -> Any:
        self._sheet.Application.reads.append(self.Rows.Count)
        values = [
            tuple(
                self._sheet.values.get((row, column))
                for column in range(self.Column, self._last_column + 1)
            )
            for row in range(self.Row, self._last_row + 1)
        ]
        return values[0][0] if len(values) == len(values[0]) == 1 else tuple(values)

    def Calculate(self) -> None:
        excel = self._sheet.Application
        excel.refuse_if_busy()
        excel.calculated.append(self.Address)
        for address in list(self.addresses()):
            self._sheet.calculate(address)

    @property
    def Formula2(self) -> Formula | None:
        return self._sheet.formulas.get((self.Row, self.Column))

    @Formula2.setter
    def Formula2(self, formula: Formula) -> None:
        self._sheet.formulas[self.Row, self.Column] = formula
        self._sheet.calculate((self.Row, self.Column))

    @property
    def Formula(self) -> Any:
        self._sheet.Application.refuse_if_busy()
        rows = [
            tuple(self._sheet.formula_text((row, column)) for column in self._columns())
            for row in range(self.Row, self._last_row + 1)
        ]
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else tuple(rows)

    def _columns(self) -> range:
        return range(self.Column, self._last_column + 1)

    def __call__(self, row: int, column: int) -> "Range":
        return self._sheet.cell(self.Row + row - 1, self.Column + column - 1)


class Sheet(CDispatch):
    """A worksheet with values and formulas by row and column."""

    def __init__(self, excel: "Excel", name: str) -> None:
        self.Application = excel
        self.Name = name
        self.values: dict[Address, Any] = {}
        self.formulas: dict[Address, Formula] = {}

    @property
    def Parent(self) -> "Excel":
        return self.Application

    @property
    def UsedRange(self) -> Range:
        used = [*self.values, *self.formulas] or [(1, 1)]
        rows, columns = zip(*used, strict=True)
        return Range(self, [(min(rows), min(columns), max(rows), max(columns))])

    def Range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, Range):
            return Range(self, [(first.Row, first.Column, last._last_row, last._last_column)])
        if len(first) > 255:
            raise ComError(-2146827284, "the address is too long")
        return Range(self, [self._area(part) for part in first.split(",")])

    def Cells(self, row: int, column: int) -> Range:
        return self.cell(row, column)

    def cell(self, row: int, column: int) -> Range:
        return Range(self, [(row, column, row, column)])

    def write(self, first_row: int, rows: Iterable[Sequence[object]]) -> None:
        """Put values into the sheet, from column A on."""
        for row, values in enumerate(rows, first_row):
            self.values |= {(row, column): one for column, one in enumerate(values, 1)}

    def enter(self, where: str, name: str, *arguments: object) -> None:
        """Enter a formula as a user does: Excel calculates it at once."""
        address = self._area(where)[:2]
        self.formulas[address] = Formula(name, arguments)
        self.calculate(address)

    def move_down(self, from_row: int, by: int) -> None:
        """Insert rows; Excel does not calculate what it moves."""
        for cells in (self.values, self.formulas):
            moved = {
                (row + by if row >= from_row else row, column): one
                for (row, column), one in cells.items()
            }
            cells.clear()
            cells.update(moved)

    def calculate(self, address: Address) -> None:
        formula = self.formulas.get(address)
        if formula is not None:
            self._show(address, self.Application.call(self, address, formula))

    def shown(self, where: str) -> Any:
        """Give what a cell shows, or rows of what cells show."""
        area = self._area(where)
        value = Range(self, [area]).Value
        return [list(row) for row in value] if isinstance(value, tuple) else value

    def formula_text(self, address: Address) -> str:
        formula = self.formulas.get(address)
        if formula is None:
            return str(self.values.get(address, ""))
        return f"={formula.name}({', '.join(map(str, formula.arguments))})"

    def _show(self, address: Address, result: Any) -> None:
        """Spill a result; a single row comes as one tuple, as from a VBA array."""
        rows = result if isinstance(result, (list, tuple)) else [[result]]
        if rows and not isinstance(rows[0], (list, tuple)):
            rows = [rows]
        for row, values in enumerate(rows, address[0]):
            for column, value in enumerate(values, address[1]):
                too_long = isinstance(value, str) and len(value) > 255
                self.values[row, column] = "#VALUE!" if too_long else value

    def _area(self, text: str) -> tuple[int, int, int, int]:
        match = AREA.fullmatch(text)
        assert match, text
        left, top, right, bottom = match.groups()
        first, last = column_number(left), column_number(right or left)
        assert first
        assert last
        if top is None:
            return 1, first, LAST_ROW, last
        return int(top), first, int(bottom or top), last


class Excel(CDispatch):
    """One Excel with one workbook; it is its own workbook and its sheets."""

    def __init__(self) -> None:
        from xlwings.com_server import XLPython  # noqa: PLC0415  # the stubs must be in place

        self._server = XLPython()
        self._lock = threading.RLock()
        self._sheets: dict[str, Sheet] = {}
        self.Hwnd = WINDOW
        self.Name = "Book1.xlsx"
        self.Calculation = -4105
        self.Ready = True
        self.busy_calls = 0
        self.calls = 0
        self.calculated: list[str] = []
        self.dependents_calculated = 0
        self.reads: list[int] = []
        self.Workbooks = _Workbooks(self)

    @property
    def Application(self) -> "Excel":
        return self

    @property
    def Count(self) -> int:
        return len(self._sheets)

    @property
    def Worksheets(self) -> "Excel":
        return self

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._sheets.values())

    @property
    def Sheets(self) -> "Excel":
        return self

    def __call__(self, name: str | int) -> Sheet:
        if isinstance(name, int):
            return list(self._sheets.values())[name - 1]
        if name not in self._sheets:
            raise ComError(-2147352565, "Subscript out of range")
        return self._sheets[name]

    def add_sheet(self, name: str = "Sheet1") -> Sheet:
        return self._sheets.setdefault(name, Sheet(self, name))

    def refuse_if_busy(self) -> None:
        """Reject a call from outside, as Excel does while a cell is edited."""
        if self.busy_calls > 0:
            self.busy_calls -= 1
            raise ComError(REJECTED, "Call was rejected by callee.")

    def Calculate(self) -> None:
        self.dependents_calculated += 1

    def calculate_all(self) -> None:
        """Calculate every formula, as Ctrl+Alt+F9 does."""
        for sheet in list(self):
            for address in list(sheet.formulas):
                sheet.calculate(address)

    def call(self, sheet: Sheet, address: Address, formula: Formula) -> Any:
        """Do what the generated wrapper of a function does."""
        quoted = (
            f"'[{self.Name}]{sheet.Name}'" if " " in sheet.Name else f"[{self.Name}]{sheet.Name}"
        )
        caller = sheet.cell(*address)
        arguments = [
            sheet.Range(one[1:]) if isinstance(one, str) and one.startswith("=") else one
            for one in formula.arguments
        ]
        if formula.module == OUR_FUNCTIONS:
            arguments.append(f"{self.Hwnd}|{quoted}!{caller.Address}")
        with self._lock:
            self.calls += 1
            result = self._server.CallUDF(
                formula.module, formula.name, tuple(arguments), self, caller
            )
        return _as_excel_keeps(result)

    def run(self, macro: str, *arguments: object) -> Any:
        """Do what the generated wrapper of a macro does."""
        return self._server.CallUDF(OUR_FUNCTIONS, macro, arguments, self, None)


class _Workbooks:
    """The one workbook of an Excel, by its name or number."""

    Count = 1

    def __init__(self, excel: Excel) -> None:
        self._excel = excel

    def __call__(self, key: str | int) -> Excel:
        self._excel.refuse_if_busy()
        if key not in (1, self._excel.Name):
            raise ComError(-2147352565, "Subscript out of range")
        return self._excel


def _as_excel_keeps(value: Any) -> Any:
    """Take a result over: no None gets into a cell, dates lose their zone."""
    if isinstance(value, (list, tuple)):
        return [_as_excel_keeps(one) for one in value]
    if isinstance(value, dt.datetime):
        assert value.tzinfo is not None, "pywin32 takes only dates with a zone"
        return value.replace(tzinfo=None)
    assert isinstance(value, (str, float, int, bool)), f"{value!r} is no value of a cell"
    return value
