"""Shared by the tests of workbooks: assertions in the contract class explain themselves."""

import pytest

pytest.register_assert_rewrite("tests.workbooks.contract", "tests.workbooks.growth_contract")
