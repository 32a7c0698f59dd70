"""Reading what a person pastes to give the account's consent.

Source: `docs/api.md`, access token: a refresh token begins with `Atzr|`; the consent page leads
to the app's redirect address, with the code in its query.
"""

from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from xlsx_addin.amazon.tokens import Consent
from xlsx_addin.errors import InputError
from xlsx_addin.secrets import Secret

_REFRESH_TOKEN: Final = "atzr|"  # noqa: S105  # how one begins
_CODES: Final = ("code", "spapi_oauth_code")


def read_grant(text: str, redirect_uri: str = "") -> Secret | Consent:
    """Tell a refresh token from the address or code of the consent page.

    Args:
        text: as pasted; it is never shown.
        redirect_uri: where the consent page leads, as the app is registered; not needed for a
            whole address.

    Raises:
        InputError: it is none of these, or a code without its redirect address.
    """
    pasted = "".join(text.split())  # a line end is easily copied along
    if unquote(pasted[:7]).lower().startswith(_REFRESH_TOKEN):
        return Secret(unquote(pasted) if "|" not in pasted else pasted)
    if "://" in pasted:
        return _from_address(pasted, redirect_uri)
    if not pasted:
        raise InputError(
            "The refresh token, or the address or code of the consent page, is missing.",
            next_step="Paste one of them.",
            code="no-consent",
        )
    if not redirect_uri.strip():
        raise InputError(
            "A code alone does not tell where the consent page led.",
            next_step="Give the redirect address of the app too, or paste the whole address that"
            " the browser shows after consent.",
            code="no-redirect-address",
        )
    return Consent(Secret(pasted), redirect_uri.strip())


def _from_address(address: str, redirect_uri: str) -> Consent:
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
    except ValueError:
        raise _no_code("The pasted address cannot be read.") from None
    if "error" in query:
        raise _no_code("The consent page reports that consent was not given.")
    code = next((query[name][0] for name in _CODES if name in query), "")
    if not code:
        raise _no_code("The pasted address has no code in it.")
    own = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return Consent(Secret(code), redirect_uri.strip() or own)


def _no_code(message: str) -> InputError:
    return InputError(
        message,
        next_step="Open the consent page again, allow the app, and paste the whole address that"
        " the browser shows then, within five minutes.",
        code="no-code",
    )
