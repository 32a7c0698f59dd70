"""An account's way to Amazon: one sign-in, one transport, and a pace for each operation."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from xlsx_addin.amazon.funnel import Funnel, Operation
from xlsx_addin.amazon.limits import Limiter, MemoryPermits, Permits, permit_key
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.tokens import TokenSource
from xlsx_addin.amazon.transport import Transport
from xlsx_addin.amazon.user_agent import user_agent
from xlsx_addin.amazon.waiting import Clock, SystemClock
from xlsx_addin.secrets import Credentials


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks, and where.

    Args:
        endpoint: base address of the API.
        token_url: whole address of the token endpoint.
        credentials: what signs in.
    """

    endpoint: str
    token_url: str
    credentials: Credentials


class Session:
    """Makes the funnels of an account's operations; any number of threads may use it.

    Args:
        account: who asks, and where.
        transport: what carries the requests; the session does not close it.
        permits: the token buckets, None for ones of this session alone.
        options: time-outs, attempts.
        clock: lets waits pass.
        random: numbers from 0 to 1, for jitter.

    Attributes:
        transport: what carries the requests.
        options: time-outs, attempts.
        clock: lets waits pass.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: Transport,
        permits: Permits | None = None,
        options: ClientOptions | None = None,
        clock: Clock | None = None,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.transport = transport
        self.options = options or ClientOptions()
        self.clock = clock or SystemClock()
        self._account = account
        self._permits = permits or MemoryPermits(self.clock)
        self._random = random
        self._tokens = TokenSource(
            account.token_url,
            account.credentials,
            transport=transport,
            clock=self.clock,
            user_agent=user_agent(),
        )

    def sign_in(self, cancel: threading.Event) -> None:
        """Get an access token, in one try, unless there is a valid one; see `TokenSource.get`."""
        self._tokens.get(cancel)

    def funnel(self, operation: Operation, *, signed: bool = True) -> Funnel:
        """Make what calls an operation, with a pace and counts of its own.

        Args:
            operation: which one.
            signed: send the access token along; never to addresses other than the endpoint's.
        """
        account = self._account
        return Funnel(
            operation,
            account.endpoint,
            transport=self.transport,
            tokens=self._tokens if signed else None,
            limiter=Limiter(
                self._permits,
                permit_key(account.credentials, account.endpoint, operation.name),
                rate_per_s=operation.rate_per_s,
                burst=operation.burst,
                clock=self.clock,
            ),
            options=self.options,
            clock=self.clock,
            random=self._random,
        )
