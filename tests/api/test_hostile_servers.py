"""The client against real sockets that misbehave: it answers in time, with the right error, and stays usable."""

import contextlib
import time
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from audiences.api import errors
from audiences.api.client import WEB
from tests.api import hostile
from tests.api.conftest import KEY, QUICK
from tests.api.hostile import answer, envelope, head, send_and_close, serving

GROUPS = envelope({"items": [{"id": "g1", "name": "Group"}]})
FINE = answer(GROUPS)
ONCE = replace(WEB, attempts=1)


@pytest.mark.parametrize(
    "script",
    [
        hostile.trickle_status_line,
        hostile.trickle_headers,
        hostile.trickle_body,
        hostile.trickle_chunks,
        hostile.continue_for_ever,
        hostile.say_nothing,
    ],
)
def test_the_total_deadline_ends_what_trickles(connect, script):
    with serving(script, FINE) as server:
        client = connect(server.url, policy=QUICK, bulkhead=1)
        started = time.monotonic()
        with pytest.raises(errors.TimedOut):
            client.account_groups()
        assert 0.35 < time.monotonic() - started < 2
        assert server.cut.wait(1)
        # The only thread there is has been freed, and its session serves on.
        assert client.account_groups().value[0].id == "g1"


def test_the_deadline_also_ends_a_trickle_on_a_kept_connection(connect):
    def fine_then_trickle(server, sock):
        server.receive(sock)
        sock.sendall(head(Content_Length=str(len(GROUPS))) + GROUPS)
        hostile.trickle_body(server, sock)

    with serving(fine_then_trickle) as server:
        client = connect(server.url, policy=QUICK, bulkhead=1)
        assert client.account_groups().value
        with pytest.raises(errors.TimedOut):
            client.account_groups()
        assert server.cut.wait(1)
        assert server.connections == 1


def test_a_call_that_ended_leaves_the_next_one_on_its_connection_alone(connect):
    with serving(FINE) as server:
        client = connect(server.url, policy=QUICK, bulkhead=1)
        end = time.monotonic() + 1.0  # the deadlines of the first calls pass while the last ones run
        while time.monotonic() < end:
            assert client.account_groups().value
        assert server.connections == 1


def test_no_descriptor_is_left_open(connect):
    scripts = [FINE, hostile.trickle_body, hostile.reset, answer(b"x" * 6_000_000), send_and_close(b""), FINE]
    before = _descriptors()
    with serving(*scripts) as server:
        client = connect(server.url, policy=replace(QUICK, total=0.2), bulkhead=2)
        for call in range(24):
            with contextlib.suppress(errors.Unavailable):
                client.audiences("g1") if call % 2 else client.create_audience("g1", name="x", type="on_demand")
        client.close()
    _wait_until(lambda: _descriptors() <= before)


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def _wait_until(condition):
    end = time.monotonic() + 3
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("script", "kind", "status"),
    [
        (hostile.reset, errors.ConnectionLost, None),
        (send_and_close(b""), errors.ConnectionLost, None),
        (send_and_close(head(Content_Length="100") + b'{"success'), errors.ConnectionLost, 200),
        (send_and_close(head(Transfer_Encoding="chunked") + b"5\r\nab"), errors.ConnectionLost, 200),
        (send_and_close(head(Content_Length="12,13") + b"x"), errors.Unreadable, None),
        (send_and_close(b"SSH-2.0-OpenSSH_9.2\r\n"), errors.Unreadable, None),
        (send_and_close(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300), errors.Unreadable, None),
        (answer(b"not gzip", Content_Encoding="gzip"), errors.Unreadable, 200),
        (answer(b""), errors.Unreadable, 200),
        (answer(b"<html>hello</html>"), errors.Unreadable, 200),
        (answer(b"[" * 200_000), errors.Unreadable, 200),
        (answer(b'{"success": true}'), errors.Unreadable, 200),
        (answer(b"", status="204 No Content"), errors.Unreadable, 204),
        (answer(b"<html>Bad gateway</html>", status="502 Bad Gateway"), errors.UpstreamError, 502),
        (answer(b"", status="503 Service Unavailable"), errors.InternalError, 503),
        (answer(b"", status="599 Strange"), errors.InternalError, 599),
        (answer(b"", status="418 Teapot"), errors.Refused, 418),
        (send_and_close(head("404 Not Found", Content_Length="99") + b"{"), errors.NotFound, 404),
        (answer(b"x" * 6_000_000, status="403 Forbidden"), errors.Forbidden, 403),
        (answer(b"x" * 6_000_000), errors.TooLarge, 200),
    ],
)
def test_rubbish_becomes_the_right_error(connect, script, kind, status):
    with serving(script) as server:
        with pytest.raises(errors.ApiError) as caught:
            connect(server.url, policy=ONCE).account_groups()
        assert (type(caught.value), caught.value.status) == (kind, status)
        assert (caught.value.method, caught.value.path) == ("GET", "/v1/accounts")
        assert caught.value.message


