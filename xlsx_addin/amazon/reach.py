"""Whether an address can be reached at all, by which way, and what time it is there."""

import threading
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from xlsx_addin.amazon.regions import is_loopback
from xlsx_addin.amazon.transport import HttpRequest, Transport
from xlsx_addin.amazon.user_agent import user_agent

_DEFAULT_PORT: Final = {"http": 80, "https": 443}


class Reached(NamedTuple):
    """An address that answers.

    Args:
        host: its host.
        proxy: host and port of the proxy on the way, empty if there is none.
        time_s: seconds since 1970 by the clock over there, None if it did not say.
    """

    host: str
    proxy: str
    time_s: float | None


def reach(url: str, transport: Transport, cancel: threading.Event) -> Reached:
    """Ask an address for anything; whatever it answers, it can be reached.

    Args:
        url: the whole address.
        transport: what carries the request.
        cancel: breaks it off.

    Raises:
        ConnectionFault: there is no answer; says why.
    """
    request = HttpRequest("GET", url, {"user-agent": user_agent()})
    response = transport.send(request, cancel)
    return Reached(urlsplit(url).hostname or url, _proxy_for(url), _time_s(response.header("date")))


def _proxy_for(url: str) -> str:
    """Tell host and port of the proxy that the environment, or the system, names for an address."""
    if is_loopback(url):
        return ""
    proxy = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    if not proxy:
        return ""
    # Without what stands before the host: it may be a password.
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORT.get(parts.scheme, 80)}"


def _time_s(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date or "").timestamp()
    except (ValueError, TypeError):
        return None
