"""The sandbox's hostile records, and more of that kind, as the client reads them."""

import json
from collections.abc import Iterator

from audiences.api import parsing
from audiences.api.records import Company, Email, Location, Prospect
from sandbox import hostile

FORMULAS = (
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u3000\u200b =1+1",
    "\u202e=1+1",
    "\ufeff=1+1",
    "\u3164\u2800=1+1",
    "\ufe0f=1+1",
    "\x01=1+1",
    "\x7f\x85=1+1",
    "＝1+1",
    "＋1+1",
    "－2+3",
    "＠SUM(1+1)",
    "\ufe661+1",
    "\ufe621+1",
    "\ufe632+3",
    "\ufe6bSUM(1+1)",
    "\u200b＝1+1",
    "\U000e0020=1+1",
)
HARMLESS = (
    "Ada Stone",
    "1+1=2",
    "a=b",
    "42",
    "'=1+1",
    '"=1+1"',
    "(=1+1)",
    "Łukasz",
    "田中 美咲",
    "أحمد",
    "👩🏽‍💻",
    "%1",
    "#1",
    "/x",
    "_x",
    " leads",
    "„=1“",
    "–1",
    "·=",
)
MARKUP = ("<r><t>x</t></r>", "<r></v></c>&evil;</r>", "_x0041_x0042_", "_x0041_", "_x005F_", "a & b < c > d")


def people() -> Iterator[Prospect]:
    """Those of the sandbox that have an id, then some with a bad text in every field."""
    for item in json.loads(hostile.encoded(0, hostile.count()), parse_int=_whole):
        if prospect := parsing.prospect(item):
            yield prospect
    for number, text in enumerate((*FORMULAS, *HARMLESS, *MARKUP)):
        yield filled(f"ours_{number}", text)


def filled(identity: str, text: str) -> Prospect:
    """Somebody with this text wherever a text may stand."""
    company = {name: text for name in Company.__slots__ if name != "follower_count"}
    texts = {"first_name", "last_name", "name", "headline", "about", "photo_url", "linkedin_url", "public_identifier"}
    return Prospect(
        id=identity,
        company=Company(**company, follower_count=10**15),
        location=Location(text, text),
        emails=(Email(text, text, text), Email(text)),
        premium=True,
        is_open_profile=False,
        **dict.fromkeys(texts | {"title", "connection_status", "chat_status"}, text),
    )


def _whole(digits: str) -> int:
    return int(digits) if len(digits) < 4000 else 10**30
