"""Fault plans from files: what is read, and how mistakes are told."""

from pathlib import Path
from typing import Any

import pytest

from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import (
    INVOICES,
    FaultKind,
    FaultPlan,
    FaultRule,
    load_fault_plan,
    options_from_arguments,
    read_fault_plan,
)

TOML = """
seed = 42

[[rule]]
kind = "throttle"
operation = "getInvoiceDetailsByOrderLineItems"
probability = 0.25
retry_after_s = 2

[[rule]]
kind = "down"
from_s = 5
to_s = 7.5
"""

NEEDED_KEYS: dict[FaultKind, dict[str, Any]] = {
    FaultKind.SLOW: {"delay_s": 1},
    FaultKind.POISON: {"line_ids": ["1"]},
    FaultKind.DOWN: {"to_s": 1},
}


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def test_file_gives_the_plan(faults: Path) -> None:
    rules = (
        FaultRule(kind=FaultKind.THROTTLE, operation=INVOICES, probability=0.25, retry_after_s=2),
        FaultRule(kind=FaultKind.DOWN, from_s=5, to_s=7.5),
    )
    assert load_fault_plan(faults) == FaultPlan(rules, seed=42)


def test_arguments_of_the_command_line_give_options(faults: Path) -> None:
    options = options_from_arguments(port=8080, region="jp", faults=faults)
    assert (options.port, options.region, options.mode) == (8080, "jp", "data")
    assert options.faults.seed == 42
    assert options_from_arguments().faults == FaultPlan()


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_can_be_told(kind: FaultKind) -> None:
    needed: dict[str, dict[str, Any]] = {
        "slow": {"delay_s": 1},
        "poison": {"line_ids": ["1"]},
        "down": {"to_s": 1},
    }
    rule = {"kind": kind.value, **needed.get(kind.value, {})}
    assert read_fault_plan({"rule": [rule]}).rules[0].kind is kind


def test_empty_plan_has_no_rules() -> None:
    assert read_fault_plan({}) == FaultPlan()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, r'rule 2: its "kind" must be one of throttle, error'),
        ({"kind": "trottle"}, r'rule 2: its "kind" must be one of throttle, error'),
        ({"kind": 429}, r'rule 2: its "kind" must be one of'),
        ({"kind": ["reset"]}, r'rule 2: its "kind" must be one of'),
        ({"kind": "reset", "probabilty": 1}, r'rule 2: it has the key "probabilty"'),
        ({"kind": "reset", "probability": 2}, r'"probability" must be a number from 0 to 1'),
        ({"kind": "reset", "probability": "1"}, r'"probability" must be a number from 0 to 1'),
        ({"kind": "reset", "every": 0}, r'"every" must be a whole number from 1'),
        ({"kind": "reset", "every": True}, r'"every" must be a whole number from 1'),
        ({"kind": "reset", "from_request": 1.5}, r'"from_request" must be a whole number'),
        ({"kind": "reset", "from_s": -1}, r'"from_s" must be a number of seconds'),
        ({"kind": "reset", "operation": ""}, r'"operation" must be the name of an operation'),
        ({"kind": "error", "status": 99}, r'"status" must be an HTTP status'),
        ({"kind": "poison", "line_ids": [1]}, r'"line_ids" must be a list of'),
        ({"kind": "poison", "line_ids": []}, r'"line_ids" must be a list of'),
        ({"kind": "poison", "line_ids": ["1"], "delay_s": 1}, r'"delay_s" means nothing'),
        ({"kind": "poison"}, r'"line_ids" is missing, which the kind poison needs'),
        ({"kind": "slow"}, r'"delay_s" is missing'),
        ({"kind": "down"}, r'"to_s" is missing'),
        ({"kind": "down", "to_s": 1, "every": 2}, r'"every" means nothing to the kind down'),
        ({"kind": "reset", "status": 500}, r'"status" means nothing to the kind reset'),
        ({"kind": "html", "entries": 1}, r'"entries" means nothing to the kind html'),
    ],
)
def test_wrong_rule_is_told_with_its_number_and_key(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_fault_plan({"rule": [{"kind": "reset"}, rule]})


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"rules": []}, 'has the key "rules"'),
        ({"seed": "x"}, '"seed" that is no whole number'),
        ({"rule": {"kind": "reset"}}, r"\[\[rule\]\]"),
        ({"rule": ["reset"]}, r"\[\[rule\]\]"),
    ],
)
def test_wrong_plan_is_told(plan: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_fault_plan(plan)


@pytest.mark.parametrize("content", [b"seed = ", b"\xff\xfe"])
def test_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(SettingError, match=r"broken\.toml is not a TOML file"):
        load_fault_plan(path)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"nowhere\.toml cannot be read"):
        load_fault_plan(tmp_path / "nowhere.toml")


def test_wrong_region_is_told() -> None:
    region: Any = "moon"
    with pytest.raises(SettingError, match="no region 'moon'"):
        options_from_arguments(region=region)
