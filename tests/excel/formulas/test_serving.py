import os
import time

import pytest

import xlsx_addin
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.excel.formulas.answers import Formulas
from xlsx_addin.excel.formulas.serving import Server, serve_with, server
from xlsx_addin.sandbox import INVOICES
from xlsx_addin.settings import load_settings

NAMES = ("order", "line_item", "shipment")
LINE = LineItem("250-1234567-1234567", "92258882544123", "Dx1234567")
OTHER = LINE._replace(shipment_id="Dx7654321")


class Cells:
    """Remembers which workbooks were to be calculated."""

    def __init__(self):
        self.books = []

    def recalculate(self, cells):
        pass

    def called(self, cell):
        pass

    def finish(self):
        pass

    def recalculate_formulas(self, window, book):
        self.books.append((window, book))


@pytest.fixture
def cells():
    return Cells()


@pytest.fixture
def served(cells):
    served = Server(lambda: load_settings(os.environ), cells)
    yield served
    served.close()


def status(served, wanted):
    """Calculate a formula again and again until it shows what is wanted."""
    deadline = time.monotonic() + 10
    while True:
        ((shown,),) = Formulas(served.loader).field(ResultField.STATUS, NAMES, LINE, "")
        if shown.startswith(wanted):
            return
        assert time.monotonic() < deadline, shown
        time.sleep(0.01)


def test_nothing_is_opened_before_the_first_formula(served, home):
    assert not (home / "store.sqlite").exists()


def test_a_refresh_asks_again_about_what_may_change(served, cells, start_amazon):
    amazon = start_amazon(overrides={LINE: "nulls"})
    status(served, "No invoice yet")
    status(served, "No invoice yet")
    assert amazon.requests.count(INVOICES) == 1
    served.refresh(132, "Book1.xlsx")
    assert cells.books == [(132, "Book1.xlsx")]
    status(served, "No invoice yet")
    deadline = time.monotonic() + 10
    while amazon.requests.count(INVOICES) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_refresh_reads_the_settings_again(served, start_amazon, monkeypatch):
    start_amazon()
    secret = os.environ["AMAZON_BUSINESS_CLIENT_SECRET"]
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "wrong")
    status(served, "Not allowed: Login with Amazon does not accept")
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", secret)
    status(served, "Not allowed")
    served.refresh(132, "Book1.xlsx")
    status(served, "Found")


def test_settings_that_are_wrong_are_told_in_the_cell(served, home):
    (home / "settings.toml").write_text("[profiles.default]\nregion = 7\n")
    status(served, "Failed: region in profile 'default'")


def test_a_process_has_one_server():
    serve_with(None)
    try:
        assert server() is server()
    finally:
        serve_with(None)


def test_formulas_and_the_other_ways_share_what_is_known_and_the_pace(served, start_amazon, home):
    amazon = start_amazon()
    status(served, "Found")
    assert (home / "permits.sqlite").exists()
    (outcome,) = xlsx_addin.lookup([LINE])
    assert outcome.status == "Found"
    xlsx_addin.lookup([OTHER])
    ((shown,),) = Formulas(served.loader).field(ResultField.INVOICE_NUMBER, NAMES, OTHER, "")
    assert shown not in ("Requesting…", "")
    assert amazon.requests.count(INVOICES) == 2
