"""Whether an address can be reached."""

import threading

import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reach import reach
from xlsx_addin.amazon.transport import HttpResponse, RequestsTransport
from xlsx_addin.errors import ConnectionFault
from xlsx_addin.sandbox import Sandbox


class Answering:
    """A transport that answers everything alike."""

    def __init__(self, **headers):
        self.headers = headers

    def send(self, request, cancel):
        return HttpResponse(403, self.headers)

    def interrupt(self):
        pass


def test_whatever_an_address_answers_it_can_be_reached():
    there = reach(
        "https://eu.example/x", Answering(Date="Fri, 15 Jan 2027 08:00:00 GMT"), threading.Event()
    )
    assert there == ("eu.example", "", 1_800_000_000.0)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_an_answer_may_not_say_what_time_it_is(headers):
    assert reach("https://eu.example", Answering(**headers), threading.Event()).time_s is None


def test_a_proxy_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:8080")
    cancel = threading.Event()
    assert reach("https://eu.example", Answering(), cancel).proxy == "proxy.example:8080"
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example")
    assert reach("https://eu.example", Answering(), cancel).proxy == "proxy.example:80"
    monkeypatch.setenv("NO_PROXY", "eu.example")
    assert reach("https://eu.example", Answering(), cancel).proxy == ""
    assert reach("http://127.0.0.1:1/", Answering(), cancel).proxy == ""


def test_the_sandbox_can_be_reached_and_tells_the_time():
    transport = RequestsTransport(ClientOptions())
    with Sandbox() as sandbox:
        there = reach(sandbox.endpoint, transport, threading.Event())
        endpoint = sandbox.endpoint
    assert (there.host, there.time_s is not None) == ("127.0.0.1", True)
    with pytest.raises(ConnectionFault):
        reach(endpoint, transport, threading.Event())
    transport.close()
