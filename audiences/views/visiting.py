"""What a page knows of the audiences that its reader comes back to, and notes of them."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from audiences import remembered, visits
from audiences.access import Entry
from audiences.api.records import Navigation
from audiences.models import Visit, Watch
from audiences.reading import Reading
from audiences.remembered import Line, Remembered
from team.middleware import is_unattended

_log = logging.getLogger(__name__)


def _visits(request: HttpRequest, entry: Entry) -> list[Visit]:
    """The audiences that this person comes back to; read once a page."""
    kept = vars(request)
    if "visits" not in kept:
        kept["visits"] = visits.of(entry.user, entry.group)
    found: list[Visit] = kept["visits"]
    return found


def visited(request: HttpRequest, entry: Entry, audience_id: str) -> None:
    """Note that somebody opens an audience, unless their page did so by itself."""
    if is_unattended(request) or request.method != "GET":
        return
    with beside_the_page("A visit"):
        if visits.note(entry.user, entry.group, audience_id, _visits(request, entry)):
            del vars(request)["visits"]


@contextmanager
def beside_the_page(what: str) -> Iterator[None]:
    """Whatever is noted in here: a database that is busy, or takes no writes, costs nobody their page."""
    try:
        yield
    except DatabaseError as error:
        _log.warning("%s could not be noted: %s", what, type(error).__name__)


def is_starred(request: HttpRequest, entry: Entry, audience_id: str) -> bool:
    """Whether it has this person's star."""
    return any(one.starred_at and one.audience_id == audience_id for one in _visits(request, entry))


def lines(
    request: HttpRequest,
    entry: Entry,
    current: str,
    reading: Reading[Navigation] | None,
    watches: Iterable[Watch],
) -> SafeString:
    """What they opened last and what has their star, as the sidebar's markup. `reading` is None where the navigation
    cannot be read.
    """
    found = remembered.of(entry.group, _visits(request, entry), reading, watches)
    return render_to_string("navigation/_mine.html", {"sections": sections(found), "current": current})


Section = tuple[str, str, list[tuple[Line, bool]]]


def sections(found: Remembered) -> list[Section]:
    """Id, title, and lines. With each, whether the sidebar has this audience nowhere else: then its line has what the
    line in the tree has otherwise, the mark of the open audience and a place among what the filter finds.
    """
    shown: set[str] = set()
    made: list[Section] = []
    for name, title, lines in (("recent", "Recent", found.recent), ("starred", "Starred", found.starred)):
        made.append((name, title, [(line, not line.is_elsewhere and line.audience_id not in shown) for line in lines]))
        shown |= {line.audience_id for line in lines}
    return made
