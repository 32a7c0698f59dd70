"""The part of the composition root that tries a sign-in: a token, then one harmless question."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.tokens import TokenSource
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.amazon.user_agent import user_agent
from xlsx_addin.amazon.waiting import SystemClock
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.settings import Settings

CREDENTIALS: Final = "credentials"
SIGN_IN: Final = "sign-in"
INVOICES: Final = "invoices"

HASTY: Final = ClientOptions(
    connect_timeout_s=4.0, read_timeout_s=4.0, answer_timeout_s=6.0, attempts=1
)
"""For somebody who waits to hear whether it works."""

MADE_UP: Final = LineItem("111-0000000-0000000", "10000000000000", "XXXXXXXXX")
"""What is asked about: the shape of a line item, but nobody's."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to.

    Args:
        step: credentials are there, the sign-in works, invoices may be read.
        ok: whether there is nothing to do.
        message: what was found.
        next_step: what to do about it.
    """

    step: str
    ok: bool
    message: str
    next_step: str = ""


def try_sign_in(settings: Settings) -> Iterator[Step]:
    """Try the sign-in of a profile, step by step up to the first that fails.

    Args:
        settings: of the profile.

    Yields:
        Each step.
    """
    try:
        credentials = settings.credentials()
    except XlsxAddinError as error:
        yield _failed(CREDENTIALS, error)
        return
    yield Step(CREDENTIALS, ok=True, message="Client id, secret and refresh token are set.")
    account = Account(settings.endpoint, settings.token_url, credentials)
    transport = RequestsTransport(HASTY)
    try:
        yield from _asked(account, transport)
    except XlsxAddinError as error:
        yield _failed(SIGN_IN, error)
    finally:
        transport.close()


def _asked(account: Account, transport: RequestsTransport) -> Iterator[Step]:
    tokens = TokenSource(
        account.token_url,
        account.credentials,
        transport=transport,
        clock=SystemClock(),
        user_agent=user_agent(),
    )
    tokens.get(threading.Event())
    yield Step(SIGN_IN, ok=True, message="Login with Amazon accepts the sign-in.")
    client = AmazonClient(Session(account, transport=transport, options=HASTY))
    for results in client.invoices.ask([MADE_UP], threading.Event()):
        for result in results.values():
            yield _judged(result)


def _judged(result: object) -> Step:
    # A line item that Amazon refuses, as nobody's may be, was read by somebody who may read it.
    if isinstance(result, Failure):
        return Step(INVOICES, ok=False, message=result.cause)
    return Step(INVOICES, ok=True, message="Amazon lets this app read invoices.")


def _failed(step: str, error: XlsxAddinError) -> Step:
    return Step(step, ok=False, message=error.message, next_step=error.next_step)
