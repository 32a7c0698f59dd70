import configparser
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.errors import SettingError
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.settings import Settings, home_folder, load_settings

PROJECT = Path(__file__).parents[1]
SECRET = "amzn1.oa2-cs.v1.do-not-show-me"


@pytest.fixture
def read(tmp_path):
    """Read settings with this file and these variables."""

    def load(text="", profile=None, *, encoding="utf-8", sandbox=False, **variables) -> Settings:
        (tmp_path / "settings.toml").write_text(text, encoding=encoding)
        environ = {"XLSX_ADDIN_HOME": str(tmp_path)}
        environ |= {f"AMAZON_BUSINESS_{name}": value for name, value in variables.items()}
        return load_settings(environ, profile, sandbox=sandbox)

    return load


@pytest.fixture
def refused(read):
    """Read settings that are refused, and give the error."""

    def load(*words, **options) -> SettingError:
        with pytest.raises(SettingError) as caught:
            read(*words, **options)
        assert caught.value.message.endswith(".")
        assert caught.value.next_step.endswith(".")
        return caught.value

    return load


def test_without_a_file_the_defaults_count(tmp_path):
    settings = load_settings({"XLSX_ADDIN_HOME": str(tmp_path)})
    assert settings == Settings(
        home=tmp_path, region=settings.region, endpoint="https://na.business-api.amazon.com"
    )
    assert settings.region.name == "na"


def test_the_environment_wins_over_the_profile(read):
    text = '[profiles.default]\nregion = "eu"\nclient_id = "of-the-file"\nburst = 3\n'
    settings = read(text, REGION="jp")
    assert (settings.region.name, settings.client_id) == ("jp", "of-the-file")
    assert settings.numbers == {"burst": 3.0}


def test_profiles_are_chosen_by_name(read, refused):
    text = '[profiles.japan]\nregion = "jp"\n'
    assert read(text).region.name == "na"
    assert read(text, "japan").region.name == "jp"
    error = refused(text, "nihon")
    assert error.code == "no-such-profile"
    assert "japan" in error.next_step


@pytest.mark.parametrize("blank", ["", " ", "\t \n"])
def test_a_variable_that_is_blank_counts_as_unset(blank, read):
    text = '[profiles.default]\nregion = "eu"\nclient_id = "of-the-file"\n'
    settings = read(
        text,
        REGION=blank,
        ENDPOINT=blank,
        TOKEN_URL=blank,
        CLIENT_ID=blank,
        CLIENT_SECRET=blank,
        REFRESH_TOKEN=blank,
    )
    assert (settings.region.name, settings.client_id) == ("eu", "of-the-file")
    assert settings.endpoint == settings.region.endpoint
    assert settings.client_secret is settings.refresh_token is None


def test_home_and_store_that_are_blank_count_as_unset():
    assert home_folder({"XLSX_ADDIN_HOME": " "}) == home_folder({})
    assert load_settings({"XLSX_ADDIN_HOME": " ", "XLSX_ADDIN_STORE": " "}).store is None


def test_a_home_of_nobody_is_told():
    with pytest.raises(SettingError, match="XLSX_ADDIN_HOME"):
        home_folder({"XLSX_ADDIN_HOME": "~nobody-of-this-name/folder"})


def test_a_file_saved_by_an_editor_with_a_byte_order_mark_is_read(read):
    assert read('[profiles.default]\nregion = "eu"\n', encoding="utf-8-sig").region.name == "eu"


@pytest.mark.parametrize(
    ("text", "encoding"), [("[profiles", "utf-8"), ('[profiles.default]\nregion = "é"', "cp1252")]
)
def test_a_file_that_cannot_be_read_is_told(text, encoding, refused):
    error = refused(text, encoding=encoding)
    assert error.code == "settings-unreadable"
    assert "settings.toml" in error.message


def test_a_time_zone_that_does_not_exist_is_told(refused):
    for name in ("Europe/Bielefeld", "", "../etc/passwd"):
        error = refused(f'[profiles.default]\ntime_zone = "{name}"\n')
        assert error.code == "no-such-time-zone"


