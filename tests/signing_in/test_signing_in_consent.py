"""What people paste: tokens, addresses, codes, and things that are none of them."""

import pytest

from xlsx_addin.amazon.tokens import Consent
from xlsx_addin.errors import InputError
from xlsx_addin.secrets import Secret
from xlsx_addin.signing_in import read_grant

CALLBACK = "https://www.example.com/callback"


@pytest.mark.parametrize("text", ["Atzr|IwEB", " Atzr|IwEB\n", "Atzr%7CIwEB", "Atzr|Iw\r\nEB"])
def test_a_refresh_token_is_known_by_its_beginning(text):
    assert read_grant(text) == Secret("Atzr|IwEB")


@pytest.mark.parametrize(
    ("text", "redirect_uri"),
    [
        (f"{CALLBACK}?code=AN%2Fone&state=7", CALLBACK),
        (f"{CALLBACK}?state=7&code=AN%2Fone#top", CALLBACK),
        (f" {CALLBACK}?spapi_oauth_code=AN%2Fone\n", CALLBACK),
        ("http://localhost:8080/?code=AN%2Fone", "http://localhost:8080/"),
        ("https://example.com?code=AN%2Fone", "https://example.com"),
    ],
)
def test_a_whole_address_brings_its_code_and_where_it_led(text, redirect_uri):
    assert read_grant(text) == Consent(Secret("AN/one"), redirect_uri)


def test_a_redirect_address_that_is_given_wins():
    found = read_grant(f"{CALLBACK}/?code=AN", CALLBACK)
    assert found == Consent(Secret("AN"), CALLBACK)


def test_a_code_alone_needs_its_redirect_address():
    assert read_grant(" ANcode ", f" {CALLBACK} ") == Consent(Secret("ANcode"), CALLBACK)
    with pytest.raises(InputError) as caught:
        read_grant("ANcode")
    assert caught.value.code == "no-redirect-address"
    assert "ANcode" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no-consent"),
        (" \n", "no-consent"),
        (CALLBACK, "no-code"),
        (f"{CALLBACK}?code=", "no-code"),
        (f"{CALLBACK}?error=access_denied&code=x", "no-code"),
        ("https://[broken?code=SECRET", "no-code"),
    ],
)
def test_what_is_none_of_these_is_refused_with_a_next_step(text, code):
    with pytest.raises(InputError) as caught:
        read_grant(text)
    assert caught.value.code == code
    assert caught.value.next_step.endswith(".")
    assert "SECRET" not in str(caught.value)
