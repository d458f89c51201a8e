"""Who may call what."""

import pytest

from sandbox import keys
from tests.sandbox.running import REVOPS

CALLS = {
    "accounts": ("GET", "/v1/accounts"),
    "list": ("GET", ""),
    "navigation": ("GET", "/navigation"),
    "get": ("GET", f"/{REVOPS}"),
    "prospects": ("GET", f"/{REVOPS}/prospects"),
    "create": ("POST", ""),
}
MAY = {
    keys.ALL: {"accounts", "list", "navigation", "get", "prospects", "create"},
    keys.READ: {"accounts", "list", "navigation", "get", "prospects"},
    keys.AUDIENCES_ONLY: {"accounts", "list", "navigation", "get", "create"},
    keys.NOTHING: {"accounts"},
    keys.NO_DISCOVERY: {"list", "navigation", "get", "prospects", "create"},
}


@pytest.mark.parametrize("key", MAY)
@pytest.mark.parametrize("call", CALLS)
def test_each_key_may_just_what_it_says(sandbox, key, call):
    answer = sandbox.ask(*CALLS[call], key)
    if call in MAY[key]:
        assert answer.status_code == (400 if call == "create" else 200)
        return
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer sk_live_other", "Basic c2s6", keys.ALL, f"Bearer {keys.ALL} x"]
)
def test_no_key_or_another_is_a_401(header):
    assert keys.key_of(header) is None


def test_a_401_is_an_envelope(sandbox):
    answer = sandbox.get("", key=None)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "UNAUTHORIZED"


def test_the_scheme_is_read_in_any_case():
    assert keys.key_of(f"bearer {keys.READ}").text == keys.READ
