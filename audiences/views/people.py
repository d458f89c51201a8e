"""A page of an audience's people, as templates take it."""

import hashlib
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from audiences import links, people, reach, rendered, shareview
from audiences.api.client import Deadline
from audiences.api.records import Page, Prospect
from audiences.catalog import Reading
from audiences.people import person_row
from audiences.places import Place
from audiences.reach import Part
from audiences.reasons import Stale
from audiences.rendered import PeopleAsked, Rendered
from audiences.views.reader import Reader

# stands where an address begins in kept rows: the cleaned text of strangers cannot hold it
BASE = "\x02"
# a row up to the link that opens its person; strangers' text holds no quotes
_ROW = re.compile(r'(<div role="row" class="row person)(" id="prospect-([\w-]+)".*?\n.*? class="open")', re.ASCII)
OPENED = 'aria-description="opened"'


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people. `offset` is how many stand before it, where that is known; an address may be "": none.

    `following` is the cursor of the next page, "" at the end; `reach` is the bar over them, empty for whoever sees too
    little of them.
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
    reach: list[Part] = field(default_factory=list)

    @property
    def last_row(self) -> int | None:
        """The number of the last row, counted from 1 over the whole audience."""
        return None if self.offset is None else self.offset + len(self.ids)

    @property
    def first_row(self) -> int | None:
        """The number of the first row, counted from 1 over the whole audience."""
        return None if self.offset is None else self.offset + 1


def context(reader: Reader, total: int | None, cursor: str, within: Deadline) -> dict[str, Any]:
    """The people of an audience from `cursor` on, or the state of an audience that holds nobody. Raises ApiError."""
    page = marked(reader, [read(reader, cursor, within, total=total)])[0]
    if not page.ids and not page.more_url and not cursor and not page.left_out:
        return {"people": None, "state": reader.nobody(), "as_of": page.read_at}
    return {"people": page, "as_of": page.read_at}


def read(
    reader: Reader,
    cursor: str,
    within: Deadline,
    *,
    total: int | None = None,
    afresh: bool = False,
    ahead: bool = False,
) -> PeoplePage:
    """One page of people; `ahead` for somebody who will want the next one soon. Raises ApiError."""
    asked, place = _asked(reader, cursor)
    offset = place.offset if place else None

    def render(page: Page[Prospect]) -> Rendered:
        shown = reader.shown(page)
        ids = tuple(person.id for person in shown.items)
        html = rows(shown.items, reader, cursor, offset)
        ways = reach.tally(shown.items) if reader.fields >= reach.NEEDS else {}
        return Rendered(html, ids, page.next_cursor, shown.left_out, ways)

    reading = rendered.rendered_prospects(asked, within, render, afresh=afresh, ahead=ahead)
    reader.went_on(cursor, len(reading.value.ids), reading.value.next_cursor)
    return _page(reader, cursor, reading, place, total)


def along(reader: Reader, page: PeoplePage, most: int) -> list[PeoplePage]:
    """The page, and up to `most` that follow it and are at hand: for somebody who scrolls faster than pages come."""
    pages = [page]
    while len(pages) <= most and (cursor := pages[-1].following):
        asked, place = _asked(reader, cursor)
        reading = rendered.kept_rendered(asked)
        if reading is None:
            break
        pages.append(_page(reader, cursor, reading, place, page.total))
    return pages


def marked(reader: Reader, pages: list[PeoplePage]) -> list[PeoplePage]:
    """The pages as this reader finds them: whom they have opened before is marked, in what is kept for everybody."""
    opened = reader.opened(person for page in pages for person in page.ids)
    return [replace(page, html=mark(page.html, opened)) for page in pages] if opened else pages


def mark(html: str, opened: Container[str]) -> SafeString:
    """Rows as markup, those of these people marked as opened."""

    def marked_row(row: re.Match[str]) -> str:
        return f"{row[1]} opened{row[2]} {OPENED}" if row[3] in opened else row[0]

    return mark_safe(_ROW.sub(marked_row, html))  # noqa: S308 - our template's


def _asked(reader: Reader, cursor: str) -> tuple[PeopleAsked, Place | None]:
    place = reader.place(cursor)
    offset = place.offset if place else None
    return PeopleAsked(reader.group, reader.audience_id, cursor, f"{offset} {_look()} {reader.variant}"), place


def rows(items: Iterable[Prospect], reader: Reader, cursor: str, offset: int | None) -> str:
    """People as rows of the table. Addresses begin with BASE: what is kept for everybody names nobody's address."""
    hint = reader.hint(cursor)
    shown = [person_row(person, f"{BASE}{person.id}{hint}") for person in items]
    return rows_of(shown, reader.fields, reader.seal(cursor), offset)


def rows_of(shown: list[people.PersonRow], fields: frozenset[str], at: str, offset: int | None) -> str:
    """Rows as markup; `at` is their page's cursor as it stands in addresses."""
    first = None if offset is None else offset + 2  # the head is row 1
    context = {"rows": shown, "at": at, "offset": offset, "first": first, "fields": fields}
    # the dearest markup there is, and Jinja is faster at it than Django; plain, as the cache takes it
    return str.__str__(render_to_string("prospects/_rows.jinja", context, using="jinja2"))


def _page(
    reader: Reader, cursor: str, reading: Reading[Rendered], place: Place | None, total: int | None
) -> PeoplePage:
    page = reading.value
    following = page.next_cursor if page.next_cursor != cursor else ""
    known = place is not None and bool(cursor)
    previous = place.previous if place else ""
    return PeoplePage(
        html=mark_safe(page.html.replace(BASE, reader.prospects_url())),  # noqa: S308 - our template's
        ids=page.ids,
        address=reader.url(),
        at=cursor,
        offset=place.offset if place else None,
        total=total,
        following=following,
        more_url=reader.prospects_url(cursor=following) if following else "",
        earlier_url=reader.prospects_url(cursor=previous, earlier="1") if known else "",
        earlier_page_url=reader.url(previous) if known else "",
        top_url=reader.url() if cursor else "",
        left_out=page.left_out,
        read_at=reading.read_at,
        problem=reader.stale(reading.problem),
        trace_id=reading.trace_id,
        reach=reach.parts(page.reach) if page.reach else [],
    )


@cache
def _look() -> str:
    """Changes with whatever makes the markup of a row, so that an upgrade never shows rows of the old look."""
    sources = [Path(people.__file__), Path(links.__file__), Path(reach.__file__), Path(shareview.__file__)]
    makers = [*sources, settings.BASE_DIR / "templates/prospects/_rows.jinja"]
    return hashlib.sha256(b"".join(maker.read_bytes() for maker in makers)).hexdigest()[:16]
