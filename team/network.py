"""Where a request came from, as far as it can be believed."""

from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The network address of who asks; behind one of TRUSTED_PROXIES the one that it names, "" when there is none.

    dashboard.middleware.forwarded has thrown away what anybody else claims. Of several the last is the one that our own
    proxy has seen; those before it anybody can make up.
    """
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return (named or request.META.get("REMOTE_ADDR", ""))[:45]
