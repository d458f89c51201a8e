"""Which strangers' addresses become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.links import link_name, mailto, safe_url


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "http://example.com:8080/a?b=c#d",
        "HTTPS://EXAMPLE.COM/",
        "https://例え.example/道",
        "https://[2001:db8::1]/",
    ],
)
def test_addresses_that_may_be_followed(address):
    assert safe_url(f" {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "example.com",
        "https://",
        "https:///path",
        "https://google.com@evil.example",
        "https://exa mple.com",
        'https://example.com/"onclick=',
        "https://[broken",
        "https://example.com/" + "x" * 2000,
        "mailto:a@b.example",
    ],
)
def test_addresses_that_stay_text(address):
    assert safe_url(address) == ""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.linkedin.com/in/zoe-martensson/", "in/zoe-martensson"),
        ("https://se.linkedin.com/company/klarsprak", "company/klarsprak"),
        ("https://www.linkedin.com/", "linkedin.com"),
        ("https://klarsprak.example/om-oss?x=1", "klarsprak.example/om-oss"),
        ("https://example.com/" + "x" * 100, "example.com/" + "x" * 47 + "…"),
    ],
)
def test_what_links_are_called(address, name):
    assert link_name(address) == name


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (" zoe@klarsprak.example ", "mailto:zoe@klarsprak.example"),
        ("a+b@c-d.example", "mailto:a%2Bb@c-d.example"),
        ("a&cc=x@y.example", "mailto:a%26cc%3Dx@y.example"),
        ("a?subject=x@y.example", "mailto:a%3Fsubject%3Dx@y.example"),
        ("zoe@localhost", ""),
        ("Zoë <zoe@klarsprak.example>", ""),
        ("zoe@klarsprak.example,eve@evil.example", ""),
        ("a" * 250 + "@b.example", ""),
        ("", ""),
    ],
)
def test_only_plain_addresses_can_be_written_to(address, link):
    assert mailto(address) == link


@given(st.text())
def test_any_text_is_judged(text):
    url = safe_url(text)
    assert url == "" or url.lower().startswith(("http://", "https://"))
    assert mailto(text) == "" or mailto(text).startswith("mailto:")
