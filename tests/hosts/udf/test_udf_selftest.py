"""The steps of the self-test about formulas, under the real `xlwings.udfs`: well, and broken."""

import datetime as dt
from types import SimpleNamespace

import pytest

from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.excel.selftest.bench import bench
from xlsx_addin.excel.selftest.formula_steps import one_cell, recalculate, spill
from xlsx_addin.excel.selftest.trial import Trial
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.sandbox import INVOICES
from xlsx_addin.sandbox.log import RequestRecord


class Cells:
    """Cells of our Excel of Python objects; fulfils `contract.FormulaCells`."""

    def __init__(self, served):
        self.served = served

    def write(self, first_row, rows):
        self.served.sheet.write(first_row, rows)

    def enter(self, cell, function, *arguments):
        references = [f"={one}" for one in arguments]
        self.served.while_time_passes(lambda: self.served.sheet.enter(cell, function, *references))

    def shown(self, area):
        return self.served.sheet.shown(area)

    def calculate_all(self):
        self.served.while_time_passes(self.served.excel.calculate_all)

    def copy(self, path):
        raise AssertionError("nobody asks for it")


@pytest.fixture
def try_formulas(serve, tmp_path):
    """Do the steps with these cells, up to one of them."""
    with bench(tmp_path) as ours:

        def run(last, make=Cells, **options):
            served = serve(sandbox=ours.sandbox, **options)
            cells = make(served)

            def wait(seconds):
                served.clock.turn(seconds)
                return False

            excel = SimpleNamespace(formula_cells=lambda: cells)
            trial = Trial(excel, ours, Waiting(served.clock.now, wait))
            for step in (spill, one_cell, recalculate):
                finding = step(trial)
                if step.__name__ == last:
                    return finding
            raise AssertionError(last)

        yield run


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("spill", "30 rows x 3 columns spilled, 2 requests; days come as dates."),
        ("one_cell", "12 rows x 4 functions are right,"),
        ("recalculate", "No request, and all formulas show the same."),
    ],
)
def test_all_is_well(try_formulas, last, told):
    assert told in try_formulas(last).message


class Changed(Cells):
    """Shows something else in one cell."""

    cell = (0, 0)

    def shown(self, area):
        rows = [list(row) for row in super().shown(area)]
        row, column = self.cell
        rows[row][column] = self.instead(rows[row][column])
        return rows


class Late(Changed):
    cell = (4, 1)

    def instead(self, value):
        return value + dt.timedelta(days=1) if isinstance(value, dt.datetime) else value


class Number(Changed):
    cell = (29, 0)

    def instead(self, value):
        return value if value == REQUESTING else 123.0


class Stuck(Changed):
    cell = (2, 0)

    def instead(self, _value):
        return REQUESTING


class Broken(Changed):
    def instead(self, _value):
        return "#NAME?"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (Late, "F6 shows"),
        (Number, "E31 shows 123.0, not"),
        (Stuck, "still said Requesting… after 30 s"),
        (Broken, "E2 shows '#NAME?', not"),
    ],
)
def test_wrong_cells_are_seen(try_formulas, make, told):
    with pytest.raises(XlsxAddinError, match=told.replace("?", r"\?")):
        try_formulas("spill", make)


def test_cells_that_share_no_request_are_seen(try_formulas):
    class Slow(Cells):
        def enter(self, cell, function, *arguments):
            super().enter(cell, function, *arguments)
            self.served.clock.turn(5.0)
            self.served.wait()

    with pytest.raises(XlsxAddinError, match="12 rows cost 12 requests"):
        try_formulas("one_cell", Slow)


def test_a_calculation_that_asks_is_seen(try_formulas):
    class Asking(Cells):
        def calculate_all(self):
            log = self.served.sandbox.requests
            log.append(RequestRecord(0.0, INVOICES, 200, (), "made-up", 1))

    with pytest.raises(XlsxAddinError, match="sent a request"):
        try_formulas("recalculate", Asking)


def test_a_calculation_that_changes_cells_is_seen(try_formulas):
    class Forgetting(Cells):
        def calculate_all(self):
            self.served.sheet.values[2, 5] = "something else"

    with pytest.raises(XlsxAddinError, match="changed what the formulas show"):
        try_formulas("recalculate", Forgetting)


def test_a_number_of_a_day_is_told(try_formulas):
    class Numbers(Cells):
        def shown(self, area):
            return [[_number(value) for value in row] for row in super().shown(area)]

    finding = try_formulas("spill", Numbers)
    assert "days come as numbers such as 45492" in finding.message


def _number(value):
    is_day = isinstance(value, dt.datetime)
    return float((value - dt.datetime(1899, 12, 30)).days) if is_day else value
