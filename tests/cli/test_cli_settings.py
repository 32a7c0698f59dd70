"""The command `settings`: every setting listed, shown, changed, and secrets refused."""

import tomllib

import pytest

from xlsx_addin.settings_table import SETTINGS


@pytest.fixture
def entries(home):
    return lambda name="default": tomllib.loads((home / "settings.toml").read_text())["profiles"][
        name
    ]


def test_all_settings_are_listed(cli, home):
    done = cli("settings")
    assert [line.split()[0] for line in done.out.splitlines()[:-1]] == list(SETTINGS)
    assert str(home / "settings.toml") in done.out
    listed = cli("settings", "--json").json
    assert listed["profile"] == "default"
    assert listed["settings"]["burst"] == {
        "value": 100000,
        "default": "10",
        "environment": None,
    }


def test_one_is_changed_shown_and_unset(cli, entries):
    assert cli("settings", "time_zone", "Europe/Berlin").code == 0
    assert entries()["time_zone"] == "Europe/Berlin"
    assert "Europe/Berlin" in cli("settings", "time-zone").out
    assert cli("settings", "time_zone", "--unset").code == 0
    assert "time_zone" not in entries()
    assert cli("settings", "rate_per_s", "0,5").code == 0
    assert entries()["rate_per_s"] == 0.5


def test_a_variable_that_wins_is_told(cli, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_REGION", "jp")
    cli("settings", "region", "EU")
    assert "eu  but AMAZON_BUSINESS_REGION wins: jp" in cli("settings", "region").out
    assert cli("settings", "--json").json["settings"]["region"]["environment"] == {
        "variable": "AMAZON_BUSINESS_REGION",
        "value": "jp",
    }


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["regoin"], "unknown-setting", "region"),
        (["x"], "unknown-setting", "time_zone"),
        (["region", "mars"], "no-such-region", "na, eu or jp"),
        (["time_zone", "Europe/Bielefeld"], "no-such-time-zone", "Europe/Berlin"),
        (["endpoint", "http://example.com"], "bad-address", "https://"),
        (["burst", "many"], "bad-number", "from 1 to"),
        (["attempts", "2.5"], "bad-number", "whole"),
        (["secret_since", "soon"], "unknown-setting", "2026-03-31"),
        (["secret_in", "file"], "by-login", "login"),
        (["client_secret", "CANARY"], "secret-in-settings", "history"),
        (["client-id", "Atzr|CANARY"], "secret-in-settings", "history"),
        (["--unset"], "usage", "--unset"),
        (["burst", "5", "--unset"], "usage", "--unset"),
        (["burst", "5", "--profile", "uk"], "no-such-profile", "login"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_hint(words, code, hint, cli, home):
    before = (home / "settings.toml").read_text()
    done = cli("settings", *words, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == code
    assert hint in done.json["error"]["next_step"]
    assert "CANARY" not in done.out + done.err
    assert (home / "settings.toml").read_text() == before


def test_an_old_secret_is_told_by_every_run_from_day_166_on(cli, amazon, monkeypatch):
    from datetime import datetime, timedelta  # noqa: PLC0415

    line = ("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
    today = datetime.now().astimezone().date()
    cli("settings", "secret_since", (today - timedelta(days=165)).isoformat())
    assert cli("lookup", *line).err == ""
    cli("settings", "secret_since", (today - timedelta(days=170)).isoformat())
    for _ in range(2):
        err = cli("lookup", *line).err
        assert "ends in 10 days" in err
        assert "xlsx-addin login" in err