def test_japan_needs_no_time_zones_of_the_system(read):
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()
    try:
        zone = read(REGION="jp").zone
        assert datetime(2026, 3, 31, 15, 30, tzinfo=UTC).astimezone(zone).day == 1
    finally:
        zoneinfo.reset_tzpath()


def test_time_zones_are_installed_on_every_system():
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg", encoding="utf-8")
    assert "tzdata" in config["options"]["install_requires"].splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f'[profiles.default]\nclient_secret = "{SECRET}"\n',
        f'[profiles.default]\nrefresh_token = "{SECRET}"\n',
        f'[profiles.default]\naccess_token = "{SECRET}"\n',
        f'[profiles.default]\nClient-Secret = "{SECRET}"\n',
        f'[profiles.default]\nAMAZON_BUSINESS_REFRESH_TOKEN = "{SECRET}"\n',
        f'[profiles.another]\nclient_secret = "{SECRET}"\n',
        f'[profiles]\nclient_secret = "{SECRET}"\n',
        f'client_secret = "{SECRET}"\n',
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_shown(text, refused):
    error = refused(text)
    assert error.code == "secret-in-settings"
    assert "environment" in error.next_step
    assert SECRET not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        f'[profiles.default]\nclientsecrt = "{SECRET}"\n',
        f'[profiles.default]\nnested = {{ deep = "{SECRET}" }}\n',
        f'clientsecrt = "{SECRET}"\n',
        f'[profiles.default]\nburst = "{SECRET}"\n',
        f'[profiles.default]\nclient_id = ["{SECRET}"]\n',
    ],
)
def test_a_value_that_may_be_anything_is_not_shown(text, refused):
    assert SECRET not in str(refused(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[profiles.default]\nspeed = 5\n", ["speed", "rate_per_s"]),
        ('region = "eu"\n', ["region", "[profiles.default]"]),
        ('[profile.default]\nregion = "eu"\n', ["profile", "[profiles.default]"]),
        ('[default]\nregion = "eu"\n', ["default", "[profiles.default]"]),
        ('[profiles]\ndefault = "x"\n', ["default", "[profiles.default]"]),
        ('[profiles]\nregion = "eu"\n', ["region", "[profiles.default]"]),
        ("profiles = 5\n", ["profiles", "[profiles.default]"]),
        ("[[profiles.default]]\nburst = 5\n", ["default", "[profiles.default]"]),
    ],
)
def test_what_stands_at_a_wrong_place_is_named_with_the_right_form(text, words, refused):
    error = refused(text)
    assert error.code == "unknown-setting"
    assert words[0] in error.message
    assert words[1] in error.next_step


@pytest.mark.parametrize(
    "entry",
    [
        "rate_per_s = 0",
        "rate_per_s = -1",
        "rate_per_s = nan",
        "rate_per_s = inf",
        "rate_per_s = 1e300",
        "rate_per_s = true",
        "burst = 0.5",
        "burst = 0",
        "attempts = 0",
        "attempts = 2.5",
        "attempts = 1000000",
        "longest_wait_s = 0",
        "longest_wait_s = inf",
        "give_up_after_s = 0",
        "give_up_after_s = nan",
        "formula_wait_s = 61",
        "formula_ask_again_h = 0",
        'burst = "5"',
    ],
)
def test_a_number_that_makes_no_sense_is_refused_with_its_bounds(entry, refused):
    error = refused(f"[profiles.default]\n{entry}\n")
    key = entry.partition(" ")[0]
    assert error.code == "bad-number"
    assert key in error.message
    assert " from " in error.next_step


@pytest.mark.parametrize(
    ("entry", "number"),
    [
        ("rate_per_s = 0.5", 0.5),
        ("burst = 1", 1),
        ("attempts = 1", 1),
        ("attempts = 7.0", 7),
        ("longest_wait_s = 0.01", 0.01),
        ("give_up_after_s = 600", 600),
        ("formula_wait_s = 0", 0),
        ("formula_ask_again_h = 0.5", 0.5),
    ],
)
def test_a_number_within_its_bounds_is_taken(entry, number, read):
    assert list(read(f"[profiles.default]\n{entry}\n").numbers.values()) == [number]


