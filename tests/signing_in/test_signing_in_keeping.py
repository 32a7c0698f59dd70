"""What is kept, where, what is left empty, and what signing out leaves: nothing."""

from dataclasses import replace
from datetime import date

import pytest

from tests.signing_in.conftest import TODAY
from xlsx_addin.amazon.tokens import Consent
from xlsx_addin.errors import InputError, LocalError, SettingError, XlsxAddinError
from xlsx_addin.keychain import KeychainError
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Credentials
from xlsx_addin.secrets import Secret
from xlsx_addin.settings_file import change_profile, read_settings
from xlsx_addin.signing_in import list_profiles, sign_in, sign_out, sign_out_of_all

SECRETS = (SANDBOX_CREDENTIALS.client_secret, SANDBOX_CREDENTIALS.refresh_token)


def entries(tools, profile="default"):
    return dict(read_settings(tools.settings_path).profile(profile, may_be_new=True))


def holds_secrets(text):
    return any(secret in text for secret in SECRETS)


def test_the_keychain_has_the_secrets_and_the_settings_the_rest(tools, make_form, keychain):
    kept = sign_in(None, make_form(tools), tools)
    assert kept.place == "keychain"
    assert entries(tools) == {
        "region": "na",
        "client_id": SANDBOX_CREDENTIALS.client_id,
        "secret_in": "keychain",
        "secret_since": TODAY,
    }
    assert holds_secrets("".join(keychain.held.values()))
    assert not holds_secrets(tools.settings_path.read_text())
    found = tools.settings(None).credentials()
    assert (found.client_secret.reveal(), found.refresh_token.reveal()) == SECRETS


def test_settings_that_know_all_do_not_touch_the_keychain(tools, make_form, keychain):
    sign_in(None, make_form(tools), tools)
    keychain.reads = 0
    settings = tools.settings(None)
    assert settings.account
    assert settings.secret_notice(TODAY) == ""
    assert list_profiles(tools)
    assert keychain.reads == 0
    settings.credentials()
    assert keychain.reads > 0


def test_the_environment_wins_part_by_part(tools, make_form, start, make_tools):
    sign_in(None, make_form(tools), tools)
    other = replace(
        tools, environ={**tools.environ, "AMAZON_BUSINESS_CLIENT_SECRET": "of the environment"}
    )
    found = other.settings(None).credentials()
    assert found.client_secret.reveal() == "of the environment"
    assert found.refresh_token.reveal() == SANDBOX_CREDENTIALS.refresh_token


def test_the_secrets_of_one_app_are_not_sent_for_another(tools, make_form):
    sign_in(None, make_form(tools), tools)
    change_profile(tools.settings_path, "default", {"client_id": "amzn1.another"})
    with pytest.raises(SettingError) as caught:
        tools.settings(None).credentials()
    assert caught.value.code == "other-app"


def test_an_emptied_keychain_is_told(tools, make_form, keychain):
    sign_in(None, make_form(tools), tools)
    keychain.held.clear()
    with pytest.raises(SettingError, match="keychain has no sign-in of profile default any more"):
        tools.settings(None).credentials()


def test_a_code_is_exchanged_and_its_token_kept(tools, make_form):
    consent = Consent(Secret(SANDBOX_CREDENTIALS.code), "https://example.com/cb")
    sign_in(None, make_form(tools, grant=consent), tools)
    found = tools.settings(None).credentials()
    assert found.refresh_token.reveal() == SANDBOX_CREDENTIALS.refresh_token
    with pytest.raises(XlsxAddinError) as caught:
        sign_in(None, make_form(tools, grant=consent), tools)
    assert caught.value.code == "code-refused"


def test_no_code_is_used_up_where_nothing_can_be_kept(tools, make_form):
    without = replace(tools, keychain=lambda: None, exchange=lambda *_: pytest.fail("used"))
    consent = Consent(Secret(SANDBOX_CREDENTIALS.code), "https://example.com/cb")
    with pytest.raises(KeychainError) as caught:
        sign_in(None, make_form(without, grant=consent), without)
    assert caught.value.code == "no-keychain"


