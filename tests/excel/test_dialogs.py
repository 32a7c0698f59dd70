"""The small dialogs, answered by keyboard on a real screen."""

from datetime import date

import pytest

from tests.excel.conftest import eventually
from xlsx_addin.excel.days import read_days
from xlsx_addin.excel.periods import read_period, since_last_month
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, TOKEN

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


@pytest.fixture
def ask_for_period(start, screen):
    window = start(
        kind="period", title="Import", initial=["2026-10-01", "2026-11-26"], today="2026-11-26"
    )
    eventually(lambda: screen.focused("Import"), "the dialog with the keyboard")
    return window


def test_the_period_that_is_offered_is_taken_with_enter(ask_for_period, screen):
    screen.press("Return")
    assert ask_for_period.end()["period"] == ["2026-10-01", "2026-11-26", True]


def test_days_can_be_typed_and_the_refresh_left_out(ask_for_period, screen):
    screen.type("2026-09-01")
    screen.press("Tab")
    screen.type("2026-09-30")
    screen.press("Tab", "space", "Return")
    assert ask_for_period.end()["period"] == ["2026-09-01", "2026-09-30", False]


def test_a_period_that_makes_no_sense_is_asked_again(ask_for_period, screen):
    screen.type("2026-12-01")
    screen.press("Return")
    screen.type("2026-11-01")
    screen.press("Return")
    assert ask_for_period.end()["period"] == ["2026-11-01", "2026-11-26", True]


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("2026-10-1", "2026-11-01", "such as 2026-11-26"),
        ("", "2026-11-01", "such as 2026-11-26"),
        ("2026-11-02", "2026-11-01", "before the first"),
        ("2026-11-27", "2026-11-28", "yet to come"),
        ("1999-01-01", "2026-11-01", "from 2015-01-01 on"),
    ],
)
def test_what_is_wrong_with_a_period_is_said(first, last, wrong):
    assert wrong in read_period(first, last, date(2026, 11, 26))


def test_the_period_that_is_offered_begins_with_the_last_month():
    period = since_last_month(date(2026, 1, 15))
    assert (str(period.first), str(period.last)) == ("2025-12-01", "2026-01-15")


def test_a_folder_is_taken_with_its_links(start, screen, tmp_path):
    window = start(kind="destination", title="PDFs", folder=str(tmp_path))
    eventually(lambda: screen.focused("PDFs"), "the dialog with the keyboard")
    screen.press("Return")
    assert window.end()["chosen"] == [str(tmp_path), True]


def test_a_file_is_no_folder_and_asked_again(start, screen, tmp_path):
    file = tmp_path / "file"
    file.touch()
    window = start(kind="destination", title="PDFs", folder=str(file))
    eventually(lambda: screen.focused("PDFs"), "the dialog with the keyboard")
    screen.press("Return")
    screen.type(str(tmp_path / "new"))
    screen.press("Return")
    assert window.end()["chosen"] == [str(tmp_path / "new"), True]


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


SIGN_IN = "Sign in and settings"


@pytest.fixture
def desk(start, screen, start_amazon, monkeypatch):
    """Show the window for signing in to a sandbox."""

    def show(*, keychain=True, **options):
        amazon = start_amazon(**options)
        for name in ("REGION", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
            monkeypatch.delenv(f"AMAZON_BUSINESS_{name}")
        window = start(kind="sign-in", title=SIGN_IN, keychain=keychain)
        eventually(lambda: screen.focused(SIGN_IN), "the window with the keyboard")
        return window, amazon

    return show


def fill_in(screen, secret=SANDBOX_CREDENTIALS.client_secret):
    """Type client id, secret and token, from the field that has the keyboard."""
    for text in (SANDBOX_CREDENTIALS.client_id, secret, SANDBOX_CREDENTIALS.refresh_token):
        screen.type(text)
        screen.press("Tab")


def kept(home):
    return [
        line
        for line in (home / "settings.toml").read_text().splitlines()
        if line.startswith(("secret_in", "client_id"))
    ]


def test_a_person_signs_in_by_keyboard(desk, screen, home):
    window, _ = desk()
    fill_in(screen)
    screen.press("Return")
    eventually(lambda: len(kept(home)) == 2, "a sign-in that is kept")
    screen.press("Escape")
    ended = window.end()
    assert ended["signed_in"]
    assert "kept in the keychain" in ended["words"]
    assert kept(home) == [
        f'client_id = "{SANDBOX_CREDENTIALS.client_id}"',
        'secret_in = "keychain"',
    ]


def test_a_wrong_secret_keeps_nothing(desk, screen, home, start_amazon):
    window, amazon = desk()
    fill_in(screen, "wrong")
    screen.press("Return")
    screen.press("Escape")  # the window's end waits for the try under way
    assert not window.end()["signed_in"]
    assert [one.status for one in amazon.requests.records(TOKEN)] == [401]
    assert kept(home) == []


def test_without_a_keychain_the_box_is_ticked_for_a_file(desk, screen, home):
    window, _ = desk(keychain=False)
    fill_in(screen)
    screen.press("Tab", "space", "Return")
    eventually(lambda: (home / "secrets").exists() and len(kept(home)) == 2, "a file")
    screen.press("Escape")
    assert window.end()["signed_in"]


def test_the_settings_file_is_opened(desk, screen, home):
    window, _ = desk()
    screen.press("Tab", "Tab", "Tab", "Tab", "Return")
    assert window.event("opened")["path"] == str(home / "settings.toml")
    screen.press("Escape")
    window.end()
