"""The list of audiences: searched, filtered and sorted from the one navigation answer."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from audiences.api.records import Audience, Folder, Navigation

AT_ONCE = 100  # rows of a searched list a page shows

SORTS = (
    ("", "As in Sonarly"),
    ("name", "Name"),
    ("-created", "Newest first"),
    ("created", "Oldest first"),
    ("-count", "Largest first"),
    ("count", "Smallest first"),
)


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: words in any order, accents and case ignored; "" leaves a part open."""

    q: str = ""
    folder: str = ""
    type: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "Query":
        """The query of an address; a sort that we don't know is none."""
        sort = given.get("sort", "")
        known = sort if sort in dict(SORTS) else ""
        return cls(
            given.get("q", "").strip()[:200],
            given.get("folder", "")[:128],
            given.get("type", "")[:200],
            known,
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing is looked for: the API's own list serves then."""
        return not (self.q or self.folder or self.type or self.sort)

    def as_parameters(self) -> dict[str, str]:
        """The parts that are set, for an address."""
        parts = {"q": self.q, "folder": self.folder, "type": self.type, "sort": self.sort}
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """An audience as the list shows it."""

    audience: Audience
    url: str
    folder_name: str
    folder_url: str


def matching(navigation: Navigation, query: Query) -> list[tuple[Folder | None, Audience]]:
    """The audiences that fit the query, in its order."""
    words = _plain(query.q).split()
    fitting = [(folder, audience) for folder, audience in navigation.every() if _fits(folder, audience, query, words)]
    name = query.sort.removeprefix("-")
    if name:
        fitting.sort(key=_SORT_KEYS[name], reverse=query.sort.startswith("-"))
    return fitting


def types(navigation: Navigation) -> list[str]:
    """The types that occur, for the filter."""
    return sorted({audience.type for _, audience in navigation.every() if audience.type})


def rows(group_id: str, audiences: Iterable[Audience], navigation: Navigation | None) -> list[AudienceRow]:
    """Rows for the list; the folder's name comes from the navigation, where it is known."""
    names = {folder.id: folder.name for folder in navigation.folders} if navigation else {}
    return [_row(group_id, audience, names) for audience in audiences]


def _row(group_id: str, audience: Audience, names: dict[str, str]) -> AudienceRow:
    listing = reverse("group", args=[group_id])
    known = audience.folder_id in names
    return AudienceRow(
        audience,
        f"{listing}audiences/{audience.id}/",
        names.get(audience.folder_id, ""),
        f"{listing}?folder={audience.folder_id}" if known else "",
    )


def _fits(folder: Folder | None, audience: Audience, query: Query, words: list[str]) -> bool:
    if query.folder and (folder is None or folder.id != query.folder):
        return False
    if query.type and audience.type != query.type:
        return False
    if not words:
        return True
    text = _plain(f"{audience.name} {audience.description}")
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """Lower case without accents, so that `jose` finds `José`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


_SORT_KEYS: dict[str, Callable[[tuple[Folder | None, Audience]], Any]] = {
    "name": lambda pair: (_plain(pair[1].name), pair[1].id),
    "created": lambda pair: (pair[1].created_at, pair[1].id),
    "count": lambda pair: (-1 if pair[1].prospect_count is None else pair[1].prospect_count, pair[1].id),
}
