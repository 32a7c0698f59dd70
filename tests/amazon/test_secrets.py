import copy
import pickle

import pytest

from xlsx_addin.secrets import Credentials, Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>40}".format])
def test_a_secret_does_not_show_itself(show) -> None:
    assert "hush" not in show(Secret("hush"))


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(Credentials("id", Secret("hush"), Secret("hushed")))
    assert "hush" not in shown
    assert "id" in shown


def test_a_secret_is_revealed_when_asked_by_name() -> None:
    assert Secret("hush").reveal() == "hush"


def test_equal_secrets_are_equal_and_nothing_else_is() -> None:
    assert Secret("hüsh") == Secret("hüsh")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("a")


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_pickled_or_copied_by_accident(leak) -> None:
    with pytest.raises(TypeError, match="reveal"):
        leak(Secret("hush"))
