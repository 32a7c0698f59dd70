"""Connections: HTTP/1.1 with keep-alive on top of asyncio, and how answers go wrong on them."""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, Protocol

from xlsx_addin.sandbox.messages import (
    Answer,
    Cut,
    MalformedRequest,
    Request,
    encode,
    error_answer,
    read_request,
)

# SO_LINGER with a time of zero makes closing a connection reset it (struct linger).
_RESET_ON_CLOSE: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Answerer(Protocol):
    """Who answers the requests of the connections."""

    def handle(self, request: Request, connection: int) -> Answer:
        """Answer a request."""

    def refuses_connection(self, connection: int) -> bool:
        """Say whether a connection is to be closed at once."""


class Connections:
    """All connections of one server, each served by a task of its own.

    Args:
        answerer: answers the requests, called from the event loop's thread.
        latency_s: seconds before each answer.
        sleep: waits some seconds.
        now: seconds since 1970, for the date of answers.
    """

    def __init__(
        self,
        answerer: Answerer,
        latency_s: float,
        sleep: Callable[[float], Awaitable[None]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self._answerer = answerer
        self._latency_s = latency_s
        self._sleep = sleep
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket, stopping: asyncio.Event) -> None:
        """Serve a listening socket until told to stop, then end all connections at once.

        Args:
            listener: is closed at the end.
            stopping: set when to stop.
        """
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        loop.add_reader(listener, self._accept, listener)
        await stopping.wait()
        loop.remove_reader(listener)
        listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # An aborted transport is done with its socket in the loop's next turn.
        await asyncio.sleep(0)

    def _accept(self, listener: socket.socket) -> None:
        # By hand, since a server of asyncio forgets the connections that it is just making
        # when it is closed, and leaves their sockets open.
        try:
            connection, _ = listener.accept()
        except OSError:
            return  # the other side has gone again
        task = asyncio.get_running_loop().create_task(self._attend(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step cannot close anything itself.
        task.add_done_callback(lambda _: connection.close())

    async def _attend(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        try:
            await self._converse(reader, writer, next(self._numbers))
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            pass  # the other side has gone: nobody waits for an answer
        finally:
            writer.transport.abort()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        if self._answerer.refuses_connection(number):
            return _reset(writer)
        is_open = True
        while is_open:
            try:
                request = await read_request(reader)
            except MalformedRequest as error:
                answer = error_answer(400, "BadRequest", "Bad request.", f"{error}")
                return writer.write(self._encoded(answer, keep_alive=False))
            if request is None:
                return None
            if self._answerer.refuses_connection(number):
                return _reset(writer)
            is_open = await self._answer(request, writer, number)
        return None

    async def _answer(self, request: Request, writer: asyncio.StreamWriter, number: int) -> bool:
        """Answer a request and say whether the connection stays open."""
        answer = self._answerer.handle(request, number)
        delay_s = self._latency_s + answer.delay_s
        if delay_s:
            await self._sleep(delay_s)
        if answer.cut is Cut.BEFORE:
            _reset(writer)
            return False
        message = self._encoded(answer, keep_alive=request.keep_alive)
        if answer.cut is Cut.MIDWAY:
            message = message[: len(message) - len(answer.body) // 2 - 1]
        writer.write(message)
        await writer.drain()
        return request.keep_alive and answer.cut is Cut.NOWHERE

    def _encoded(self, answer: Answer, *, keep_alive: bool) -> bytes:
        return encode(answer, keep_alive=keep_alive, now_s=self._now())


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
