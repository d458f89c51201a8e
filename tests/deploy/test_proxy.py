"""deploy/Caddyfile in a real Caddy, in front of the web server as it is deployed."""

import re
import subprocess
import uuid

import pytest
import requests

from dashboard import processes
from tests.dashboard.running import ROOT, Running, clean, wait
from tests.deploy.caddy import CADDYFILE, HALF, Recorder, binary, proxy
from tests.shared.conftest import another_port
from tests.shared.deployment import answers

EMAIL, PASSWORD = "boss@example.com", "a password for tests"
TOKEN = "Kp3vXw9QzL7mN2bT5yR8cF1hJ4gD6sA0eU_iO-xWqZk"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    """A web server that knows its proxy, and the proxy."""
    folder, port = tmp_path_factory.mktemp("proxied"), another_port()
    with proxy(folder / "caddy", port) as here:
        environ = clean(
            VAR_DIR=folder,
            SECRET_KEY="a secret of tests that is long enough for everybody, and a little longer",
            AUDIENCES_API_KEY="sk_test",
            AUDIENCES_API_URL="http://127.0.0.1:1",
            ALLOWED_HOSTS="localhost",
            CSRF_TRUSTED_ORIGINS=here.url,
            TRUSTED_PROXIES="127.0.0.1",
            DJANGO_SUPERUSER_EMAIL=EMAIL,
            DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        )
        subprocess.run(processes.migrate(), cwd=ROOT, env=environ, check=True, capture_output=True, timeout=60)
        web = Running(processes.web("127.0.0.1", port)[1:], environ, folder / "web.log")
        try:
            wait(lambda: answers(f"http://127.0.0.1:{port}"))
            yield here
        finally:
            web.clear()


@pytest.fixture(scope="module")
def recorder():
    """A server that remembers what reached it."""
    server = Recorder()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def recorded(recorder, tmp_path_factory):
    """A proxy in front of it."""
    with proxy(tmp_path_factory.mktemp("recorded") / "caddy", recorder.server_port) as here:
        yield here


def test_caddy_takes_the_file_and_would_write_it_so(tmp_path):
    environ = {"HOME": str(tmp_path)}
    formatted = subprocess.run([binary(), "fmt", CADDYFILE], env=environ, capture_output=True, text=True, check=True)
    assert formatted.stdout == CADDYFILE.read_text()
    command = [binary(), "adapt", "--adapter", "caddyfile", "--config", CADDYFILE, "--validate"]
    adapted = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert adapted.returncode == 0, adapted.stderr
    assert '"dial":"web:8000"' in adapted.stdout


def _sign_in(here, session):
    """By the form: the page, and the answer to it."""
    page = session.get(f"{here.url}/sign-in/", timeout=20)
    fields = {
        "email": EMAIL,
        "password": PASSWORD,
        "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1],
    }
    origin = {"Origin": here.url, "Referer": f"{here.url}/sign-in/"}
    return page, session.post(f"{here.url}/sign-in/", fields, headers=origin, allow_redirects=False, timeout=20)


def test_somebody_signs_in_by_the_form_over_tls(dashboard):
    session = dashboard.session()
    page, signed_in = _sign_in(dashboard, session)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Server" not in page.headers
    assert "gzip" in page.headers["Content-Encoding"]
    assert signed_in.status_code == 302
    assert {cookie.name for cookie in session.cookies if cookie.secure} == {"__Host-session", "__Host-csrf"}
    # the same, from a page of somebody else's
    evil = {"Origin": "https://evil.example"}
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    fields = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert session.post(f"{dashboard.url}/sign-in/", fields, headers=evil, timeout=20).status_code == 403


def test_where_somebody_signs_in_from_cannot_be_made_up(dashboard):
    """Through both: the web server has one name for a header with dashes and for the same with underscores."""
    session = dashboard.session()
    spelt = ("X-Forwarded-For", "X_Forwarded_For", "x_forwarded-for", "X-Forwarded_For")
    session.headers.update(dict.fromkeys(spelt, "203.0.113.9"))
    _, signed_in = _sign_in(dashboard, session)
    assert signed_in.status_code == 302
    seen = session.get(f"{dashboard.url}/account/", timeout=20).text
    assert "127.0.0.1" in seen
    assert "203.0.113." not in seen


