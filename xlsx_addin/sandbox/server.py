"""The sandbox: an HTTP server on loopback with Amazon's endpoints.

One thread runs one event loop for all connections. That keeps the gateway free of locks,
makes a hundred idle connections cost nothing, and lets everything end at once.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self

from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.connections import Connections
from xlsx_addin.sandbox.gateway import Gateway
from xlsx_addin.sandbox.log import RequestLog
from xlsx_addin.sandbox.options import SandboxOptions
from xlsx_addin.sandbox.purchases import Purchases

_LOOPBACK: Final = "127.0.0.1"
_WAITING_CONNECTIONS: Final = 256


class Sandbox:
    """Amazon's endpoints on this computer, for as long as a `with` block lasts.

    Args:
        options: how it behaves.
        clock: tells the time in seconds, for limits, tokens and the fault plan.
        sleep: waits some seconds, for latency and slow answers.

    Raises:
        SettingError: the options name an operation that the sandbox does not have.
    """

    def __init__(
        self,
        options: SandboxOptions | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.options = options or SandboxOptions()
        self.requests = RequestLog()
        self._gateway = Gateway(self.options, self.requests, clock)
        self._connections = Connections(self._gateway, self.options.latency_s, sleep)
        self._running: _Running | None = None

    @property
    def account(self) -> Account:
        """The account it answers about, with the truth about each line."""
        return self._gateway.account

    @property
    def purchases(self) -> Purchases:
        """The orders that the account's transactions come from."""
        return self._gateway.purchases

    @property
    def endpoint(self) -> str:
        """The base address of the API, without a trailing slash; only while it runs."""
        if self._running is None:
            raise RuntimeError("The sandbox has no address before it is started.")
        return f"http://{_LOOPBACK}:{self._running.port}"

    @property
    def token_url(self) -> str:
        """The whole address of the token endpoint; only while it runs."""
        return f"{self.endpoint}/auth/o2/token"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point this program to it; only while it runs."""
        known = self.options.credentials[0]
        return {
            "AMAZON_BUSINESS_REGION": self.options.region,
            "AMAZON_BUSINESS_ENDPOINT": self.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": self.token_url,
            "AMAZON_BUSINESS_CLIENT_ID": known.client_id,
            "AMAZON_BUSINESS_CLIENT_SECRET": known.client_secret,
            "AMAZON_BUSINESS_REFRESH_TOKEN": known.refresh_token,
        }

    def start(self) -> None:
        """Listen, and answer from now on.

        Raises:
            SettingError: the port is in use or not allowed.
        """
        if self._running is not None:
            raise RuntimeError("The sandbox runs already.")
        listener = _listen(self.options.port)
        self._gateway.start()
        self._running = _Running(self._connections, listener)

    def stop(self) -> None:
        """Cut all connections and end the thread; without effect if it does not run."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Running:
    """The thread and event loop of a running sandbox."""

    def __init__(self, connections: Connections, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        # The kind that watches sockets, on Windows too: connections are accepted by hand.
        self._loop = asyncio.SelectorEventLoop()
        self._stopping = asyncio.Event()
        serving = connections.serve(listener, self._stopping)
        # A daemon: an interrupted program must not wait for a sandbox nobody stopped.
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(serving,), name="sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_LOOPBACK, port), backlog=_WAITING_CONNECTIONS)
    except (OSError, OverflowError) as error:
        raise SettingError(
            f"The sandbox cannot listen on port {port}: {error}.",
            next_step="Choose another port, or 0 for any free one.",
        ) from error
