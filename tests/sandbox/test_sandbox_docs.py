"""The page about the sandbox tells what the code knows."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, FaultKind, FaultRule, read_fault_plan

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*FaultKind, *(field.name for field in fields(FaultRule))])
def test_every_kind_and_key_is_told(word: str) -> None:
    assert f"`{word}`" in PAGE or word == "kind"


@pytest.mark.parametrize("word", ["client_id", "client_secret", "refresh_token"])
def test_credentials_are_told(word: str) -> None:
    assert getattr(SANDBOX_CREDENTIALS, word) in PAGE.replace("\\|", "|")


def test_example_plan_can_be_used() -> None:
    example = re.search(r"^    seed = .*?(?=^\S)", PAGE, re.MULTILINE | re.DOTALL)
    assert example
    plan = read_fault_plan(tomllib.loads(example[0].replace("\n    ", "\n").strip()))
    assert [rule.kind for rule in plan.rules] == ["throttle", "error", "down"]
