"""From where a request came, as proxies of ours tell it."""

import pytest

from team import network

PROXY = "10.0.0.1"
CLAIMS = [
    ("", PROXY),
    ("203.0.113.9", "203.0.113.9"),
    ("198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what stands before it anybody can make up
    ("198.51.100.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
    ("198.51.100.1, 203.0.113.9,10.0.0.7, 2001:db8::7", "203.0.113.9"),
    ("203.0.113.9, ::ffff:10.0.0.7", "203.0.113.9"),
    ("10.0.0.9, 10.0.0.7", "10.0.0.9"),  # somebody beside our proxies
    ("203.0.113.9:5567", "203.0.113.9"),
    ("203.0.113.9, 10.0.0.7:80", "203.0.113.9"),
    ("[2001:db8::9]:5567", "2001:db8::9"),
    ("[2001:db8::9], [2001:db8::7]:443", "2001:db8::9"),
    ("2001:db8::9", "2001:db8::9"),
    ("203.0.113.9, unknown", "unknown"),
    ("203.0.113.9,", PROXY),
    ("203.0.113.9, , 10.0.0.7", "10.0.0.7"),
    ("203.0.113.9" + ", 10.0.0.7" * 5000, "10.0.0.7"),
    ("x" * 900, "x" * 45),
]


@pytest.mark.parametrize(("claims", "found"), CLAIMS)
def test_of_several_the_last_that_is_no_proxy_of_ours(rf, settings, claims, found):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8::7"]
    fields = {"HTTP_X_FORWARDED_FOR": claims} if claims else {}
    assert network.address(rf.get("/", REMOTE_ADDR=PROXY, **fields)) == found


def test_tries_from_one_address_are_counted_whatever_its_port(rf, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    named = [f"203.0.113.9:{port}, 10.0.0.7:80" for port in (1000, 2000)]
    counted = {network.counted_as(rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=one)) for one in named}
    assert counted == {"203.0.113.9"}
