"""Where Amazon Business is, region by region, and which addresses may be used.

Source: `docs/api.md`, hosts.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit

from xlsx_addin.errors import SettingError

TOKEN_URL: Final = "https://api.amazon.com/auth/o2/token"  # noqa: S105  # an address
"""Login with Amazon, the same for every region."""


@dataclass(frozen=True, slots=True)
class Region:
    """One of Amazon Business' regions.

    Args:
        name: its short name.
        endpoint: base address of the API.
        marketplaces: marketplace id by country.
        time_zone: where the day of an invoice is counted unless set otherwise.
        country: whose marketplace documents are asked for in unless set otherwise.
    """

    name: str
    endpoint: str
    marketplaces: Mapping[str, str]
    time_zone: str = "UTC"
    country: str = ""


REGIONS: Final[Mapping[str, Region]] = MappingProxyType(
    {
        region.name: region
        for region in (
            Region(
                "na",
                "https://na.business-api.amazon.com",
                {"US": "ATVPDKIKX0DER", "CA": "A2EUQ1WTGCTBG2", "MX": "A1AM78C64UM0Y8"},
                country="US",
            ),
            Region(
                "eu",
                "https://eu.business-api.amazon.com",
                {
                    "UK": "A1F83G8C2ARO7P",
                    "DE": "A1PA6795UKMFR9",
                    "FR": "A13V1IB3VIYZZH",
                    "IT": "APJ6JRA9NG5V4",
                    "ES": "A1RKKUPIHCS9HS",
                    "IN": "A21TJRUUN4KGV",
                },
                # As in all published examples, also for an invoice number of the UK.
                country="DE",
            ),
            Region(
                "jp",
                "https://jp.business-api.amazon.com",
                {"JP": "A1VC38T7YXB528", "AU": "A39IBJ37TRP1C6"},
                time_zone="Asia/Tokyo",
                country="JP",
            ),
        )
    }
)
"""The regions by name."""


def marketplace_id(name: str, region: Region) -> str:
    """Give the id of a marketplace.

    Args:
        name: its country, its id, or nothing.
        region: that it has to be in.

    Raises:
        SettingError: the region has no such marketplace.
    """
    if not name or name in region.marketplaces.values():
        return name
    found = region.marketplaces.get(name.upper())
    if found is None:
        raise SettingError(
            f"There is no marketplace {name!r} in region {region.name}.",
            next_step=f"Use one of {', '.join(region.marketplaces)} for the profile's marketplace.",
            code="no-such-marketplace",
        )
    return found


def check_address(url: str) -> str:
    """Accept an address that secrets may be sent to.

    Args:
        url: base address of the API, or whole address of the token endpoint.

    Returns:
        The address without white space around it and without slashes at its end.

    Raises:
        SettingError: it is no address, holds a password, or is not encrypted on its way.
    """
    address = url.strip().rstrip("/")
    parts = _split(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _refused("is no web address", "It begins with https:// and a host name.")
    if parts.username is not None or parts.query or parts.fragment:
        raise _refused(
            "has more than host and path", "Leave out user names, questions and # marks."
        )
    if parts.scheme == "http" and not is_loopback(address):
        raise _refused(
            f"at {parts.hostname} is not encrypted",
            "Use https://; plain http:// is only for a sandbox on this computer (127.0.0.1).",
        )
    return address


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this very computer."""
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises if it is no number
    except ValueError:
        return None
    return parts


def _refused(what: str, next_step: str) -> SettingError:
    # The address itself is not repeated: it may hold a password.
    return SettingError(
        f"An address of Amazon Business {what}.", next_step=next_step, code="bad-address"
    )
