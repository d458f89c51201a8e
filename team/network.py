"""Where a request came from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

_NOWHERE = "0.0.0.0"  # noqa: S104  no server listens here


def address(request: HttpRequest) -> str:
    """The network address of who asks; behind one of TRUSTED_PROXIES the one that it names, "" when there is none.

    dashboard.middleware.forwarded has thrown away what anybody else claims. Of several the last is the one that our own
    proxy has seen; those before it anybody can make up.
    """
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return (named or request.META.get("REMOTE_ADDR", ""))[:45]


def counted_as(request: HttpRequest) -> str:
    """The address as tries are counted by it: of IPv6 the first 64 bits, which are one household's; always one that a
    database takes.
    """
    try:
        found = ip_address(address(request).partition("%")[0])
    except ValueError:
        return _NOWHERE
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
