"""The small dialogs, answered by keyboard on a real screen."""

import pytest

from tests.excel.conftest import eventually
from xlsx_addin.excel.days import read_days

TITLE = "Month-end check"


@pytest.fixture
def ask(start, screen):
    window = start(kind="days", title=TITLE, initial=45)
    eventually(lambda: screen.focused(TITLE), "the dialog with the keyboard")
    return window


def height_of_focused(screen):
    lines = screen.xdotool("getwindowfocus", "getwindowgeometry", "--shell").splitlines()
    return int(dict(line.split("=") for line in lines).get("HEIGHT", 0))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1", 1),
        (" 45 ", 45),
        ("36500", 36_500),
        ("36501", None),
        ("0", None),
        ("-3", None),
        ("4.5", None),
        ("", None),
        ("ten", None),
        ("²", None),
        ("9" * 5_000, None),
    ],
)
def test_numbers_of_days(text, days):
    assert read_days(text) == days


def test_what_is_offered_is_taken_with_enter(ask, screen):
    screen.press("Return")
    assert ask.end()["days"] == 45


def test_typing_replaces_what_is_offered(ask, screen):
    screen.type("90")
    screen.press("Return")
    assert ask.end()["days"] == 90


def test_the_arrows_change_the_number(ask, screen):
    screen.press("Up", "Up", "Return")
    assert ask.end()["days"] == 47


def test_a_wrong_number_is_asked_again(ask, screen):
    screen.type("0")
    screen.press("Return")
    screen.type("7")
    screen.press("Return")
    assert ask.end()["days"] == 7


def test_escape_asks_for_nothing(ask, screen):
    screen.press("Escape")
    assert ask.end()["days"] is None


def test_cancel_is_reached_by_tab(ask, screen):
    screen.press("Tab", "Tab", "Return")
    assert ask.end()["days"] is None


@pytest.mark.parametrize("kind", ["info", "warning", "error"])
def test_a_message_is_closed_with_enter(kind, start, screen):
    box = start(kind="message", title="xlsx_addin", text="It is busy. Wait.", sign=kind)
    eventually(lambda: screen.focused("xlsx_addin"), "the message with the keyboard")
    eventually(lambda: 0 < height_of_focused(screen) < 300, "a small box for a short message")
    screen.press("Return")
    box.end()


def test_a_message_that_is_too_long_fits_the_screen(start, screen):
    text = "\n".join(f"Line {n} of a very long message." for n in range(400))
    box = start(kind="message", title="xlsx_addin", text=text, sign="error")
    eventually(lambda: screen.focused("xlsx_addin"), "the message with the keyboard")
    eventually(lambda: 400 < height_of_focused(screen) <= 900, "a box that is high enough")
    screen.press("Return")
    box.end()
