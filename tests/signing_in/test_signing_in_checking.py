"""Every way in which a sign-in may fail, in plain words with a next step."""

import ssl
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import requests

from tests.signing_in.conftest import TODAY
from xlsx_addin.amazon.faults import explain_fault
from xlsx_addin.amazon.regions import REGIONS
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import AccessDenied
from xlsx_addin.sandbox import INVOICES, TOKEN, FaultKind, FaultPlan, FaultRule
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import Settings
from xlsx_addin.settings_file import change_profile
from xlsx_addin.signing_in import check, sign_in

WRONG = Secret("wrong")


def last(kept):
    return kept.findings[-1]


def test_a_sign_in_that_works_is_found_so(tools, make_form):
    kept = sign_in(None, make_form(tools), tools)
    assert [(one.step, one.ok) for one in kept.findings] == [
        ("credentials", True),
        ("sign-in", True),
        ("invoices", True),
    ]
    assert kept.exit_code == 0
    assert kept.error is None


@pytest.mark.parametrize(
    ("options", "changes", "code", "words"),
    [
        ({}, {"client_secret": WRONG}, "client-refused", ["secret", "180 days"]),
        ({}, {"client_id": "amzn1.wrong"}, "client-refused", ["client id", "same app"]),
        ({}, {"grant": Secret("Atzr|wrong")}, "token-refused", ["refresh token", "region"]),
        ({"sign_in": "revoked"}, {}, "consent-withdrawn", ["withdrawn", "Authorise"]),
        ({"sign_in": "not-authorised"}, {}, "app-refused", ["not allow", "registration"]),
    ],
)
def test_what_login_with_amazon_refuses_is_not_kept(
    options, changes, code, words, start, make_tools, make_form, keychain
):
    tools = make_tools(start(**options))
    kept = sign_in(None, make_form(tools, **changes), tools)
    assert (last(kept).step, last(kept).ok, last(kept).code) == ("sign-in", False, code)
    assert all(word in f"{last(kept).message} {last(kept).next_step}" for word in words)
    assert (kept.place, kept.exit_code) == ("", 3)
    assert keychain.held == {}
    assert not tools.settings_path.exists()


def test_a_secret_past_its_days_is_named_as_the_likely_cause(tools, make_form):
    since = TODAY - timedelta(days=200)
    form = make_form(tools, client_secret=WRONG, secret_since=since)
    findings = sign_in(None, form, tools).findings
    assert [one.step for one in findings if not one.ok] == ["secret", "sign-in"]
    assert "200 days ago" in findings[-1].message


def test_a_missing_role_is_told_but_the_sign_in_is_kept(start, make_tools, make_form):
    tools = make_tools(start(roles=frozenset()))
    kept = sign_in(None, make_form(tools), tools)
    assert (last(kept).step, last(kept).code, kept.exit_code) == ("invoices", "access-denied", 3)
    assert "Business Purchase Reconciliation" in last(kept).next_step
    assert kept.place == "keychain"


@pytest.mark.parametrize(
    ("operation", "kind", "step", "place"),
    [
        (TOKEN, FaultKind.ERROR, "sign-in", ""),
        (TOKEN, FaultKind.HTML, "sign-in", ""),
        (INVOICES, FaultKind.ERROR, "invoices", "keychain"),
    ],
)
def test_a_fault_that_passes_says_try_again(
    operation, kind, step, place, start, make_tools, make_form
):
    plan = FaultPlan([FaultRule(kind=kind, operation=operation)])
    tools = make_tools(start(faults=plan))
    change_profile(tools.settings_path, "default", {"longest_wait_s": 0.01})
    kept = sign_in(None, make_form(tools), tools)
    assert (last(kept).step, last(kept).ok, kept.place) == (step, False, place)
    assert last(kept).next_step == "Try again in a few minutes."
    assert kept.exit_code == 1


