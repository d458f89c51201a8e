"""What is in the sandbox, read from it directly: the pages are held against this."""

import json
import urllib.request
from functools import cache
from typing import Any

NORDWIND = "67c956002e0ae32747922f47"
BALTIC = "67f629005f86f70cc3e8008a"
CASA = "675946800bdc0e8c0b7c7880"  # Casa Verde Studios: tests create their audiences here
LARGE = "6adf4e090574d2e15353a3a0"  # All revenue leaders worldwide: 100,000
NORDIC = "6af318e4fb844a83d58657b2"  # Nordic RevOps leads: 2,340
SHORT = "69cd216f59cbb01d2e0a5665"  # Agencies EMEA: says 870, holds 858
EMPTY = "6a6e1f023f1ce203e51d4f28"
HOSTILE = "57a7e5000000000000bad000"
THIRD_PAGE_FAILS = "57a7e5000000000000003a9e"
NEVER_READY = "57a7e5000000000000000409"
CURSORS_EXPIRE = "57a7e50000000000000c0105"


def group(group_id: str = NORDWIND) -> str:
    """The address of an account group."""
    return f"/g/{group_id}/"


def audience(audience_id: str, group_id: str = NORDWIND) -> str:
    """The address of an audience."""
    return f"{group(group_id)}audiences/{audience_id}/"


def person(audience_id: str, person_id: str) -> str:
    """The address of a person, without a hint where to look."""
    return f"{audience(audience_id)}prospects/{person_id}/"


class Sandbox:
    """Reads the API as the dashboard's server does."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.navigation = cache(self._navigation)
        self.people = cache(self._people)

    def _navigation(self, group_id: str = NORDWIND) -> Any:
        """The folders and audiences of a group."""
        return self._get(f"/v1/accounts/{group_id}/audiences/navigation")

    def _people(self, audience_id: str, count: int) -> list[Any]:
        """The first `count` people of an audience of Nordwind, in the API's order."""
        found: list[Any] = []
        cursor = ""
        while len(found) < count:
            page = self._page(audience_id, cursor)
            found += page["items"]
            cursor = page["nextCursor"]
            if not cursor:
                break
        return found[:count]

    def audiences_cursor(self, group_id: str, cursor: str = "") -> str:
        """The cursor of the page of audiences that stands one audience further."""
        query = f"limit=1&cursor={cursor}" if cursor else "limit=1"
        return str(self._get(f"/v1/accounts/{group_id}/audiences?{query}")["nextCursor"])

    def cursor_after(self, audience_id: str, pages: int) -> str:
        """The cursor of the page that stands behind so many pages of 50."""
        cursor = ""
        for _ in range(pages):
            cursor = self._page(audience_id, cursor, 50)["nextCursor"]
        return cursor

    def _page(self, audience_id: str, cursor: str, limit: int = 100) -> Any:
        path = f"/v1/accounts/{NORDWIND}/audiences/{audience_id}/prospects?limit={limit}"
        return self._get(path + (f"&cursor={cursor}" if cursor else ""))

    def _get(self, path: str) -> Any:
        request = urllib.request.Request(self._url + path, headers={"Authorization": "Bearer sk_sandbox_all"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["data"]
