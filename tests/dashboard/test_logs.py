"""Nothing that lets anybody in is logged, whoever logs it."""

import logging
import time
from urllib.parse import quote

import pytest

from dashboard.logs import Masked, masked

TOKEN = "dGtrGVHychMzr-GbsOzcEUDPaaPueorxmPcSwGXtrFc"
SHORT = "abc-DEF_123"
ADDRESSES = ["/s/{}/", "/s/{}/rows/?cursor=x", "/sign-in/{}/", "/join/{}/", "/password/reset/{}/", "http://h/s/{}"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("token", [TOKEN, SHORT, "häßlich%20"])
@pytest.mark.parametrize("wrap", ["{}", "Forbidden (Origin checking failed): {}", "next={}&x", '"{}"', "<GET '{}'>"])
def test_a_token_in_an_address(address, token, wrap):
    line = wrap.format(address.format(token))
    assert token not in masked(line)
    assert token not in masked(quote(line))
    assert quote(token, safe="") not in masked(quote(line, safe=""))


@pytest.mark.parametrize(
    "line", [f"token {TOKEN}", f"'{TOKEN}'", "sk_live_4711abc", "Bearer abc.def", "a.b+c@x.example"]
)
def test_what_stands_by_itself(line):
    secret = line.split()[-1].strip("'")
    assert secret not in masked(line)


@pytest.mark.parametrize(
    "line",
    [
        "/sign-in/ /s/ /account/ /g/67c956002e0ae32747922f47/audiences/6af318e4fb844a83d58657b2/",
        'File "x.py", line 1, in test_a_name_of_a_function_with_43_character',
        "django.request: Internal Server Error: /g/nordwind/",
        "trace 6a1f77bcf86cd79943901f3c, sha 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ],
)
def test_the_rest_stays(line):
    assert masked(line) == line


@pytest.mark.parametrize("part", ["a", "a@", "aB-", "/s/", "%2F", "@a.", "sk_", "/s/a"])
def test_a_long_line_is_no_trouble(part):
    began = time.process_time()
    masked("/g/" + part * 100_000)
    assert time.process_time() - began < 5  # it is some milliseconds, or hours


def test_arguments_and_tracebacks_too():
    try:
        raise ValueError(f"no such page: /s/{TOKEN}/")
    except ValueError:
        made = logging.getLogger("x").makeRecord(
            "x", 40, "f", 1, "at %s", (f"/join/{TOKEN}/",), __import__("sys").exc_info()
        )
    line = Masked("{message}", style="{").format(made)
    assert TOKEN not in line
    assert "at /join/…/" in line
    assert "ValueError: no such page: /s/…/" in line