def test_a_made_up_line_item_that_is_unknown_says_that_we_may_ask(start, make_tools, make_form):
    for unknown in ("omit", "nulls", "404"):
        tools = make_tools(start(unknown=unknown))
        assert last(sign_in(None, make_form(tools), tools)).ok


@pytest.mark.parametrize(
    ("cause", "code", "words"),
    [
        (
            requests.exceptions.ProxyError("407 Proxy Authentication"),
            "proxy-sign-in",
            "HTTPS_PROXY",
        ),
        (requests.exceptions.ProxyError("refused"), "proxy", "HTTPS_PROXY"),
        (ssl.SSLCertVerificationError("self-signed"), "certificate", "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.ConnectTimeout(), "time-out", "internet connection"),
    ],
)
def test_what_is_wrong_with_the_network_is_told(cause, code, words, tools, make_form):
    @contextmanager
    def connect(settings, **_):
        class Client:
            def sign_in(self, cancel):
                raise explain_fault(cause, settings.token_url)

        yield Client()

    tools = replace(tools, connect=connect)
    kept = sign_in(None, make_form(tools), tools)
    assert (last(kept).step, last(kept).code, kept.exit_code) == ("sign-in", code, 1)
    assert words in last(kept).next_step
    assert kept.place == ""


def test_no_network_is_told(start, make_tools, make_form):
    sandbox = start()
    tools = make_tools(sandbox)
    sandbox.stop()
    kept = sign_in(None, make_form(tools), tools)
    assert (last(kept).step, last(kept).code) == ("sign-in", "refused")
    assert "Check the internet connection" in last(kept).next_step


def client_of(asked, accepts):
    """Connect to Amazon's own addresses, where one region alone knows the account."""

    @contextmanager
    def connect(settings, *, shares_pace, attempts):
        class Client:
            def sign_in(self, cancel):
                pass

            @property
            def invoices(self):
                return self

            def try_asking(self, line_item, cancel):
                assert isinstance(line_item, LineItem)
                asked.append(settings.endpoint)
                if settings.region.name != accepts:
                    raise AccessDenied("Access denied.", next_step="The role, perhaps.")

        yield Client()

    return connect


@pytest.fixture
def settings(tmp_path):
    """Settings of region na at Amazon's own address."""
    known = Credentials("id", Secret("secret"), Secret("Atzr|token"))
    region = REGIONS["na"]
    return Settings(tmp_path, region, region.endpoint).signing_in(region, known)


def test_the_region_of_the_account_is_found(settings, tools):
    asked = []
    findings = check(settings, replace(tools, connect=client_of(asked, "jp")))
    assert (findings[-1].code, findings[-1].exit_code) == ("wrong-region", 3)
    assert "in region jp, not in na" in findings[-1].message
    assert "xlsx-addin settings region jp" in findings[-1].next_step
    assert asked == [REGIONS[name].endpoint for name in ("na", "eu", "jp")]


def test_where_no_region_lets_us_ask_it_is_the_role(settings, tools):
    findings = check(settings, replace(tools, connect=client_of([], "none")))
    assert findings[-1].message == "Access denied."


def test_no_other_host_is_asked_for_an_address_of_ones_own(settings, tools):
    asked = []
    own = replace(settings, endpoint="http://127.0.0.1:9")
    check(own, replace(tools, connect=client_of(asked, "eu")))
    assert asked == [own.endpoint]


def test_a_profile_that_is_not_signed_in_is_found_so(tools):
    (finding,) = check(tools.settings(None), tools)
    assert (finding.step, finding.code) == ("credentials", "not-signed-in")
    assert "xlsx-addin login" in finding.next_step


def test_a_secret_that_ends_soon_is_found(settings, tools):
    old = replace(settings, secret_since=date(2026, 6, 10))
    findings = check(old, replace(tools, connect=client_of([], "na")))
    assert [(one.step, one.ok) for one in findings][1:] == [
        ("secret", False),
        ("sign-in", True),
        ("invoices", True),
    ]
    assert "ends in 11 days" in findings[1].message
    assert findings[1].exit_code == 0