def test_the_status_counts_where_an_errors_body_trickles(connect):
    def play(server, sock):
        server.receive(sock)
        sock.sendall(head("429 Too Many", Content_Length="1000", Retry_After="7"))
        server.trickle(sock, b" ")

    with serving(play) as server:
        with pytest.raises(errors.RateLimited) as caught:
            connect(server.url, policy=QUICK).account_groups()
        assert caught.value.retry_after == 7


@pytest.mark.parametrize("status", ["200 OK", "302 Found"])  # `requests` reads a redirect's body whole by itself
def test_a_gzip_bomb_is_not_opened(connect, status):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    assert len(bomb) < 110_000
    with serving(answer(bomb, status, Content_Encoding="gzip", Location="/v1/other")) as server:
        tracemalloc.start()
        try:
            with pytest.raises(errors.TooLarge):
                connect(server.url).account_groups()
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()


def test_an_honest_gzip_is_opened(connect):
    packed = zlib.compressobj(wbits=31)
    body = packed.compress(GROUPS) + packed.flush()
    with serving(answer(body, Content_Encoding="gzip")) as server:
        assert connect(server.url).account_groups().value[0].name == "Group"


def test_redirects_are_not_followed(connect):
    to = "http://127.0.0.1:{}/v1/accounts"
    with serving(FINE) as other, serving(answer(b"", "302 Found", Location=to.format(other.port))) as server:
        with pytest.raises(errors.Unreadable, match="redirect") as caught:
            connect(server.url).account_groups()
        assert caught.value.status == 302
        assert other.connections == 0


def test_a_kept_connection_that_died_between_calls_costs_nothing(connect):
    with serving(hostile.once(GROUPS), FINE) as server:
        client = connect(server.url, bulkhead=1)
        assert client.account_groups().value
        assert client.account_groups().value
        assert (server.connections, len(server.requests)) == (2, 2)


def test_a_kept_connection_that_dies_under_the_request_is_replaced_once(connect):
    def one_answer_then_cut(server, sock):
        server.receive(sock)
        sock.sendall(head(Content_Length=str(len(GROUPS))) + GROUPS)
        server.receive(sock)

    with serving(one_answer_then_cut, FINE) as server:
        client = connect(server.url, bulkhead=1)
        assert client.account_groups().value
        assert client.account_groups().value
        assert (server.connections, len(server.requests)) == (2, 3)


def test_a_post_opens_a_connection_of_its_own_and_is_sent_once(connect):
    created = envelope({"id": "a1", "name": "New"})
    with serving(answer(GROUPS), answer(created), hostile.reset) as server:
        client = connect(server.url, bulkhead=1)
        client.account_groups()
        assert client.create_audience("g1", name="New", type="on_demand").value.id == "a1"
        with pytest.raises(errors.ConnectionLost):
            client.create_audience("g1", name="New", type="on_demand")
        assert server.connections == 3
        assert [request[:4] for request in server.requests] == [b"GET ", b"POST", b"POST"]


def test_nothing_listens(connect):
    with serving(FINE) as server:
        url = server.url
    with pytest.raises(errors.NotSent):
        connect(url, policy=ONCE).account_groups()


def test_netrc_and_proxies_of_the_environment_are_ignored(connect, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(FINE) as server:
        connect(server.url).account_groups()
        assert f"Authorization: Bearer {KEY}\r\n".encode() in server.requests[0]
        assert b"\r\nAccept: application/json\r\n" in server.requests[0]


def test_cookies_are_not_kept(connect):
    with serving(answer(GROUPS, Set_Cookie="who=me; Path=/")) as server:
        client = connect(server.url, bulkhead=1)
        client.account_groups()
        client.account_groups()
        assert b"cookie" not in server.requests[1].lower()
