"""The records of *Hostile records*: ordinary prospects with one thing after another gone wrong.

The last two hold what JSON allows in writing but many readers choke on: `NaN` and an integer of 5,000 digits.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.people import Crowd, prospects
from sandbox.themes import theme

_BAD = json.loads(Path(__file__).with_name("data").joinpath("hostile.json").read_text(encoding="utf-8"))
_CROWD = Crowd("hostile", theme("sales"), "World")
_TEXTS = ("firstName", "lastName", "name", "headline", "about", "title")
_LINKS = ("linkedinUrl", "photoUrl", "publicIdentifier")
_LONG = 20_000
_DIGITS = 5_000
_DIGITS_MARK = '"@digits"'


def encoded(start: int, stop: int) -> bytes:
    """The JSON array of records start … stop-1; in ASCII, the only way to write a lone surrogate."""
    return b"[" + b",".join(_encoded()[start:stop]) + b"]"


def count() -> int:
    """How many records there are."""
    return len(_encoded())


@cache
def _encoded() -> tuple[bytes, ...]:
    texts = (json.dumps(item).replace(_DIGITS_MARK, "9" * _DIGITS) for item in _items())
    return tuple(text.encode() for text in texts)


def _items() -> list[Any]:
    """Every record: those that replace the whole item as they are, the others laid over a prospect."""
    changes = list(_changes())
    base = prospects(_CROWD, 0, len(changes))
    laid = [_over(item, change) for item, change in zip(base, changes, strict=True)]
    laid[10]["id"] = laid[4]["id"]
    laid[11] = laid[4]
    del laid[12]["id"]
    middle = len(laid) // 2
    return laid[:middle] + _BAD["items"] + laid[middle:]


def _over(item: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """`change` over `item`; `company.size` and `location.text` reach into the objects."""
    item["company"] = dict(item["company"] or {})
    item["location"] = dict(item.get("location") or {})
    for path, value in change.items():
        outer, _, inner = path.partition(".")
        if inner:
            item[outer][inner] = value
        else:
            item[outer] = value
    return item


def _changes() -> Iterator[dict[str, Any]]:
    yield from _hostile_texts()
    yield from _hostile_links()
    yield from ({"name": name, "firstName": None, "lastName": None} for name in _BAD["names"])
    yield from ({"id": identity} for identity in _BAD["ids"])
    yield from ({"emails": emails} for emails in _BAD["emails"])
    yield from _wrong_types()
    yield from _too_much()
    yield {
        "company.followerCount": float("nan"),
        "emails": [{"email": "nan@example.example", "qualityScore": float("inf")}],
    }
    yield {"company.followerCount": "@digits"}


def _hostile_texts() -> Iterator[dict[str, Any]]:
    """One bad text in every field of a record."""
    company = ("name", "industry", "size", "location", "about", "founded", "type", "specialties", "tagline")
    paths = [*_TEXTS, "location.text", "location.countryCode", "connectionStatus", "chatStatus"]
    paths += [f"company.{field}" for field in company]
    for text in _BAD["markup"] + _BAD["formulas"] + _BAD["unicode"] + ["\ud800lone\udfff", "\udc00", "\ud83d"]:
        emails = [{"email": f"{text}@hostile.example", "deliverable": text, "qualityScore": text}]
        yield dict.fromkeys(paths, text) | {"emails": emails}


def _hostile_links() -> Iterator[dict[str, Any]]:
    paths = [*_LINKS, "company.website", "company.linkedinUrl", "company.logoUrl", "company.linkedinIdentifier"]
    for url in _BAD["urls"]:
        yield dict.fromkeys(paths, url)


def _wrong_types() -> Iterator[dict[str, Any]]:
    """Each field with values of other types, three fields a record; then records of one wrong value throughout."""
    whole = prospects(_CROWD, 0, 1)[0]
    fields = [field for field in whole if field not in ("id", "emails")]
    fields += [f"company.{field}" for field in ("name", "website", "industry", "size", "followerCount", "founded")]
    for number in range(0, len(fields), 3):
        chosen = enumerate(fields[number : number + 3], start=number)
        # Inner fields last: a company that became a number has no inner fields.
        yield {field: _BAD["wrong"][(place * 5) % len(_BAD["wrong"])] for place, field in chosen}
    throughout: tuple[Any, ...] = (None, 0, "", [], {})
    yield from ({field: value for field in whole if field != "id"} for value in throughout)
    yield {"company": "A bare company name", "location": "A bare place", "premium": "yes", "isOpenProfile": 1}
    yield {"company": ["a", "list"], "location": [], "premium": "false", "isOpenProfile": "maybe"}
    yield {"company.followerCount": "2,340", "company.founded": 1998, "company.specialties": ["a", "b", None, 3]}
    yield {"company.followerCount": -1, "company.founded": -500.5, "company.specialties": {"a": 1}}
    yield {"company.followerCount": 10**30, "unknownField": {"deep": [1, 2]}, "__proto__": {"x": 1}, "html": "<hr>"}


def _too_much() -> Iterator[dict[str, Any]]:
    long = "ÅngströmA" * (_LONG // 9)
    yield {"name": long, "firstName": long, "lastName": long}
    yield {"headline": "word " * (_LONG // 5), "title": "W" * _LONG, "company.name": "Ltd " * (_LONG // 4)}
    yield {"about": "One line.\n" * (_LONG // 10), "company.about": "<p>" * (_LONG // 3)}
    yield {"company.website": "https://long.example/" + "a" * 3_000, "publicIdentifier": "p" * 3_000}
    yield {"emails": [{"email": f"person{number}@many.example", "deliverable": "risky"} for number in range(300)]}
    nested: Any = "deep"
    for _ in range(60):
        nested = {"a": [nested]}
    yield {"about": nested, "company.about": nested, "location.text": nested}
