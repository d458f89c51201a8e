"""Where a request came from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

from dashboard import addresses

_HOPS = 8  # proxies in a row that are looked at: who claims more of them is looked at no further
_NOWHERE = "0.0.0.0"  # noqa: S104  no server listens here


def address(request: HttpRequest) -> str:
    """The network address of who asks; behind one of TRUSTED_PROXIES the one that it names, "" when there is none.

    dashboard.middleware.forwarded has thrown away what anybody else claims. Of several the last that is no proxy of
    ours is the one that ours have seen; those before it anybody can make up.
    """
    found: str = request.META.get("REMOTE_ADDR", "")
    claims = request.META.get("HTTP_X_FORWARDED_FOR", "")
    for claim in reversed(claims.rsplit(",", _HOPS)[-_HOPS:]) if claims else ():
        named = _bare(claim.strip())
        found = named or found
        if not (named and addresses.is_within(named, settings.TRUSTED_PROXIES)):
            break
    return found[:45]


def _bare(claim: str) -> str:
    """Without the port that some proxies add: 203.0.113.9:5567, [2001:db8::7]:5567."""
    if claim.startswith("["):
        return claim[1:].partition("]")[0]
    return claim.partition(":")[0] if claim.count(":") == 1 else claim


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
