"""HTTP itself, byte by byte."""

import json
import re
import socket

import pytest

from sandbox import keys

ASK = f"GET /v1/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {keys.ALL}\r\n".encode()


@pytest.fixture
def wire(sandbox):
    """A raw connection to the shared server."""
    with socket.create_connection(("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1])), timeout=5) as client:
        yield client


def answer(client):
    """The next answer: status, headers, body."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += client.recv(1)
    first, *lines = got.decode().strip().split("\r\n")
    headers = dict(line.split(": ") for line in lines)
    body = b""
    while len(body) < int(headers["Content-Length"]):
        body += client.recv(int(headers["Content-Length"]) - len(body))
    return int(first.split()[1]), headers, body


def test_a_connection_carries_many_requests(wire):
    for _ in range(3):
        wire.sendall(ASK + b"\r\n")
        status, headers, body = answer(wire)
        assert (status, headers["Connection"]) == (200, "keep-alive")
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert json.loads(body)["success"] is True


def test_requests_sent_ahead_are_answered_in_order(wire):
    wire.sendall(ASK + b"\r\n" + ASK.replace(b"accounts", b"nowhere") + b"\r\n")
    assert [answer(wire)[0], answer(wire)[0]] == [200, 404]


def test_connection_close_is_honoured(wire):
    wire.sendall(ASK + b"Connection: close\r\n\r\n")
    assert answer(wire)[1]["Connection"] == "close"
    assert wire.recv(1) == b""


def test_a_head_that_comes_in_pieces_is_awaited(wire):
    for piece in (ASK[:10], ASK[10:], b"\r", b"\n"):
        wire.sendall(piece)
    assert answer(wire)[0] == 200


def test_head_has_no_body(wire):
    wire.sendall(ASK.replace(b"GET", b"HEAD") + b"\r\n" + ASK + b"\r\n")
    head = b""
    while b"200 OK" not in head:
        head += wire.recv(65536)
    assert head.startswith(b"HTTP/1.1 405 ")
    assert re.search(rb"\r\n\r\nHTTP/1.1 200 OK", head)


@pytest.mark.parametrize(
    "request_text",
    [
        b"rubbish\r\n\r\n",
        b"GET /v1/accounts SPDY/3\r\n\r\n",
        ASK.replace(b"GET", b"POST") + b"Content-Length: 999999999999999\r\n\r\n",
        ASK.replace(b"GET", b"POST") + b"Content-Length: many\r\n\r\n",
        ASK.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_400_and_the_end(wire, request_text):
    wire.sendall(request_text)
    status, headers, body = answer(wire)
    assert (status, headers["Connection"]) == (400, "close")
    assert json.loads(body)["error"]["code"] == "VALIDATION_ERROR"


def test_a_body_too_large_is_read_away_and_refused(sandbox):
    refused = sandbox.post({"name": "x" * 2_000_000, "type": "on_demand"})
    assert refused.status_code == 400
    assert refused.json()["error"]["details"][0]["path"] == "body"


def test_a_client_that_goes_away_harms_nobody(sandbox, wire):
    wire.sendall(ASK[:30])
    wire.close()
    assert sandbox.get("/v1/accounts").status_code == 200


def test_expect_100_continue(wire):
    wire.sendall(ASK.replace(b"GET", b"POST") + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert wire.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    wire.sendall(b"{}")
    assert answer(wire)[0] == 405
