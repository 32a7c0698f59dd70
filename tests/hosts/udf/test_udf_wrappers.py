"""The VBA of our functions: as xlwings makes it, and as it is built into the add-in."""

import importlib.util
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
NAMES = {
    "AB_INVOICES": ["orders", "line_items", "shipments"],
    "AB_INVOICE_NUMBER": ["order", "line_item", "shipment"],
    "AB_INVOICE_DATE": ["order", "line_item", "shipment"],
    "AB_CONSOLIDATED_INVOICE": ["order", "line_item", "shipment"],
    "AB_INVOICE_STATUS": ["order", "line_item", "shipment"],
}


@pytest.fixture(scope="module")
def script():
    path = PROJECT / "templates" / "src" / "udf_wrappers.py"
    spec = importlib.util.spec_from_file_location("udf_wrappers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generated(name: str) -> str:
    return (PROJECT / "templates" / "src" / "generated" / name).read_text(encoding="ascii")


def test_the_wrappers_in_the_add_in_are_those_of_xlwings(functions, script):
    assert script.wrappers(functions) == generated("xlwings_udfs.bas")


def test_the_help_in_the_add_in_is_that_of_the_functions(functions, script):
    assert script.function_help(functions) == generated("FunctionHelp.bas")


def test_the_wrappers_are_these_functions_and_no_others():
    text = generated("xlwings_udfs.bas")
    found = re.findall(r"^Function (\w+)\((.*)\)$", text, re.MULTILINE)
    assert {name: arguments.split(", ") for name, arguments in found} == NAMES
    assert re.findall(r"^Sub (\w+)\(\)$", text, re.MULTILINE) == ["RefreshInvoiceFormulas"]


def test_a_wrapper_hands_over_the_calling_cell_and_calls_our_module():
    text = generated("xlwings_udfs.bas")
    call = 'XLPy.CallUDF("xlsx_addin.excel.functions", "AB_INVOICE_DATE", '
    assert f"{call}Array(order, line_item, shipment, CallingCell()), ActiveWorkbook," in text


def test_nothing_is_volatile_or_left_out_in_the_wizard():
    text = generated("xlwings_udfs.bas")
    assert "Volatile" not in text
    assert "CommandBars" not in text


def test_no_function_is_asynchronous_or_resizes_itself(functions, script):
    for known in script.offered(functions):
        assert known["async_mode"] is None
        assert not known["volatile"]
        assert known["call_in_wizard"]
        assert "expand" not in known["ret"]["options"]


def test_help_is_there_for_all_that_users_see_and_short_enough(functions, script):
    for known in script.offered(functions):
        about, arguments = script.help_texts(known)
        assert known["sub"] or known["category"] == "Amazon Business"
        assert len(arguments) == (0 if known["sub"] else 3)
        for text in (about, *arguments):
            assert 20 < len(text) <= script.LONGEST_HELP
            assert text.endswith(".")
            assert not text.startswith("Positional argument")


@pytest.mark.parametrize("name", ["xlwings_udfs.bas", "FunctionHelp.bas"])
def test_the_lines_are_as_vba_takes_them(name):
    lines = generated(name).splitlines()
    assert max(map(len, lines)) < 1024
    continued = 0
    for line in lines:
        continued = continued + 1 if line.endswith(" _") else 0
        assert continued <= 24
