"""A page of an audience's people, as templates take it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from audiences import catalog, failures, links, people, reasons, rendered, states
from audiences.access import Entry
from audiences.api.client import Deadline
from audiences.api.errors import ApiError, ValidationFailed
from audiences.api.fields import usable_cursor
from audiences.api.records import Audience, Prospect
from audiences.catalog import Place, Reading
from audiences.people import person_row
from audiences.reasons import Stale
from audiences.rendered import PeopleAsked, Rendered
from audiences.states import State
from audiences.views import shell

# stands where an address begins in kept rows: the cleaned text of strangers cannot hold it
BASE = "\x02"


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people. `offset` is how many stand before it, where that is known; an address may be "": none.

    `following` is the cursor of the next page, "" at the end.
    """

    html: SafeString
    ids: tuple[str, ...]
    address: str
    at: str
    offset: int | None
    total: int | None
    following: str
    more_url: str
    earlier_url: str
    earlier_page_url: str
    top_url: str
    left_out: int
    read_at: datetime
    problem: Stale | None
    trace_id: str

    @property
    def last_row(self) -> int | None:
        """The number of the last row, counted from 1 over the whole audience."""
        return None if self.offset is None else self.offset + len(self.ids)

    @property
    def first_row(self) -> int | None:
        """The number of the first row, counted from 1 over the whole audience."""
        return None if self.offset is None else self.offset + 1


def cursor_of(request: HttpRequest, name: str) -> str:
    """The cursor in an address, "" when there is none; Http404 for one the API could not have made."""
    cursor = request.GET.get(name, "")
    if cursor and not usable_cursor(cursor):
        raise Http404("not a cursor")
    return cursor


def audience_url(group_id: str, audience_id: str, at: str = "") -> str:
    """The address of an audience, opened at the page of cursor `at`."""
    address = reverse("audience", args=[group_id, audience_id])
    return f"{address}?{urlencode({'at': at})}" if at else address


def prospects_url(group_id: str, audience_id: str, **parameters: str) -> str:
    """The address of a page of people as a fragment."""
    address = reverse("prospects", args=[group_id, audience_id])
    given = {name: value for name, value in parameters.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def person_url(group_id: str, audience_id: str, person_id: str, at: str) -> str:
    """The address of one person, with the cursor of their page as a hint."""
    address = prospects_url(group_id, audience_id) + f"{person_id}/"
    return f"{address}?at={quote(at, safe='')}" if at else address


def context(entry: Entry, audience: Audience, cursor: str, within: Deadline) -> dict[str, Any]:
    """The people of an audience from `cursor` on, or the state of an audience that holds nobody. Raises ApiError."""
    page = read(entry, audience.id, cursor, within, total=audience.prospect_count)
    if not page.ids and not page.more_url and not cursor and not page.left_out:
        return {"people": None, "state": states.empty_audience(), "as_of": page.read_at}
    return {"people": page, "as_of": page.read_at}


def read(
    entry: Entry,
    audience_id: str,
    cursor: str,
    within: Deadline,
    *,
    total: int | None = None,
    afresh: bool = False,
    ahead: bool = False,
) -> PeoplePage:
    """One page of people; `ahead` for somebody who will want the next one soon. Raises ApiError."""
    asked, place = _asked(entry, audience_id, cursor)
    offset = place.offset if place else None
    reading = rendered.rendered_prospects(
        asked, within, lambda page: rows(page.items, cursor, offset), afresh=afresh, ahead=ahead
    )
    return _page(asked, reading, place, total)


def along(entry: Entry, audience_id: str, page: PeoplePage, most: int) -> list[PeoplePage]:
    """The page, and up to `most` that follow it and are at hand: for somebody who scrolls faster than pages come."""
    pages = [page]
    while len(pages) <= most and pages[-1].following:
        asked, place = _asked(entry, audience_id, pages[-1].following)
        reading = rendered.kept_rendered(asked)
        if reading is None:
            break
        pages.append(_page(asked, reading, place, page.total))
    return pages


def _asked(entry: Entry, audience_id: str, cursor: str) -> tuple[PeopleAsked, Place | None]:
    place = catalog.place(entry.group, audience_id, cursor)
    offset = place.offset if place else None
    return PeopleAsked(entry.group, audience_id, cursor, f"{offset} {_look()}"), place


def rows(items: Iterable[Prospect], cursor: str, offset: int | None) -> str:
    """People as rows of the table. Addresses begin with BASE: what is kept for everybody names nobody's address."""
    hint = f"/?at={quote(cursor, safe='')}" if cursor else "/"
    shown = [person_row(person, f"{BASE}{person.id}{hint}") for person in items]
    first = None if offset is None else offset + 2  # the head is row 1
    context = {"rows": shown, "at": cursor, "offset": offset, "first": first}
    # the dearest markup there is, and Jinja is faster at it than Django; plain, as the cache takes it
    return str.__str__(render_to_string("prospects/_rows.jinja", context, using="jinja2"))


def _page(
    asked: PeopleAsked,
    reading: Reading[Rendered],
    place: Place | None,
    total: int | None,
) -> PeoplePage:
    group_id, audience_id, cursor, page = asked.group.id, asked.audience_id, asked.cursor, reading.value
    following = page.next_cursor if page.next_cursor != cursor else ""
    known = place is not None and bool(cursor)
    previous = place.previous if place else ""
    return PeoplePage(
        html=mark_safe(page.html.replace(BASE, prospects_url(group_id, audience_id))),  # noqa: S308 - our template's
        ids=page.ids,
        address=audience_url(group_id, audience_id),
        at=cursor,
        offset=place.offset if place else None,
        total=total,
        following=following,
        more_url=prospects_url(group_id, audience_id, cursor=following) if following else "",
        earlier_url=prospects_url(group_id, audience_id, cursor=previous, earlier="1") if known else "",
        earlier_page_url=audience_url(group_id, audience_id, previous) if known else "",
        top_url=audience_url(group_id, audience_id) if cursor else "",
        left_out=page.left_out,
        read_at=reading.read_at,
        problem=reasons.stale(reading.problem),
        trace_id=reading.trace_id,
    )


@cache
def _look() -> str:
    """Changes with whatever makes the markup of a row, so that an upgrade never shows rows of the old look."""
    makers = [Path(people.__file__), Path(links.__file__), settings.BASE_DIR / "templates/prospects/_rows.jinja"]
    return hashlib.sha256(b"".join(maker.read_bytes() for maker in makers)).hexdigest()[:16]


def state_of(error: ApiError, entry: Entry, audience_id: str, cursor: str, here: str) -> State:
    """What to say in the list's place; a refused cursor leads back to the top."""
    if cursor and isinstance(error, ValidationFailed):
        return failures.lost_cursor(error, audience_url(entry.group.id, audience_id))
    return shell.state_of(entry, error, here)
