"""Whose word counts on how a request came."""

import pytest
from django.http import HttpResponse

from dashboard.middleware import forwarded

SENDERS = [
    ("10.1.2.3", True),
    ("::ffff:10.1.2.3", True),
    ("2001:db8::7", True),
    ("11.1.2.3", False),
    ("2001:db8::8", False),
    ("", False),
    ("unix:", False),
]


@pytest.mark.parametrize(("sender", "counts"), SENDERS)
def test_only_a_trusted_proxy_says_how_somebody_came(rf, settings, sender, counts):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8::7"]
    request = rf.get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="1.2.3.4")
    seen = forwarded(lambda request: HttpResponse(" ".join(request.headers)))(request).content.decode()
    assert ("X-Forwarded-Proto" in seen) is counts
    assert ("X-Forwarded-For" in seen) is counts
