"""HTTP sessions whose requests in flight can be broken off by another thread."""

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import ConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

_KEPT: Final = 4
"""Sockets that one session remembers: it uses one at a time, to two hosts."""


def trusting_context() -> ssl.SSLContext:
    """Make a context that trusts what this computer trusts, a company's own authority included.

    Requests adds its own bundle, or the one that REQUESTS_CA_BUNDLE names.
    """
    context = create_urllib3_context()
    context.load_default_certs()
    return context


class InterruptibleSession(requests.Session):
    """A session for one thread at a time, whose exchange another thread may break off.

    Args:
        context: which certificates it trusts.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__()
        self._adapter = _RememberingAdapter(context)
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)
        # Without an answer of our own, requests would look for passwords in ~/.netrc.
        self.auth = _unchanged
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def interrupt(self) -> None:
        """Shut its sockets, so that whoever waits for an answer gets an error at once.

        A connection that is still being made cannot be shut; its time-out ends it.
        """
        for sock in self._adapter.sockets:
            _shut(sock)


class _RememberingAdapter(HTTPAdapter):
    """Remembers the sockets of the connections that it makes.

    Not the connections: one whose answer ends with it lets go of its socket while the answer is
    still being read.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self.sockets: tuple[socket.socket, ...] = ()
        super().__init__()

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **pool_kwargs: Any,  # noqa: ANN401  # as requests has it
    ) -> None:
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._context, **pool_kwargs
        )

    def proxy_manager_for(
        self,
        proxy: str,
        **proxy_kwargs: Any,  # noqa: ANN401  # as requests has it
    ) -> Any:  # noqa: ANN401  # as requests has it
        return super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> ConnectionPool:
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if isinstance(pool, HTTPConnectionPool) and not isinstance(pool.ConnectionCls, _Maker):
            # Pools call this to make a connection, and use it for nothing else.
            pool.ConnectionCls = _Maker(pool.ConnectionCls, self)  # type: ignore[assignment]
        return pool


class _Maker:
    """Makes connections for a pool and shows their sockets to the adapter."""

    def __init__(self, make: Callable[..., Any], adapter: _RememberingAdapter) -> None:
        self._make = make
        self._adapter = adapter

    def __call__(self, *args: object, **kwargs: object) -> HTTPConnection:
        connection: HTTPConnection = self._make(*args, **kwargs)
        connect = connection.connect

        def connect_and_show() -> None:
            connect()
            if isinstance(connection.sock, socket.socket):
                # Replaced as a whole, since another thread may be reading it.
                self._adapter.sockets = (*self._adapter.sockets[1 - _KEPT :], connection.sock)

        connection.connect = connect_and_show  # type: ignore[method-assign]
        return connection


def _shut(sock: socket.socket) -> None:
    # Below the TLS layer: shutting that one would race with the thread that reads from it.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