def test_what_is_left_empty_stays_as_it_is_kept(start, make_tools, make_form):
    new = Credentials(
        SANDBOX_CREDENTIALS.client_id, "a-new-secret", SANDBOX_CREDENTIALS.refresh_token
    )
    tools = make_tools(start(credentials=[SANDBOX_CREDENTIALS, new]))
    sign_in(None, make_form(tools, secret_since=date(2026, 6, 1)), tools)
    same = sign_in(None, make_form(tools, client_secret=None, grant=None, client_id=""), tools)
    assert same.place == "keychain"
    assert entries(tools)["secret_since"] == date(2026, 6, 1)  # the same secret
    sign_in(None, make_form(tools, client_secret=Secret("a-new-secret"), grant=None), tools)
    assert entries(tools)["secret_since"] == TODAY
    found = tools.settings(None).credentials()
    assert found.client_secret.reveal() == "a-new-secret"
    assert found.refresh_token.reveal() == SANDBOX_CREDENTIALS.refresh_token


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"client_id": ""}, "client id"),
        ({"client_secret": None}, "client secret"),
        ({"grant": None}, "refresh token"),
    ],
)
def test_what_is_missing_is_named(missing, words, tools, make_form):
    with pytest.raises(InputError, match=f"The {words} is missing"):
        sign_in(None, make_form(tools, **missing), tools)


@pytest.mark.parametrize("name", ["two words", "a/b", "-x", "x" * 41, "a\nb"])
def test_a_profile_has_a_plain_name(name, tools, make_form):
    with pytest.raises(InputError) as caught:
        sign_in(name, make_form(tools), tools)
    assert caught.value.code == "profile-name"


def test_profiles_are_kept_beside_each_other_and_listed(tools, make_form):
    sign_in(None, make_form(tools, secret_since=date(2026, 6, 10)), tools)
    sign_in("japan", replace(make_form(tools, in_file=True), region=tools.regions["jp"]), tools)
    path = tools.settings_path
    path.write_text(path.read_text() + "\n[workbooks]\n'*/Japan/*' = 'japan'\n")
    first, second = list_profiles(tools)
    assert (first.name, first.region, first.place, first.days_left) == (
        "default",
        "na",
        "keychain",
        11,
    )
    assert (second.name, second.region, second.place, second.days_left) == (
        "japan",
        "jp",
        "file",
        180,
    )
    assert second.workbooks == ("*/Japan/*",)
    assert first.client_id == "amzn1.application-oa2-client.…dbox"
    assert not holds_secrets(str([one.as_json() for one in (first, second)]))


def test_variables_that_win_are_named(start, make_tools, make_form):
    tools = make_tools(start(), AMAZON_BUSINESS_CLIENT_SECRET="older", AMAZON_BUSINESS_REGION="eu")
    kept = sign_in(None, make_form(tools), tools)
    assert kept.overriding == ["AMAZON_BUSINESS_REGION", "AMAZON_BUSINESS_CLIENT_SECRET"]


def test_moving_from_a_file_to_the_keychain_leaves_no_file(tools, make_form, keychain):
    sign_in(None, make_form(tools, in_file=True), tools)
    assert holds_secrets(tools.files.path("default").read_text())
    assert keychain.held == {}
    sign_in(None, make_form(tools), tools)
    assert not tools.files.path("default").exists()
    assert keychain.held


def test_signing_out_leaves_nothing(tools, make_form, keychain):
    for in_file in (False, True):
        sign_in(None, make_form(tools, in_file=in_file), tools)
        assert sign_out(None, tools) == (["file"] if in_file else ["keychain"])
        assert keychain.held == {}
        assert not tools.files.path("default").exists()
        assert entries(tools) == {"region": "na", "client_id": SANDBOX_CREDENTIALS.client_id}
        assert sign_out(None, tools) == []


def test_signing_out_of_all(tools, make_form, keychain):
    sign_in(None, make_form(tools), tools)
    sign_in("japan", make_form(tools, in_file=True), tools)
    forgotten = tools.files.path("forgotten")
    forgotten.write_text("{}")  # its profile is not in the settings any more
    assert sign_out_of_all(tools) == {"default": ["keychain"], "japan": ["file"]}
    assert keychain.held == {}
    assert not list(forgotten.parent.iterdir())


def test_signing_out_of_a_keychain_that_is_gone_is_an_error(tools, make_form):
    sign_in(None, make_form(tools), tools)
    with pytest.raises(KeychainError):
        sign_out(None, replace(tools, keychain=lambda: None))
    assert entries(tools)["secret_in"] == "keychain"


def test_secrets_do_not_stay_where_the_settings_cannot_be_written(
    tools, make_form, keychain, monkeypatch
):
    def fail(*_):
        raise LocalError("The disk is full.")

    monkeypatch.setattr("xlsx_addin.signing_in.keeping.change_profile", fail)
    with pytest.raises(LocalError, match="The disk is full"):
        sign_in(None, make_form(tools), tools)
    assert keychain.held == {}


def test_signing_in_mends_a_sign_in_that_is_damaged(tools, make_form, keychain):
    sign_in(None, make_form(tools), tools)
    (entry,) = keychain.held
    keychain.held[entry] = "damaged"
    with pytest.raises(KeychainError):
        tools.settings(None).credentials()
    assert sign_in(None, make_form(tools), tools).place == "keychain"
    assert tools.settings(None).credentials()
