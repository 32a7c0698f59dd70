import pytest

from xlsx_addin.excel.formulas.patience import Patience


def test_the_limit_holds_for_all_formulas_together():
    patience = Patience(2.0)
    assert patience.left_s(100.0) == 2.0
    patience.spend(100.0, 101.5)
    assert patience.left_s(101.5) == pytest.approx(0.5)
    patience.spend(101.5, 102.0)
    assert patience.left_s(102.0) == pytest.approx(0.05)


def test_it_comes_back_slowly_and_not_beyond_the_limit():
    patience = Patience(2.0)
    patience.spend(0.0, 5.0)
    assert patience.left_s(15.0) == pytest.approx(1.0)
    assert patience.left_s(900.0) == 2.0


def test_without_a_limit_nobody_is_held_up():
    patience = Patience(0.0)
    assert patience.left_s(1.0) == patience.left_s(99.0) == 0.0
