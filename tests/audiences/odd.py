"""Odd values, the places they can stand in, and what must hold of any page that shows them."""

import json
import re
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.test import Client

from audiences.views import shell

REFERENCE = Path(__file__).parents[1] / "api/reference"
PERSON = json.loads((REFERENCE / "list-audience-prospects.json").read_text())["200"]["data"]["items"][0]
AUDIENCE = json.loads((REFERENCE / "get-audience.json").read_text())["200"]["data"]
FOLDER = json.loads((REFERENCE / "get-audience-navigation.json").read_text())["200"]["data"]["folders"][0]

ROWS = {"HX-Request": "true", "HX-Target": "rows"}
PANEL = {"HX-Request": "true", "HX-Target": "panel"}
LIST, OPEN = "/g/grp/", "/g/grp/audiences/aud/"
MISSING = object()
ODD: tuple[Any, ...] = (
    *(MISSING, None, "odd", 0, 10**40, True, [], {}, [1, {"a": 2}, None, "x"], "x" * 21_000, "\ud800\x00\u202e\n"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "https://[", "%00/../", "9999-12-31T23:59:59-14:00"),
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every member of an example, the objects and lists included."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, member in members for spot in ((*path, key), *spots(member, (*path, key)))]


def put(example: Any, spot: tuple[Any, ...], value: Any) -> Any:
    """A copy of the example with `value` at the spot."""
    copy = json.loads(json.dumps(example))
    place = copy
    for key in spot[:-1]:
        place = place[key]
    if value is MISSING:
        del place[spot[-1]]
    else:
        place[spot[-1]] = value
    return copy


def called(example: Any, new_id: str) -> Any:
    return example | {"id": new_id, "name": f"Name of {new_id}"}


TREE = {"folders": [], "ungroupedAudiences": [called(AUDIENCE, "aud")]}


def cold() -> None:
    """An empty cache, and the same client."""
    for name in ("default", "budget"):
        caches[name].clear()
    shell._rendered.clear()


def harmless(said: str) -> bool:
    return not re.search(r"<script>alert|href=\"javascript:|Traceback", said)


def shown(browser: Client, path: str, headers: dict[str, str] | None = None) -> str:
    """The markup of a page that must be there."""
    answer = browser.get(path, headers=headers or {})
    said = answer.content.decode()
    assert answer.status_code == 200, (path, said[:2000])
    assert harmless(said)
    return said
