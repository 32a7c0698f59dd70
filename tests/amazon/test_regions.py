import pytest

from xlsx_addin.amazon.regions import REGIONS, TOKEN_URL, check_address, is_loopback
from xlsx_addin.errors import SettingError


def test_each_region_has_a_host_marketplaces_and_a_time_zone() -> None:
    assert {name: region.endpoint for name, region in REGIONS.items()} == {
        "na": "https://na.business-api.amazon.com",
        "eu": "https://eu.business-api.amazon.com",
        "jp": "https://jp.business-api.amazon.com",
    }
    assert {name: region.time_zone for name, region in REGIONS.items()} == {
        "na": "UTC",
        "eu": "UTC",
        "jp": "Asia/Tokyo",
    }
    assert REGIONS["eu"].marketplaces["DE"] == "A1PA6795UKMFR9"


def test_our_own_addresses_are_accepted() -> None:
    for address in (TOKEN_URL, *(region.endpoint for region in REGIONS.values())):
        assert check_address(address) == address


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("https://api.test/", "https://api.test"),
        ("  https://api.test/base// ", "https://api.test/base"),
        ("https://api.test:8443", "https://api.test:8443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("HTTPS://API.test", "HTTPS://API.test"),
    ],
)
def test_a_safe_address_is_accepted_without_what_is_around_it(given: str, accepted: str) -> None:
    assert check_address(given) == accepted


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.test",
        "ftp://api.test",
        "https://",
        "https://api.test:port",
        "https://[broken",
        "https://api.test/?a=b",
        "https://api.test/#part",
        "http://api.test",
        "http://10.0.0.1",
        "http://localhost.evil.test",
        "http://127.0.0.1.evil.test",
        "http://127.0.0.1@evil.test",
    ],
)
def test_an_unsafe_address_is_refused(address: str) -> None:
    with pytest.raises(SettingError) as caught:
        check_address(address)
    assert caught.value.next_step


def test_a_refused_address_does_not_show_its_password() -> None:
    with pytest.raises(SettingError) as caught:
        check_address("https://user:hush@api.test")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://127.0.0.1/x", True),
        ("https://localhost", True),
        ("https://[::1]", True),
        ("https://api.test", False),
        ("no address", False),
    ],
)
def test_loopback_is_this_very_computer(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
