"""Who opens a link without anybody looking: mail scanners, previews of chats, browsers that fetch ahead."""

import re

from django.http import HttpRequest

_ROBOTS = re.compile(
    r"bots?\b|crawl|spider|preview|scan|fetcher|facebookexternalhit|whatsapp|slack|embedly"
    r"|safelinks|proofpoint|mimecast|barracuda|googleimageproxy",
    re.IGNORECASE,
)
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_preview(request: HttpRequest) -> bool:
    """Whether this is not somebody who opens the address: then nothing may be used up by it."""
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return True
    purposes = " ".join(request.headers.get(name, "") for name in _PURPOSES).lower()
    if "prefetch" in purposes or "preview" in purposes or "prerender" in purposes:
        return True
    return bool(_ROBOTS.search(request.headers.get("User-Agent", "")[:400]))
