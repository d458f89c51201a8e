"""Who fetches a link without anybody looking: previews of chats, mail scanners, browsers that fetch ahead."""

import re

from django.http import HttpRequest

# a Cubot is a telephone; inside WhatsApp people read, too, but then its name does not come first
_ROBOTS = re.compile(
    r"(?<!cu)bots?\b|crawl|spider|preview|unfurl|facebookexternalhit|^whatsapp|slack-imgproxy|iframely|embedly"
    r"|scanner|safelinks|proofpoint|mimecast|barracuda|googleimageproxy",
    re.IGNORECASE,
)
_READ = 400  # characters: what comes after is no robot's name
_PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_preview(request: HttpRequest) -> bool:
    """Whether a machine fetches the address for somebody who has not opened it: nothing may be used up by that."""
    purposes = " ".join(request.headers.get(name, "") for name in _PURPOSES).lower()
    ahead = any(word in purposes for word in ("prefetch", "prerender", "preview"))
    return ahead or request.method == "HEAD" or bool(_ROBOTS.search(request.headers.get("User-Agent", "")[:_READ]))
