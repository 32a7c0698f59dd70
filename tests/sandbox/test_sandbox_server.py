"""The server itself: keep-alive, many connections, clean stop, speed."""

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import INVOICES, Sandbox, SandboxOptions

PATH = "/reconciliation/2021-01-08/invoices"


def _raw(sandbox: Sandbox, message: bytes) -> bytes:
    """Send bytes and read until the other side closes."""
    port = int(sandbox.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def test_addresses_are_on_loopback() -> None:
    with Sandbox() as sandbox:
        assert sandbox.endpoint.startswith("http://127.0.0.1:")
        assert sandbox.token_url == f"{sandbox.endpoint}/auth/o2/token"


def test_one_connection_serves_many_requests(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        for _ in range(3):
            client.ask(sandbox.account.line_items(1))
        assert {record.connection for record in sandbox.requests} == {1}


def test_connection_is_closed_when_the_client_asks(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        client.session.headers["Connection"] = "close"
        client.ask(sandbox.account.line_items(1))
        assert [record.connection for record in sandbox.requests] == [1, 2]


def test_a_hundred_connections_are_served_side_by_side() -> None:
    ready = threading.Barrier(100)

    def ask(sandbox: Sandbox) -> int:
        connection = http.client.HTTPConnection(sandbox.endpoint.removeprefix("http://"))
        connection.connect()
        ready.wait(timeout=30)  # all are open before the first one asks
        connection.request("POST", PATH, b"{}")
        status = connection.getresponse().status
        connection.close()
        return status

    with Sandbox() as sandbox, ThreadPoolExecutor(100) as pool:
        statuses = list(pool.map(ask, [sandbox] * 100))
        assert statuses == [403] * 100
        assert len({record.connection for record in sandbox.requests}) == 100


def test_latency_is_slept_before_each_answer(connect: Callable[..., Any], sleeps: Any) -> None:
    with Sandbox(SandboxOptions(latency_s=0.2), sleep=sleeps) as sandbox:
        connect(sandbox).ask(sandbox.account.line_items(1))
    assert sleeps.seconds == [0.2, 0.2]


def test_waiting_answers_do_not_hold_up_a_stop() -> None:
    waiting = threading.Event()

    async def wait_for_ever(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    sandbox = Sandbox(SandboxOptions(latency_s=1), sleep=wait_for_ever)
    sandbox.start()
    port = int(sandbox.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert waiting.wait(timeout=5)
        sandbox.stop()
        assert connection.recv(1) == b""


def test_stop_ends_the_thread_and_frees_the_port() -> None:
    sandbox = Sandbox()
    sandbox.start()
    port = int(sandbox.endpoint.rpartition(":")[2])
    assert "sandbox" in {thread.name for thread in threading.enumerate()}
    sandbox.stop()
    sandbox.stop()
    assert "sandbox" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_stopped_sandbox_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="no address"):
        _ = Sandbox().endpoint


def test_sandbox_is_started_once_at_a_time() -> None:
    with Sandbox() as sandbox, pytest.raises(RuntimeError, match="already"):
        sandbox.start()


def test_port_in_use_is_told() -> None:
    with Sandbox() as first:
        port = int(first.endpoint.rpartition(":")[2])
        with pytest.raises(SettingError, match=f"port {port}"):
            Sandbox(SandboxOptions(port=port)).start()


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no request line"),
        pytest.param(b"GET / HTTP/2\r\n\r\n", id="another version"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", id="length no number"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", id="too large"),
        pytest.param(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", id="chunked"),
        pytest.param(b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n", id="endless head"),
    ],
)
def test_what_is_no_request_gets_400_and_is_not_logged(message: bytes) -> None:
    with Sandbox() as sandbox:
        assert _raw(sandbox, message).startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert len(sandbox.requests) == 0


def test_half_a_request_is_no_request() -> None:
    with Sandbox() as sandbox:
        assert _raw(sandbox, b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab") == b""
        assert len(sandbox.requests) == 0


def test_http_1_0_connections_are_closed_after_the_answer() -> None:
    with Sandbox() as sandbox:
        answer = _raw(sandbox, b"GET / HTTP/1.0\r\n\r\n" * 2)
    assert answer.count(b"HTTP/1.1 403") == 1


def test_every_answer_has_a_request_id_of_its_own(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        responses: list[requests.Response] = [
            client.sign_in(),
            client.sign_in(client_id="other"),
            client.ask(sandbox.account.line_items(1)),
            client.call("GET", "/nowhere"),
        ]
        ids = [response.headers["x-amzn-RequestId"] for response in responses]
        logged = {record.request_id for record in sandbox.requests}
    assert len(set(ids)) == len(ids)
    assert set(ids) <= logged


def test_log_tells_who_asked_what(connect: Callable[..., Any], clock: Any) -> None:
    with Sandbox(clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(3)
        client.sign_in()
        clock.advance(5)
        client.ask(lines)
        client.ask(lines[:1])
        record = sandbox.requests.records(INVOICES)[0]
        assert (record.time_s, record.operation, record.status) == (5, INVOICES, 200)
        assert record.line_items == tuple(lines)
        assert sandbox.requests.count(INVOICES, status=200) == 2
        assert sandbox.requests.statuses(INVOICES) == {200: 2}
        assert sandbox.requests.line_items()[lines[0]] == 2
        sandbox.requests.clear()
        assert len(sandbox.requests) == 0


def test_unlisted_calls_are_told_what_is_missing(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        response = connect(sandbox).call("GET", "/reconciliation/2021-01-08/nothing")
    assert response.status_code == 404
    assert "/nothing" in response.json()["errors"][0]["details"]


def test_failure_of_its_own_is_logged_and_answered_with_500(
    connect: Callable[..., Any], line: LineItem, caplog: pytest.LogCaptureFixture
) -> None:
    no_json: Any = [{"invoiceNumber": object()}]
    with Sandbox(SandboxOptions(overrides={line: no_json})) as sandbox:
        assert connect(sandbox).ask([line]).status_code == 500
    assert "The sandbox failed at getInvoiceDetailsByOrderLineItems" in caplog.text
