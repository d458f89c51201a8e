"""What a page knows of the audiences that its reader comes back to, and notes of them."""

import logging
from collections.abc import Iterable

from django.db import DatabaseError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from audiences import remembered, visits
from audiences.access import Entry
from audiences.api.records import Navigation
from audiences.models import Visit, Watch
from audiences.reading import Reading
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
    try:
        if visits.note(entry.user, entry.group, audience_id, _visits(request, entry)):
            del vars(request)["visits"]
    except DatabaseError as error:  # one that is busy costs nobody their page
        _log.warning("A visit could not be noted: %s", type(error).__name__)


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
    every = [*found.recent, *found.starred]
    # the tree has the one mark of the open audience; only where it has no line there it is here
    marked = next((line for line in every if line.audience_id == current and not line.is_elsewhere), None)
    sections = [("recent", "Recent", found.recent), ("starred", "Starred", found.starred)]
    return render_to_string("navigation/_mine.html", {"sections": sections, "current": current, "marked": marked})
