"""The bench of the self-test: nothing of a real account gets to its processes."""

from datetime import date
from pathlib import Path

import pytest

from xlsx_addin.excel.selftest.bench import bench
from xlsx_addin.excel.selftest.lines import SPECIAL, expected
from xlsx_addin.settings import load_settings

REAL = {
    "AMAZON_BUSINESS_CLIENT_ID": "amzn1.real",
    "AMAZON_BUSINESS_CLIENT_SECRET": "real-secret",
    "AMAZON_BUSINESS_REFRESH_TOKEN": "Atzr|real",
    "AMAZON_BUSINESS_ENDPOINT": "https://na.business-api.amazon.com",
    "Amazon_Business_Token_Url": "https://api.amazon.com/auth/o2/token",
    "XLSX_ADDIN_HOME": "/home/somebody",
    "XLSX_ADDIN_STORE": "/home/somebody/store.sqlite",
    "XLSX_ADDIN_PROFILE": "somebody",
    "PATH": "/usr/bin",
}


@pytest.fixture
def ours(tmp_path):
    with bench(tmp_path) as made:
        yield made


def test_its_processes_know_the_sandbox_alone(ours):
    environment = ours.environment(REAL)
    settings = load_settings(environment)
    assert settings.endpoint == ours.sandbox.endpoint
    assert settings.endpoint.startswith("http://127.0.0.1:")
    assert settings.token_url.startswith("http://127.0.0.1:")
    assert settings.home == ours.home
    assert settings.store is None
    assert "real" not in str(settings.secrets)
    assert environment["PATH"] == "/usr/bin"
    assert not {"XLSX_ADDIN_STORE", "XLSX_ADDIN_PROFILE"} & environment.keys()
    assert not [value for value in environment.values() if "real" in value]


def test_its_line_items_are_distinct(ours):
    lines = [*ours.lines, *ours.many, *ours.for_formulas]
    assert len(set(lines)) == len(lines)
    assert set(SPECIAL) <= set(ours.lines)


def test_the_truth_of_its_line_items_is_worth_testing(ours):
    truth = ours.expected(ours.lines)
    assert {one.status for one in truth} == {"Found", "No invoice yet", "Not returned"}
    assert {bool(one.consolidated) for one in truth} == {True, False}
    special = {one.number: one.day for one in truth if one.line_item in SPECIAL}
    assert special["00123"] == date(2024, 2, 29)
    assert special["=1+1"] == date(2024, 12, 31)


def test_the_truth_is_that_of_the_account(ours):
    line = ours.lines[0]
    (detail,) = ours.sandbox.account.truth(line)["invoiceDetails"]
    one = expected(ours.sandbox.account, line)
    assert one.number == detail["invoiceNumber"]
    assert one.day.isoformat() == detail["invoiceDate"][:10]


def test_warnings_are_found_in_the_log(ours):
    logs = ours.home / "logs"
    logs.mkdir()
    lines = ["12:00 INFO 1 a: well", "12:01 WARNING 1 b: careful", "12:02 ERROR 1 c: broken"]
    (logs / "xlsx_addin-2026-01-01.log").write_text("\n".join(lines))
    assert ours.warnings() == lines[1:]


def test_it_ends_with_its_sandbox(tmp_path):
    with bench(tmp_path) as made:
        endpoint = made.sandbox.endpoint
    assert endpoint
    with pytest.raises(RuntimeError):
        _ = made.sandbox.endpoint
    assert Path(made.home).is_dir()
