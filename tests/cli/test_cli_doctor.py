"""`xlsx-addin doctor` in the whole program."""

import configparser
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from xlsx_addin import diagnosing
from xlsx_addin.keychain import FileSecrets
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS
from xlsx_addin.secrets import Credentials, Secret

NAMES = [
    *("python", "packages", "excel", "add-in", "interpreter", "library", "script", "rules"),
    *("settings", "keychain", "credentials", "secret", "network", "clock", "sign-in", "invoices"),
    *("permits", "store"),
    *("folder", "disk", "locks"),
]
EXCEL = {"excel", "add-in", "interpreter", "library", "script", "rules"}
LEFT_OUT = EXCEL | {"keychain", "secret"}
"""What a computer lacks that has neither Excel nor keychain, its sign-in in the environment."""


@pytest.fixture(autouse=True)
def on_linux(monkeypatch):
    """The same on every computer that tests run on."""
    make = diagnosing.Diagnosis
    monkeypatch.setattr(diagnosing, "Diagnosis", lambda *words: make(*words, platform="linux"))


@pytest.fixture
def doctor(cli):
    """Run it and give its exit code and what each check found, by name."""

    def run(*options):
        done = cli("doctor", "--json", *options)
        assert done.json["ok"] == (done.code == 0)
        return done.code, {check["name"]: check for check in done.json["checks"]}

    return run


def wrong(checks):
    return [name for name, check in checks.items() if check["status"] == "problem"]


def left_out(checks):
    return {name for name, check in checks.items() if check["status"] == "skipped"}


def test_all_is_well_with_a_sign_in_that_works(amazon, doctor):
    code, checks = doctor()
    assert (code, wrong(checks), list(checks)) == (0, [], NAMES)
    assert left_out(checks) == LEFT_OUT
    assert "requests may leave at once" in checks["permits"]["message"]


def test_amazon_is_asked_about_nobodys_line_item_once(amazon, doctor):
    doctor()
    asked = [record.line_items for record in amazon.requests if record.line_items]
    assert asked == [(("111-0000000-0000000", "10000000000000", "XXXXXXXXX"),)]


def test_the_sandbox_needs_no_account(home, doctor):
    code, checks = doctor("--sandbox")
    assert (code, wrong(checks)) == (0, [])
    assert left_out(checks) == LEFT_OUT | {"permits"}


def test_offline_the_network_is_left_alone(amazon, doctor):
    code, checks = doctor("--offline")
    assert (code, list(checks)) == (0, NAMES)
    assert left_out(checks) == LEFT_OUT | {"network", "clock", "sign-in", "invoices"}
    assert list(amazon.requests) == []


def test_the_sandbox_has_credentials_of_its_own_offline_too(home, doctor):
    code, checks = doctor("--sandbox", "--offline")
    assert (code, wrong(checks)) == (0, [])


def test_without_a_sign_in_the_rest_is_checked_all_the_same(home, doctor):
    code, checks = doctor("--offline")
    assert (code, wrong(checks)) == (1, ["credentials"])
    assert checks["permits"]["status"] == "skipped"


def test_a_secret_that_is_refused_is_told_with_what_to_do(amazon, doctor, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "wrong")
    code, checks = doctor()
    assert (code, wrong(checks)) == (1, ["sign-in"])
    assert "180 days" in checks["sign-in"]["next_step"]
    assert checks["invoices"]["status"] == "skipped"


def test_a_role_that_is_missing_is_told(start_amazon, doctor):
    start_amazon(roles=frozenset())
    code, checks = doctor()
    assert (code, wrong(checks)) == (1, ["invoices"])
    assert "Business Purchase Reconciliation" in checks["invoices"]["next_step"]


def test_an_amazon_that_is_away_is_told(start_amazon, doctor):
    start_amazon().stop()
    code, checks = doctor()
    assert (code, wrong(checks)) == (1, ["network"])
    for name in ("clock", "sign-in", "invoices"):
        assert checks[name]["message"] == "Amazon was not reached."


def test_settings_that_are_wrong_do_not_stop_the_other_checks(home, doctor):
    (home / "settings.toml").write_text("[profiles.default]\nregion = 'mars'\n")
    code, checks = doctor()
    assert (code, wrong(checks), list(checks)) == (1, ["settings"], NAMES)
    assert "region in profile 'default'" in checks["settings"]["message"]


def test_a_damaged_store_is_told_and_left_where_it_is(amazon, doctor, home):
    store = home / "store.sqlite"
    store.write_bytes(b"no database" * 1000)
    assert wrong(doctor()[1]) == ["store"]
    assert store.read_bytes() == b"no database" * 1000


def test_a_store_of_another_program_is_told(amazon, doctor, home):
    with sqlite3.connect(home / "store.sqlite") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    assert "another program" in doctor()[1]["store"]["message"]


def test_each_check_is_a_line_and_the_last_one_sums_up(amazon, cli):
    done = cli("doctor")
    lines = done.out.splitlines()
    assert [line.split()[1] for line in lines[:-1]] == NAMES
    assert lines[-1] == "All is well. 8 checks skipped, for the reason given."


def test_a_problem_has_its_advice_on_the_next_line(home, cli):
    done = cli("doctor", "--offline")
    lines = done.out.splitlines()
    (place,) = [place for place, line in enumerate(lines) if line.startswith("PROBLEM")]
    assert "credentials" in lines[place]
    assert "xlsx-addin login" in lines[place + 1]
    assert lines[-1].startswith("1 problem to solve.")


def test_no_secret_is_shown(amazon, cli, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "not-to-be-seen")
    done = cli("doctor")
    assert "not-to-be-seen" not in done.out + done.err


def test_a_sign_in_that_is_kept_is_checked_with_the_age_of_its_secret(
    amazon, home, doctor, monkeypatch
):
    known = SANDBOX_CREDENTIALS
    FileSecrets(home).write(
        "default",
        Credentials(known.client_id, Secret(known.client_secret), Secret(known.refresh_token)),
    )
    made = datetime.now().astimezone().date() - timedelta(days=100)
    settings = (home / "settings.toml").read_text()
    (home / "settings.toml").write_text(
        f'{settings}client_id = "{known.client_id}"\nsecret_in = "file"\nsecret_since = {made}\n'
    )
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"AMAZON_BUSINESS_{name}")
    code, checks = doctor()
    assert (code, wrong(checks)) == (0, [])
    assert checks["secret"]["message"] == "The client secret is good for 80 days more."
    assert "kept in the file" in checks["keychain"]["message"]


def test_every_package_that_the_program_needs_is_looked_at():
    setup = configparser.ConfigParser()
    setup.read(Path(__file__).parents[2] / "setup.cfg", encoding="utf-8")
    needed = setup["options"]["install_requires"].split("\n")
    assert {line.split()[0] for line in needed if line} == set(diagnosing.NEEDED)
