"""Signing in from Excel: what the window tells, without a window."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.fake_keychains import FakeKeychain
from xlsx_addin.excel.desk import Desk, Entries
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, SandboxOptions
from xlsx_addin.signing_in import Tools


@pytest.fixture
def make_desk(tmp_path):
    """Make a desk whose Amazon is a sandbox with these options."""
    running = []

    def make(keychain=None, show_file=lambda _: None, **options):
        sandbox = Sandbox(SandboxOptions(**options))
        sandbox.start()
        running.append(sandbox)
        environ = {
            "XLSX_ADDIN_HOME": str(tmp_path / "home"),
            "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        }
        held = FakeKeychain() if keychain is None else keychain
        return Desk(
            Tools(environ, keychain=lambda: held or None, today=lambda: date(2026, 11, 26)),
            show_file,
        )

    yield make
    for sandbox in running:
        sandbox.stop()


ENTRIES = Entries(
    "default",
    "na",
    SANDBOX_CREDENTIALS.client_id,
    SANDBOX_CREDENTIALS.client_secret,
    SANDBOX_CREDENTIALS.refresh_token,
)


def test_a_sign_in_that_works_is_kept_and_told(make_desk):
    desk = make_desk()
    assert desk.standing("default").words == "Not signed in."
    answer = desk.sign_in(ENTRIES)
    assert (answer.good, answer.kept) == (True, True)
    assert answer.words == ["Signed in. Amazon lets this app read invoices."]
    standing = desk.standing("default")
    assert "kept in the keychain since 2026-11-26" in standing.words
    assert "good for 180 more days" in standing.words
    assert (standing.region, standing.client_id) == ("na", SANDBOX_CREDENTIALS.client_id)
    assert desk.sign_in(replace(ENTRIES, client_secret="", consent="")).good
    assert desk.sign_out("default").good
    assert desk.standing("default").words == "Not signed in."
    assert desk.sign_out("default").words == ["There was no sign-in."]


@pytest.mark.parametrize(
    ("options", "changes", "words", "kept"),
    [
        ({}, {"client_secret": "wrong"}, "make a new one in the developer console", False),
        ({}, {"consent": "Atzr|wrong"}, "enter the new refresh token here", False),
        ({"sign_in": "revoked"}, {}, "enter the new refresh token here", False),
        ({"roles": frozenset()}, {}, "Business Purchase Reconciliation", True),
        ({}, {"consent": "a-code"}, "redirect address", False),
        ({}, {"client_id": ""}, "client id is missing", False),
        ({}, {"profile": "two words"}, "cannot be called", False),
    ],
)
def test_what_goes_wrong_is_told_in_words_for_this_window(options, changes, words, kept, make_desk):
    answer = make_desk(**options).sign_in(replace(ENTRIES, **changes))
    told = "\n".join(answer.words)
    assert (answer.good, answer.kept) == (False, kept)
    assert words in told
    assert "xlsx-addin" not in told
    assert "--" not in told


def test_without_a_keychain_the_box_is_pointed_out(make_desk):
    desk = make_desk(keychain={})
    assert not desk.has_keychain()
    answer = desk.sign_in(ENTRIES)
    assert "Tick the box" in answer.words[0]
    assert desk.sign_in(replace(ENTRIES, in_file=True)).good
    assert desk.standing("default").in_file


def test_an_unexpected_failure_is_told_without_what_was_entered(make_desk, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError(SANDBOX_CREDENTIALS.client_secret)

    monkeypatch.setattr("xlsx_addin.excel.desk.sign_in", fail)
    (words,) = make_desk().sign_in(ENTRIES).words
    assert "ZeroDivisionError" in words
    assert SANDBOX_CREDENTIALS.client_secret not in words


def test_the_settings_file_is_made_and_opened(make_desk, tmp_path):
    opened = []
    assert make_desk(show_file=opened.append).open_settings().good
    assert opened == [tmp_path / "home" / "settings.toml"]
    assert "[profiles.default]" in opened[0].read_text()


def test_where_no_editor_can_be_started_the_file_is_named(make_desk, tmp_path):
    def fail(_: Path):
        raise FileNotFoundError("xdg-open")

    answer = make_desk(show_file=fail).open_settings()
    assert not answer.good
    assert str(tmp_path / "home" / "settings.toml") in answer.words[0]


def test_wrong_settings_are_told_and_can_be_opened(make_desk, tmp_path):
    path = tmp_path / "home" / "settings.toml"
    path.parent.mkdir()
    path.write_text("[profiles")
    opened = []
    desk = make_desk(show_file=opened.append)
    assert "cannot be read" in desk.standing("default").words
    assert desk.profiles == ["default"]
    assert desk.open_settings().good
    assert opened == [path]


def test_the_text_for_those_without_a_window_names_the_ways(make_desk, tmp_path):
    text = make_desk().text()
    assert "Profile default: Not signed in." in text
    assert "xlsx-addin login" in text
    assert str(tmp_path / "home" / "settings.toml") in text
