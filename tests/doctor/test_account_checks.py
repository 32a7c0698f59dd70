"""The way to Amazon: network, clock, sign-in, pace."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from xlsx_addin.doctor.account import Contact, Trial, check_keychain, check_permits, check_secret
from xlsx_addin.doctor.check import Health
from xlsx_addin.errors import ConnectionFault

NOON = 1_800_000_000.0


class Reached(NamedTuple):
    host: str = "eu.example"
    proxy: str = ""
    time_s: float | None = NOON


class Step(NamedTuple):
    step: str
    ok: bool = True
    message: str = "It works."
    next_step: str = ""


def contact(*reached, now=NOON):
    return Contact(lambda: reached, lambda: now)


def test_the_proxy_on_the_way_is_named():
    addresses = (
        Reached(proxy="proxy.example:8080"),
        Reached("login.example", "proxy.example:8080"),
    )
    assert contact(*addresses).check_network().message == (
        "eu.example and login.example can be reached, through the proxy proxy.example:8080."
    )
    assert contact(Reached()).check_network().message == (
        "eu.example can be reached, without a proxy."
    )


@pytest.mark.parametrize(
    ("off_s", "health", "words"),
    [
        (0, Health.OK, "within 1 s"),
        (-299, Health.OK, "within 299 s"),
        (301, Health.PROBLEM, "5 minutes ahead of"),
        (-7200, Health.PROBLEM, "120 minutes behind"),
    ],
)
def test_the_clock_may_be_off_by_five_minutes(off_s, health, words):
    asked = contact(Reached(), now=NOON + off_s)
    asked.check_network()
    finding = asked.check_clock()
    assert (finding.health, words in finding.message) == (health, True)


def test_a_clock_cannot_be_checked_without_an_answer():
    assert contact().check_clock().message == "Amazon was not reached."
    silent = contact(Reached(time_s=None))
    silent.check_network()
    assert silent.check_clock().health is Health.SKIPPED


def test_what_is_in_the_way_of_the_network_is_raised_once_and_the_clock_skipped():
    def fail():
        raise ConnectionFault("No connection.")

    asked = Contact(fail, lambda: NOON)
    with pytest.raises(ConnectionFault):
        asked.check_network()
    assert asked.check_clock().health is Health.SKIPPED


def test_a_sign_in_is_tried_once_for_all_of_its_checks():
    tries = []

    def attempt():
        tries.append(1)
        yield Step("credentials")
        yield Step("sign-in", ok=False, message="Refused.", next_step="Sign in again.")

    trial = Trial(attempt)
    names = ("credentials", "sign-in", "invoices")
    findings = [trial.check(name) for name in names]
    assert [one.health for one in findings] == [Health.OK, Health.PROBLEM, Health.SKIPPED]
    assert findings[1].next_step == "Sign in again."
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("name", "place", "health", "words"),
    [
        (
            "KWallet",
            "keychain",
            Health.OK,
            "is KWallet. The sign-in of this profile is kept in the keychain",
        ),
        ("KWallet", "", Health.OK, "The keychain is KWallet."),
        ("", "file", Health.SKIPPED, "kept in the file"),
        ("", "", Health.SKIPPED, "no keychain"),
        ("", "keychain", Health.PROBLEM, "this computer has none"),
    ],
)
def test_where_the_sign_in_is_kept_is_told(name, place, health, words):
    finding = check_keychain(name, place)
    assert (finding.health, words in finding.message) == (health, True)


@pytest.mark.parametrize(
    ("age", "health", "words"),
    [
        (0, Health.OK, "good for 180 days more"),
        (170, Health.PROBLEM, "ends in 10 days"),
        (200, Health.PROBLEM, "for 180 days only"),
    ],
)
def test_a_client_secret_that_ends_is_told_with_how_to_replace_it(age, health, words):
    today = date(2026, 11, 26)
    finding = check_secret(today - timedelta(days=age), today, "Make a new one.")
    assert (finding.health, words in finding.message) == (health, True)
    assert finding.next_step == ("" if health is Health.OK else "Make a new one.")


def test_a_client_secret_of_unknown_age_is_skipped():
    assert check_secret(None, date(2026, 11, 26), "").health is Health.SKIPPED


@pytest.mark.parametrize(
    ("left", "health", "words"),
    [
        (9.0, Health.OK, "9 of 9 requests may leave at once, 2 a second"),
        (0.0, Health.OK, "The next request may leave in 0 s"),
        (-9.0, Health.OK, "in 5 s"),
        (-200.0, Health.PROBLEM, "in 100 s only"),
    ],
)
def test_the_permits_that_are_left_are_told(left, health, words):
    finding = check_permits(left, 9.0, 2.0)
    assert (finding.health, words in finding.message) == (health, True)
