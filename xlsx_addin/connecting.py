"""The part of the composition root that makes the client, imported when somebody must be asked."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.fallback import FallbackPermits
from xlsx_addin.amazon.limits import MemoryPermits
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.tokens import Consent, exchange
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.amazon.user_agent import user_agent
from xlsx_addin.amazon.waiting import SystemClock
from xlsx_addin.reaching import SANDBOX_DOCUMENT_PACE
from xlsx_addin.secrets import Secret
from xlsx_addin.settings import Settings
from xlsx_addin.store.permits import PERMITS_FILE, SqlitePermits


@contextmanager
def connected(
    settings: Settings, *, shares_pace: bool, attempts: int | None = None
) -> Iterator[AmazonClient]:
    """Make a client and let go of its connections at the end.

    Args:
        settings: of the profile.
        shares_pace: keep within the rate together with all processes of this user.
        attempts: how often one request is sent at most, None for what the settings say.

    Raises:
        SettingError: the sign-in is not set up.
        KeychainError: what `login` keeps cannot be read.
    """
    options = client_options(settings)
    if attempts is not None:
        options = replace(options, attempts=attempts)
    account = Account(settings.endpoint, settings.token_url, settings.credentials())
    with ExitStack() as stack:
        permits = None
        if shares_pace:
            shared = SqlitePermits(settings.home / PERMITS_FILE)
            stack.callback(shared.close)
            permits = FallbackPermits(shared, MemoryPermits(SystemClock()))
        transport = RequestsTransport(options)
        stack.callback(transport.close)
        session = Session(account, transport=transport, permits=permits, options=options)
        yield AmazonClient(session)


def exchange_code(
    settings: Settings, client_id: str, client_secret: Secret, consent: Consent
) -> Secret:
    """Exchange the code of the consent page for a refresh token.

    Args:
        settings: where the token endpoint is.
        client_id: the app's id.
        client_secret: the app's secret.
        consent: what the consent page gave.

    Raises:
        AmazonError: Login with Amazon refuses it, or cannot answer now.
        ConnectionFault: it cannot be reached.
    """
    transport = RequestsTransport(client_options(settings))
    try:
        return exchange(
            consent,
            client_id,
            client_secret,
            token_url=settings.token_url,
            transport=transport,
            user_agent=user_agent(),
        )
    finally:
        transport.close()


def client_options(settings: Settings) -> ClientOptions:
    """Choose the numbers of the client.

    Args:
        settings: of the profile.
    """
    options, numbers = ClientOptions(), settings.numbers
    longest_wait_s = numbers.get("longest_wait_s")
    if longest_wait_s is not None:
        options = replace(
            options,
            backoff_cap_s=longest_wait_s,
            probe_cap_s=min(longest_wait_s, options.probe_cap_s),
        )
    patience_s = numbers.get("give_up_after_s", options.connection.patience_s)
    return replace(
        options,
        document_pace=SANDBOX_DOCUMENT_PACE if settings.sandbox else 1.0,
        rate_per_s=numbers.get("rate_per_s", options.rate_per_s),
        burst=numbers.get("burst", options.burst),
        attempts=int(numbers.get("attempts", options.attempts)),
        repeats_dates=settings.texts.get("page_token") != "alone",
        connection=replace(options.connection, patience_s=patience_s),
    )
