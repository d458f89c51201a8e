"""What every answer carries (RELIABILITY section 2): each address for who is out and who is in, and the rest."""

import re

import pytest
from django.test import Client

from tests.audiences.conftest import api, groups, sandbox_url  # noqa: F401
from tests.test_every_address import ROWS, _folder, addresses, asked, ids_of, ours, people, theirs  # noqa: F401

pytestmark = pytest.mark.django_db
POLICY = {
    *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'"),
    *("connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"),
}
ALWAYS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TLS = "max-age=31536000"


def _closed(answer):
    """A file stays open until somebody has read it."""
    if answer.streaming:
        answer.getvalue()
    answer.close()


def carries(answer, where, *, is_file=False, is_shared=False, is_link=False):
    """Fail unless the answer has all of it."""
    headers = answer.headers
    _closed(answer)
    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == POLICY, where
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, where
    assert is_link or re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-Id"]), where
    assert not {"Server", "X-Powered-By"} & set(headers), where
    if is_file:
        return
    assert headers["Cache-Control"] == "no-store, private", where
    vary = {word.strip() for word in headers["Vary"].split(",")}
    assert {"Cookie", "HX-Request"} <= vary, where
    assert headers.get("X-Robots-Tag") == ("noindex, nofollow, noarchive" if is_shared else None), where


def test_every_address_for_everybody(people, ours):  # noqa: F811
    seen = set()
    for name, row in ROWS.items():
        for person, headers in (("superuser", {}), ("signed out", {}), ("member", {"HX-Request": "true"})):
            answer = asked(people[person], row, addresses()[name], ids_of(row, ours), headers)
            where = (name, person, answer.status_code)
            route = addresses()[name]
            carries(answer, where, is_shared=route.startswith(("s/", "join/")), is_link=route.startswith("s/"))
            seen.add(answer.status_code)
    assert {200, 302, 303, 403, 404, 422} <= seen  # pages, redirects, errors, and downloads, which are 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/nothing/here/", "/static/nothing.css", "/s/x/y/z"])
def test_what_is_no_view(client, path):
    carries(client.get(path), path, is_shared=path.startswith("/s/"), is_link=path.startswith("/s/"))


@pytest.mark.parametrize("method", ["head", "options", "put", "delete", "patch", "trace"])
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-out/", "/health/live", "/nothing/here/"])
def test_every_method(client, method, path):
    carries(getattr(client, method)(path), (method, path))


def test_a_form_that_is_refused(db):
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    assert answer.status_code == 403
    carries(answer, "csrf")


def test_a_host_that_is_not_ours(client):
    answer = client.get("/sign-in/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    carries(answer, "host")


def test_our_own_mistake(client, monkeypatch):
    monkeypatch.setattr("team.views.SignInForm", None)
    client.raise_request_exception = False
    answer = client.get("/sign-in/")
    assert answer.status_code == 500
    carries(answer, "500")


@pytest.fixture
def file(settings, tmp_path):
    """A static file that was collected."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "some.css").write_text("a { color: red }")
    return "/static/some.css"


def test_a_file_may_be_kept_and_carries_the_rest(client, file):
    answer = client.get(file)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("max-age=")
    assert "Cookie" not in answer.headers.get("Vary", "")
    carries(answer, "static", is_file=True)


@pytest.mark.parametrize("path", ["/sign-in/", "", "/nothing/here/", "/"])
def test_with_tls_browsers_are_told_to_stay_with_it(settings, file, path):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    by_tls = Client(headers={"x-forwarded-proto": "https"})
    answer = by_tls.get(path or file)
    _closed(answer)
    assert answer.headers["Strict-Transport-Security"] == TLS
    elsewhere = Client(headers={"x-forwarded-proto": "https"}, REMOTE_ADDR="203.0.113.9")
    answer = elsewhere.get(path or file)  # who is no proxy of ours says nothing
    _closed(answer)
    assert "Strict-Transport-Security" not in answer.headers


def test_signing_out_empties_the_browsers_cache(people):  # noqa: F811
    assert people["member"].post("/sign-out/").headers["Clear-Site-Data"] == '"cache"'