def test_an_entry_that_is_no_text_is_refused(refused):
    error = refused("[profiles.default]\nregion = 5\n")
    assert error.code == "unknown-setting"
    assert "region" in error.message


def test_no_such_region(refused):
    assert refused(REGION="mars").code == "no-such-region"


def test_the_account_follows_from_region_endpoint_and_client_id(read):
    one = read(CLIENT_ID="a").account
    assert read(CLIENT_ID="a", ENDPOINT="https://NA.business-api.amazon.com/").account == one
    others = [read(CLIENT_ID="b"), read(CLIENT_ID="a", REGION="eu")]
    others.append(read(CLIENT_ID="a", ENDPOINT="https://api.example.com"))
    assert len({one, *(settings.account for settings in others)}) == 4


def test_what_is_missing_of_the_sign_in_is_named(read):
    with pytest.raises(SettingError) as caught:
        read(CLIENT_ID="a", CLIENT_SECRET="b").credentials()
    assert "AMAZON_BUSINESS_REFRESH_TOKEN" in caught.value.message
    assert "AMAZON_BUSINESS_CLIENT_ID" not in caught.value.message
    complete = read(CLIENT_ID="a", CLIENT_SECRET="b", REFRESH_TOKEN=" c ")
    assert complete.credentials() == Credentials("a", Secret("b"), Secret("c"))


def test_a_sandbox_beats_the_environment(read):
    settings = read(
        '[profiles.default]\nendpoint = "nonsense"\ntime_zone = "Asia/Tokyo"\nburst = 3\n',
        sandbox=True,
        ENDPOINT="http://example.com",
        TOKEN_URL="nonsense",
        REGION="mars",
        CLIENT_ID="mine",
        CLIENT_SECRET="mine",
        REFRESH_TOKEN="mine",
    )
    assert settings.account == "sandbox-eu"
    assert (str(settings.zone), settings.numbers) == ("Asia/Tokyo", {"burst": 3.0})
    assert "mine" not in repr(settings)
    assert settings.client_secret is settings.refresh_token is None


@pytest.mark.parametrize(
    ("text", "variables", "region"),
    [
        ("", {}, "eu"),
        ("", {"REGION": "na"}, "na"),
        ("", {"REGION": "mars"}, "eu"),
        ('[profiles.default]\nregion = "jp"\n', {}, "jp"),
        ('[profiles.default]\nregion = "jp"\n', {"REGION": "na"}, "na"),
        ('[profiles.default]\nregion = "jp"\n', {"REGION": "mars"}, "jp"),
    ],
)
def test_a_sandbox_speaks_as_the_region_that_is_chosen_else_as_europe(
    text, variables, region, read
):
    settings = read(text, sandbox=True, **variables)
    assert settings.account == f"sandbox-{region}"
    assert settings.region.name == region


def test_a_sandbox_signs_in_with_its_own_credentials(read):
    known = Credentials("id", Secret("secret"), Secret("token"))
    settings = read(sandbox=True, CLIENT_ID="mine").at_sandbox("http://a", "http://b", known)
    assert settings.credentials() == known
    assert settings.account == "sandbox-eu"


def test_a_mistake_in_the_file_stops_a_sandbox_too(refused):
    assert refused('[profiles.default]\nregion = "mars"\n', sandbox=True).code == "no-such-region"


@pytest.mark.parametrize("name", ["FR", "fr", "A13V1IB3VIYZZH"])
def test_a_marketplace_is_named_by_country_or_id(read, name):
    text = f'[profiles.default]\nregion = "eu"\nmarketplace = "{name}"'
    assert read(text).marketplace == "A13V1IB3VIYZZH"


def test_a_marketplace_of_another_region_is_refused(refused):
    error = refused('[profiles.default]\nregion = "na"\nmarketplace = "FR"')
    assert "'FR' in region na" in error.message
    assert "US, CA, MX" in error.next_step


def test_a_marketplace_is_not_meant_for_the_region_of_the_environment(read):
    assert (
        read('[profiles.default]\nregion = "eu"\nmarketplace = "FR"', REGION="na").marketplace == ""
    )
