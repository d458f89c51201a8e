"""Time spent before anything is sent: DNS, connecting, TLS, and the bulkhead's queue."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import replace

import pytest

from audiences.api import errors
from audiences.api.client import CREATE, Deadline
from audiences.api.guard import tls_context
from tests.api import hostile
from tests.api.conftest import QUICK
from tests.api.hostile import answer, envelope, serving

GROUPS = envelope({"items": [{"id": "g1"}]})


def test_slow_dns_holds_nobody_and_sends_nothing_afterwards(connect, monkeypatch):
    lookup = socket.getaddrinfo
    looked_up = threading.Event()

    def slowly(*args, **kwargs):
        time.sleep(0.8)
        looked_up.set()
        return lookup(*args, **kwargs)

    with serving(answer(GROUPS)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        client = connect(server.url)
        started = time.monotonic()
        with pytest.raises(errors.NotSent, match="looking up"):
            client.create_audience("g1", name="New", type="on_demand", deadline=Deadline(0.3))
        assert time.monotonic() - started < 0.75
        assert looked_up.wait(2)
        time.sleep(0.1)
        assert server.requests == []


def test_unknown_host(connect, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(errors.NotSent):
        connect("https://api.test", policy=QUICK).account_groups()


def test_an_address_that_refuses_is_passed_over(connect, monkeypatch):
    with serving(answer(GROUPS)) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
        taken.close()
        family = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        addresses = [(*family, ("127.0.0.1", closed)), (*family, ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: addresses)
        assert connect(server.url).account_groups().value


def _expect_time_out(client):
    with pytest.raises(errors.TimedOut):
        client.account_groups()


def test_time_in_the_queue_counts_and_what_still_waits_is_never_sent(connect):
    with serving(hostile.say_nothing, answer(GROUPS)) as server:
        client = connect(server.url, policy=replace(QUICK, total=1), bulkhead=1)
        first = threading.Thread(target=_expect_time_out, args=(client,))
        first.start()
        while not server.requests:
            time.sleep(0.01)
        with pytest.raises(errors.NotSent, match="waiting for a free line"):
            client.create_audience("g1", name="New", type="on_demand", deadline=Deadline(0.1))
        assert first.is_alive()
        first.join()
        client.account_groups()
        assert [request[:4] for request in server.requests] == [b"GET ", b"GET "]


def test_a_deadline_that_has_passed_makes_no_call(connect):
    with serving(answer(GROUPS)) as server:
        with pytest.raises(errors.NotSent):
            connect(server.url).account_groups(deadline=Deadline(0))
        time.sleep(0.05)
        assert server.requests == []


def test_the_posts_deadline_is_its_own():
    assert CREATE.total == 30
    assert CREATE.attempts == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1, and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    openssl = shutil.which("openssl")
    assert openssl, "the TLS tests need the openssl command"
    subprocess.run(
        f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {path}.key -out {path}.crt".split(),
        check=True,
        capture_output=True,
    )
    path.write_text(path.with_suffix(".pem.key").read_text() + path.with_suffix(".pem.crt").read_text())
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.mark.usefixtures("trusted")
def test_tls(connect, tls):
    with serving(answer(GROUPS), tls=tls) as server:
        client = connect(server.url, bulkhead=1)
        assert client.account_groups().value
        assert client.account_groups().value
        assert server.connections == 1


def test_a_certificate_nobody_vouches_for_is_refused(connect, tls):
    with serving(answer(GROUPS), tls=tls) as server:
        with pytest.raises(errors.NotSent, match="securing"):
            connect(server.url).account_groups()
        assert server.requests == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("script", [hostile.trickle_headers, hostile.trickle_body, hostile.say_nothing])
def test_the_deadline_ends_trickles_inside_tls(connect, tls, script):
    with serving(script, answer(GROUPS), tls=tls) as server:
        client = connect(server.url, policy=QUICK, bulkhead=1)
        started = time.monotonic()
        with pytest.raises(errors.TimedOut):
            client.account_groups()
        assert time.monotonic() - started < 2
        assert server.cut.wait(1)
        assert client.account_groups().value


def _stall(server, sock):
    while sock.recv(65_536):
        pass
    server.cut.set()


def _trickle_handshake(server, sock):
    sock.recv(65_536)
    sock.sendall(b"\x16\x03\x03\x40\x00")  # a handshake record of 16 KB begins
    server.trickle(sock, b"\x02")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("script", [_stall, _trickle_handshake])
def test_the_deadline_ends_a_handshake(connect, script):
    with serving(script) as server:
        client = connect(server.url.replace("http:", "https:"), policy=QUICK)
        started = time.monotonic()
        with pytest.raises(errors.NotSent, match="securing"):
            client.account_groups()
        assert time.monotonic() - started < 2
        assert server.cut.wait(1)
