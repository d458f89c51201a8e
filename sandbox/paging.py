"""Pages: `limit` and `cursor` from the query, `{items, nextCursor, hasMore}` around the items."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from sandbox import cursors
from sandbox.answers import encode, invalid
from sandbox.people import Crowd, prospects

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
_NUMBER = re.compile(r"[0-9]{1,6}")
_NO_CURSOR: dict[str, int | str] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the query asks for: at most `limit` items from where `state` says ({} is the start)."""

    limit: int
    state: dict[str, int | str]


def asked(query: str, scope: str) -> Asked:
    """Read `limit` and `cursor`. Raises the 400 Problem for wrong ones, and for a cursor of another scope."""
    fields = parse_qs(query, keep_blank_values=True)
    for name in ("limit", "cursor"):
        if len(fields.get(name, ())) > 1:
            raise invalid(name, "Give it once.")
    return Asked(_limit(fields.get("limit")), _state(fields.get("cursor"), scope))


def _limit(given: list[str] | None) -> int:
    if given is None:
        return DEFAULT_LIMIT
    if not _NUMBER.fullmatch(given[0]):
        raise invalid("limit", "Expected a whole number.")
    if not 1 <= int(given[0]) <= MAX_LIMIT:
        raise invalid("limit", f"Expected a number from 1 to {MAX_LIMIT}.")
    return int(given[0])


def _state(given: list[str] | None, scope: str) -> dict[str, int | str]:
    if given is None:
        return _NO_CURSOR
    try:
        return cursors.read(scope, given[0])
    except cursors.BadCursor as error:
        raise invalid("cursor", "The cursor is not valid for this list.") from error


def page(items: bytes, next_cursor: str | None) -> bytes:
    """A page around `items`, which is a JSON array already."""
    tail = encode({"nextCursor": next_cursor, "hasMore": next_cursor is not None})
    return b'{"items":' + items + b"," + tail[1:]


@lru_cache(maxsize=400)
def encoded_prospects(crowd: Crowd, start: int, stop: int) -> bytes:
    """The JSON array of prospects start … stop-1; the last 400 pages asked for are kept (26 MB of pages of 50)."""
    return encode(prospects(crowd, start, stop))
