"""Whatever the API answers, every address shows a designed page, and scrolling ends."""

import json
import re

import pytest

from audiences.api.errors import ConnectionLost, NotSent, TimedOut, TooLarge, Unreadable
from audiences.api.messages import Failure, Reply
from tests.audiences.odd import AUDIENCE, LIST, ODD, OPEN, PANEL, PERSON, ROWS, TREE, called, cold, harmless, put, shown
from tests.audiences.wire import enveloped, page

pytestmark = pytest.mark.django_db


EVERYWHERE = [
    *((path, {}) for path in (LIST, f"{LIST}?q=a", OPEN, f"{OPEN}?at=c", f"{OPEN}prospects/first/?at=c")),
    *(
        (path, ROWS)
        for path in (f"{LIST}?cursor=c", f"{OPEN}prospects/?cursor=c", f"{OPEN}prospects/?cursor=c&earlier=1")
    ),
    *((path, PANEL) for path in (f"{OPEN}prospects/first/?at=c", f"{LIST}navigation/")),
]


def designed(boss, path, headers):
    """A page, or a fragment, of ours; one that could not be had says so with a trace id."""
    answer = boss.get(path, headers=headers)
    said = answer.content.decode()
    assert answer.status_code in (200, 404, 503), (path, said[:2000])
    assert harmless(said)
    assert ("<main" in said) == (not headers)
    if answer.status_code == 503:
        assert 'role="alert"' in said
        assert re.search(r"Trace id (<code|unknown)", said)


ENVELOPES = {"data": ("data",), "items": ("data", "items"), "next": ("data", "nextCursor"), "more": ("data", "hasMore")}
PARTS = ENVELOPES | {name: (name,) for name in ("success", "error", "traceId")}


@pytest.mark.parametrize("part", PARTS)
def test_an_odd_envelope_is_a_page_or_a_designed_error(boss, wire, part):
    body = {
        "success": True,
        "error": None,
        "traceId": "t",
        "data": {"items": [PERSON], "nextCursor": "c", "hasMore": True},
    }
    body["data"] |= TREE | AUDIENCE
    for value in (*ODD, "c", "é" * 4097, 10**4200):
        cold()
        answer = Reply(200, json.dumps(put(body, PARTS[part], value)).encode())
        wire.answers = dict.fromkeys(wire.answers, answer)
        for path, headers in EVERYWHERE[::2]:
            designed(boss, path, headers)


def error(status: int, **parts: object) -> Reply:
    details = {"code": "string", "message": "<script>alert(1)</script>", "details": "string"} | parts
    return Reply(status, json.dumps({"success": False, "data": None, "error": details, "traceId": "t-e"}).encode())


MALFORMED = {
    "empty": Reply(200),
    "no content": Reply(204),
    "null": Reply(200, b"null"),
    "a number": Reply(200, b"7"),
    "a list": Reply(200, b"[]"),
    "html": Reply(200, b"<html><script>alert(1)</script>"),
    "cut": Reply(200, b'{"success": true, "da'),
    "deep": Reply(200, b'{"data":' + b"[" * 100_000),
    "long number": Reply(200, b'{"success":true,"data":{"items":[{"id":' + b"9" * 5000 + b'}],"folders":[]}}'),
    "nan": Reply(
        200,
        b'{"success":true,"data":{"items":[{"id":"a","prospectCount":NaN}],"folders":[{"id":"f","position":-Infinity}]}}',
    ),
    "surrogate": Reply(
        200, rb'{"success":true,"data":{"items":[{"id":"a","name":"\ud800\u0000"}],"folders":[]},"traceId":"\udfff"}'
    ),
    "a mark in front": Reply(200, b"\xef\xbb\xbf" + enveloped({"items": [], "folders": []}).body),
    "no utf-8": Reply(200, b'{"success":true,"data":{"items":[{"id":"a","name":"Jos\xe9"}],"folders":[]}}'),
    "failed with 200": Reply(200, b'{"success":false,"data":null,"error":{"code":"X","message":"no"},"traceId":"t"}'),
    "failed, and no more": Reply(200, b'{"success":false}'),
    "errors of other types": Reply(500, b'{"success":null,"data":5,"error":[1,{"x":2}],"traceId":{"no":1}}'),
    "html error": Reply(502, b"<html><script>alert(1)</script>"),
    **{
        str(status): error(status)
        for status in (300, 302, 400, 401, 403, 404, 409, 410, 418, 422, 451, 500, 502, 503, 599)
    },
    **{
        f"429 {wait}": Reply(429, error(429).body, wait)
        for wait in (None, "7", "soon", "-3", "1e9", "Wed, 21 Oct 2099 07:28:00 GMT")
    },
    **{
        kind.__name__: Failure(kind, "It failed.") for kind in (NotSent, ConnectionLost, TimedOut, TooLarge, Unreadable)
    },
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_a_designed_page(boss, wire, name):
    wire.answers = dict.fromkeys(wire.answers, MALFORMED[name])
    for path, headers in EVERYWHERE:
        designed(boss, path, headers)


def chain(*pages: tuple[str, object, object]):
    """Pages of one person each: name, next cursor, hasMore; a cursor nobody gave is refused."""
    by_cursor = {str(number) if number else "": made for number, made in enumerate(pages)}

    def answer(request):
        if request.query.get("cursor", "") not in by_cursor:
            return error(400)
        name, following, more = by_cursor[request.query.get("cursor", "")]
        return page([called(PERSON, name), called(PERSON, name), {"id": None}], following, more)

    return answer


ENDS = [
    (chain(("a", "1", True), ("b", "1", True)), ["a", "b"]),
    (chain(("a", "1", True), ("b", None, True)), ["a", "b"]),
    (chain(("a", "1", True), ("b", "", True)), ["a", "b"]),
    (chain(("a", "1", None), ("b", "2", "yes"), ("c", [], True)), ["a", "b", "c"]),
    (chain(("a", "1", True), ("b", "2", False), ("c", None, False)), ["a", "b"]),
    (chain(("a", 5, True)), ["a"]),
    (chain(("a", "x" * 5000, True)), ["a"]),
]


@pytest.mark.parametrize(("answer", "everybody"), ENDS)
@pytest.mark.parametrize("headers", [{}, ROWS])
def test_scrolling_ends_and_shows_nobody_twice(boss, wire, answer, everybody, headers):
    wire.answers["prospects"] = answer
    path, seen = OPEN, []
    while path and len(seen) < 10:
        said = shown(boss, path, headers if seen else {})
        seen += re.findall(r'data-prospect="([^"]+)"', said)
        more = re.search(r'<a id="more"[^>]* href="([^"]+)"', said)
        path = more[1] if more else ""
    assert seen == everybody
    assert "That is everyone" in said
