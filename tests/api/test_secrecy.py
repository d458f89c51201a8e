"""The key stays in the request: no error, traceback or object shows it, even where the API echoes it."""

import json
import pickle
import pprint
import traceback

import pytest

from audiences.api import errors
from audiences.api.client import AudiencesClient, Deadline
from tests.api import hostile
from tests.api.conftest import KEY, QUICK
from tests.api.hostile import answer, envelope, send_and_close, serving

ECHO = json.dumps(
    {"success": False, "error": {"code": KEY, "message": f"no {KEY}", "details": [KEY]}, "traceId": KEY}
).encode()


def _everything_about(error):
    """All that a logger or a crash reporter could print of an error, of our own frames and its chain."""
    seen = [repr(error), str(error), pprint.pformat(vars(error)), repr(error.args), str(pickle.dumps(error))]
    while error is not None:
        seen += traceback.format_exception(error)
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                seen += [repr(value) for value in frame.f_locals.values()]
                seen += [pprint.pformat(getattr(value, "__dict__", "")) for value in frame.f_locals.values()]
        error = error.__cause__ or error.__context__
    return "\n".join(seen)


@pytest.mark.parametrize(
    "script",
    [
        answer(ECHO, "401 Unauthorized"),
        answer(ECHO),
        answer(KEY.encode(), "502 Bad Gateway"),
        send_and_close(b""),
        send_and_close(f"{KEY}\r\n\r\n".encode()),
        hostile.reset,
        hostile.say_nothing,
        answer(b"x" * 6_000_000),
        answer(b"{", Content_Encoding="gzip"),
        answer(b"", "302 Found", Location=f"http://127.0.0.1/{KEY}"),
    ],
)
@pytest.mark.parametrize("method", ["audiences", "create_audience"])
def test_no_error_shows_the_key(connect, script, method):
    creation = {"name": "x", "type": "on_demand", "deadline": Deadline(0.4)}
    with serving(script) as server:
        client = connect(server.url, policy=QUICK)
        with pytest.raises(errors.ApiError) as caught:
            getattr(client, method)("g1", **(creation if method == "create_audience" else {}))
        assert KEY in str(server.requests)
    everything = _everything_about(caught.value)
    assert "audiences/api/client.py" in everything
    assert KEY not in everything
    assert caught.value.__cause__ is None


def test_nothing_listens_and_nothing_is_shown(connect):
    with serving(hostile.reset) as server:
        url = server.url
    with pytest.raises(errors.NotSent) as caught:
        connect(url).audiences("g1")
    assert KEY not in _everything_about(caught.value)


def test_an_echo_in_a_successful_answer_is_struck_out(connect):
    with serving(answer(envelope({"items": [{"id": "a1", "name": f"<{KEY}>"}]}))) as server:
        assert connect(server.url).audiences("g1").value.items[0].name == "<[key]>"


@pytest.mark.parametrize("key", ["name", "items", "a1", "sandboxkey"])
def test_a_key_that_is_a_mere_word_tears_no_answer(key):
    with serving(answer(envelope({"items": [{"id": "a1", "name": "sandboxkey"}]}))) as server:
        client = AudiencesClient(server.url, key)
        assert client.audiences("g1").value.items[0].name == "sandboxkey"
        client.close()


def test_the_client_itself_does_not_show_it(connect):
    client = connect()
    transport = client._transport
    assert KEY not in pprint.pformat([client, vars(client), vars(transport), vars(transport._auth)])
