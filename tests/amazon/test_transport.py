"""The real transport against servers on loopback."""

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse, RequestsTransport
from xlsx_addin.errors import ConnectionFault


class Server(ThreadingHTTPServer):
    """Does what the test says, and remembers requests and connections."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.received: list[BaseHTTPRequestHandler] = []
        self.connections = 0
        self.closing = threading.Event()
        self.respond = self.reply
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Keep quiet about clients that go away; it is what they do here."""

    def reply(self, handler, status=200, body=b"{}", **headers) -> None:
        handler.send_response(status)
        headers = {"Content-Length": str(len(body))} | headers
        for name, text in headers.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        handler.wfile.write(body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_POST(self) -> None:
        self.sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append(self)
        self.server.respond(self)

    do_GET = do_POST  # noqa: N815  # the base class looks for this name

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def make_transport():
    made = []

    def make(**options) -> RequestsTransport:
        made.append(RequestsTransport(ClientOptions(**options)))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def send(make_transport, never):
    transport = make_transport()
    return lambda url, **parts: transport.send(
        HttpRequest(**({"method": "POST", "url": url} | parts)), never
    )


def test_a_request_goes_out_as_it_is(server, send) -> None:
    response = send(server.url + "/path", headers={"X-Own": "yes"}, body=b"what?")
    (received,) = server.received
    assert (received.command, received.path, received.sent) == ("POST", "/path", b"what?")
    assert received.headers["X-Own"] == "yes"
    assert (response.status, response.body) == (200, b"{}")


@pytest.mark.parametrize("status", [204, 302, 403, 500])
def test_every_status_is_an_answer_and_no_redirect_is_followed(server, send, status: int) -> None:
    server.respond = lambda handler: server.reply(
        handler, status, b"", Location="/elsewhere", X_Amzn_RequestId="id-5"
    )
    response = send(server.url)
    assert response.status == status
    assert response.request_id == "id-5"
    assert len(server.received) == 1


def test_a_packed_body_is_unpacked(server, send) -> None:
    packed = gzip.compress(b'{"a": 1}')
    server.respond = lambda handler: server.reply(handler, 200, packed, Content_Encoding="gzip")
    assert send(server.url).json() == {"a": 1}


def test_connections_are_used_again(server, send) -> None:
    for _ in range(5):
        send(server.url)
    assert server.connections == 1


def test_threads_do_not_share_a_session(server, make_transport, never) -> None:
    transport, together = make_transport(), threading.Barrier(4)

    def wait_for_all(handler) -> None:
        together.wait(5)
        server.reply(handler)

    server.respond = wait_for_all
    request = HttpRequest("POST", server.url)
    threads = [threading.Thread(target=transport.send, args=(request, never)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert server.connections == 4
    assert len(transport._free) == 4


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Length": "100"}, b"too short"),
        ({"Content-Encoding": "gzip"}, b"not packed"),
        ({"Content-Length": "0", "Transfer-Encoding": "chunked"}, b"zz\r\n"),
    ],
)
def test_an_answer_that_breaks_off_is_a_fault(server, send, headers, body: bytes) -> None:
    def respond(handler) -> None:
        server.reply(handler, 200, body, **headers)
        handler.close_connection = True

    server.respond = respond
    with pytest.raises(ConnectionFault, match="broke before") as caught:
        send(server.url)
    assert caught.value.code == "broken"


def test_a_connection_that_is_cut_is_a_fault_and_the_next_one_is_new(server, send) -> None:
    def cut(handler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    server.respond = cut
    with pytest.raises(ConnectionFault):
        send(server.url)
    server.respond = server.reply
    assert send(server.url).status == 200


def test_an_answer_that_is_too_long_is_not_read(server, make_transport, never) -> None:
    server.respond = lambda handler: server.reply(
        handler, 200, gzip.compress(b"0" * 10**6), Content_Encoding="gzip"
    )
    with pytest.raises(ConnectionFault) as caught:
        make_transport(max_body_bytes=10**5).send(HttpRequest("GET", server.url), never)
    assert caught.value.code == "too-long"


def test_an_answer_that_does_not_come_is_a_time_out(server, make_transport, never) -> None:
    server.respond = lambda _: server.closing.wait(5)
    with pytest.raises(ConnectionFault) as caught:
        make_transport(read_timeout_s=0.05).send(HttpRequest("GET", server.url), never)
    assert caught.value.code == "time-out"


def test_an_answer_that_trickles_is_a_time_out(server, never) -> None:
    def trickle(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.closing.wait(0.001):
            try:
                handler.wfile.write(b"0" * 70_000)
            except OSError:
                return

    server.respond = trickle
    moments = iter(range(0, 10_000, 25))
    transport = RequestsTransport(ClientOptions(), clock=lambda: next(moments))
    with pytest.raises(ConnectionFault) as caught:
        transport.send(HttpRequest("GET", server.url), never)
    transport.close()
    assert caught.value.code == "time-out"


@pytest.mark.parametrize("ends", ["at its length", "with the connection"])
def test_an_answer_that_drips_byte_by_byte_ends_at_its_deadline(
    server, make_transport, never, ends
) -> None:
    def drip(handler) -> None:
        handler.send_response(200)
        if ends == "at its length":
            handler.send_header("Content-Length", "100000")
        else:
            handler.send_header("Connection", "close")
        handler.end_headers()
        while not server.closing.wait(0.005):
            try:
                handler.wfile.write(b"0")
            except OSError:
                return

    server.respond = drip
    with pytest.raises(ConnectionFault):
        make_transport(answer_timeout_s=0.05).send(HttpRequest("GET", server.url), never)


def test_a_refused_connection_is_told_as_such(send) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(ConnectionFault) as caught:
            send(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert caught.value.code == "refused"


def test_a_fault_leads_back_to_no_request(server, send) -> None:
    server.respond = lambda handler: server.reply(handler, 200, b"", Content_Length="9")
    with pytest.raises(ConnectionFault) as caught:
        send(server.url + "/", headers={"x-amz-access-token": "hush\r\nhush"})
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_is_used(server, send, monkeypatch, variable: str) -> None:
    for known in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(known, raising=False)
    monkeypatch.setenv(variable, server.url)
    assert send("http://api.test/path").status == 200
    assert server.received[0].path == "http://api.test/path"


def test_no_proxy_is_used_for_loopback(server, send, monkeypatch) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://proxy.invalid:1")
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    assert send(server.url).status == 200


def test_a_certificate_file_that_is_not_there_is_told(send, monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no-such-file.pem")
    with pytest.raises(ConnectionFault) as caught:
        send("https://127.0.0.1:1")
    assert caught.value.code == "certificate-file"


def test_certificates_are_checked(make_transport) -> None:
    transport = make_transport()
    with transport._borrowed(threading.Event()) as session:
        assert session.verify is True
    assert transport._context.check_hostname
    assert transport._context.verify_mode.name == "CERT_REQUIRED"


def test_passwords_of_netrc_and_cookies_are_not_sent(server, send, monkeypatch, tmp_path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.respond = lambda handler: server.reply(handler, Set_Cookie="a=b")
    send(server.url)
    send(server.url)
    assert "Authorization" not in server.received[0].headers
    assert "Cookie" not in server.received[1].headers


def hang(server, transport, cancel) -> tuple[threading.Thread, list[ConnectionFault]]:
    """Send a request that is not answered, from another thread."""
    reached, faults = threading.Event(), []

    def respond(_) -> None:
        reached.set()
        server.closing.wait(5)

    def send() -> None:
        try:
            transport.send(HttpRequest("POST", server.url), cancel)
        except ConnectionFault as fault:
            faults.append(fault)

    server.respond = respond
    thread = threading.Thread(target=send)
    thread.start()
    assert reached.wait(5)
    return thread, faults


def test_a_cancelled_exchange_is_broken_off_at_once(server, make_transport) -> None:
    transport, cancel = make_transport(), threading.Event()
    thread, faults = hang(server, transport, cancel)
    cancel.set()
    began = time.monotonic()
    transport.interrupt()
    thread.join(5)
    assert time.monotonic() - began < 1
    assert len(faults) == 1


def test_other_exchanges_are_left_alone(server, make_transport, never) -> None:
    transport = make_transport()
    thread, faults = hang(server, transport, never)
    transport.interrupt()
    thread.join(0.05)
    assert thread.is_alive()
    assert faults == []
    transport.close()
    thread.join(5)
    assert len(faults) == 1


def test_nothing_is_kept_open_after_closing(server, make_transport, never) -> None:
    transport = make_transport()
    transport.close()
    assert transport.send(HttpRequest("GET", server.url), never).status == 200
    assert transport._free == []


def test_requests_and_answers_do_not_show_their_secrets() -> None:
    request = HttpRequest("POST", "https://api.test", {"x-amz-access-token": "hush"}, b"hush")
    response = HttpResponse(200, {"set-cookie": "hush"}, b"hush")
    assert "hush" not in repr((request, response))


def test_headers_are_found_in_any_case() -> None:
    response = HttpResponse(200, {"X-AMZN-RequestId": "id"})
    assert response.header("x-amzn-requestid") == "id"
    assert response.header("retry-after") is None
    assert response.request_id == "id"
    assert HttpResponse(200).request_id == ""