def test_a_link_to_a_shared_page_leaves_no_trace(dashboard):
    answer = dashboard.session().get(f"{dashboard.url}/s/{TOKEN}/?cursor={TOKEN}", timeout=20)
    assert answer.status_code == 404
    assert TOKEN not in dashboard.said


@pytest.mark.parametrize("name", ["", "evil.example"])
def test_plain_http_leads_to_tls_under_our_own_name(dashboard, name):
    headers = {"Host": name} if name else {}
    answer = requests.get(f"{dashboard.http}/s/x/?y=1", headers=headers, allow_redirects=False, timeout=10)
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{dashboard.url}/s/x/?y=1"
    _is_guarded(answer)


def test_the_health_check_asks_without_a_name(dashboard):
    answer = requests.get(f"{dashboard.http}/proxy/live", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.text) == (200, "live")


def test_what_a_client_claims_to_be_does_not_arrive(recorded, recorder):
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.9",
        "X-Request-Id": "mine",
        "X_Forwarded_Proto": "http",
        "X_Request-Id": "mine",
    }
    answers = [recorded.session().get(f"{recorded.url}/claims", headers=claims, timeout=10) for _ in range(2)]
    assert [answer.text for answer in answers] == ["answer", "answer"]
    assert "Server" not in answers[0].headers
    first, second = (headers for _, headers in recorder.of("/claims"))
    assert first["X-Forwarded-For"] == "127.0.0.1"
    assert first["X-Forwarded-Proto"] == "https"
    assert first["X-Forwarded-Host"] == first["Host"] == recorded.url.removeprefix("https://")
    assert "Forwarded" not in first
    assert [name for name in first if "_" in name] == []
    assert uuid.UUID(first["X-Request-Id"]) != uuid.UUID(second["X-Request-Id"])


def test_a_large_body_is_refused_and_harms_nobody(recorded, recorder):
    session = recorded.session()
    refused = session.post(f"{recorded.url}/large", b"x" * (MEGABYTE + 1), timeout=20)
    assert refused.status_code == 413
    _is_guarded(refused)
    assert recorder.of("/large") == []
    # one that does not say how long it is
    assert session.post(f"{recorded.url}/long", iter([b"x" * MEGABYTE] * 2), timeout=20).status_code == 413
    assert session.post(f"{recorded.url}/small", b"x" * (MEGABYTE - 1), timeout=20).status_code == 200
    assert recorded.session().get(f"{recorded.url}/others", timeout=10).status_code == 200


def test_a_form_that_may_have_arrived_is_never_sent_again(recorded, recorder):
    headers = {"Referer": f"{recorded.url}/s/{TOKEN}/", "User-Agent": "somebody's browser"}
    cut = recorded.session().post(f"{recorded.url}/cut/s/{TOKEN}/?cursor={TOKEN}", b"a=b", headers=headers, timeout=20)
    assert cut.status_code == 502
    assert "try again in a moment" in cut.text
    assert cut.headers["Retry-After"] == "5"
    _is_guarded(cut)
    assert len(recorder.of(f"/cut/s/{TOKEN}/?cursor={TOKEN}")) == 1
    # the log says what failed, and nothing of whom or what
    wait(lambda: '"logger":"http.log.error"' in recorded.said, 5)
    assert '"status":502' in recorded.said
    assert not re.search(rf"{TOKEN}|cursor|somebody's browser|remote_ip|/cut", recorded.said)


def test_a_page_is_asked_for_again_when_a_server_dies_over_it(recorded, recorder):
    assert recorded.session().get(f"{recorded.url}/cut-once", timeout=20).text == "answer"
    assert len(recorder.of("/cut-once")) == 2


def test_a_download_arrives_while_it_is_sent(recorded, recorder):
    with recorded.session().get(f"{recorded.url}/slow", stream=True, timeout=10) as answer:
        first = next(answer.iter_content(1000))
        recorder.go_on.set()
        assert first + answer.raw.read() == HALF + HALF


def test_another_server_is_asked_when_one_is_gone(recorder, tmp_path):
    with proxy(tmp_path / "caddy", another_port(), recorder.server_port) as here:
        session = here.session()
        assert [session.get(f"{here.url}/page", timeout=10).status_code for _ in range(6)] == [200] * 6


def _is_guarded(answer: requests.Response) -> None:
    """What the proxy says itself carries what every page does."""
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in answer.headers
    if answer.url.startswith("https:"):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
