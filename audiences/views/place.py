"""Where a member was in an audience: kept as they read and leave, offered when they come back; and whom they open."""

from dataclasses import dataclass
from itertools import pairwise

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from audiences import access, known, opened, places, visits
from audiences.api.errors import ApiError, ValidationFailed
from audiences.api.fields import usable_cursor, usable_id
from audiences.places import Place
from audiences.views.reader import Reader
from audiences.views.visiting import beside_the_page
from audiences.visits import Here, Trail
from audiences.walk import Found
from team.middleware import is_unattended
from team.previews import is_preview

FIRST_SCREEN = 20  # rows: nobody needs a link to one of them
MOST_ROWS = 10_000_000
TRAIL = 8  # pages before a kept one whose numbers stay known


@dataclass(frozen=True, slots=True)
class Offer:
    """A link to where somebody was."""

    row: int
    url: str


def offer(reader: Reader, here: Here, cursor: str) -> Offer | None:
    """The way back to where they were, for whoever opens the list at its top; None when that is near enough."""
    if cursor or here.row is None or here.row <= FIRST_SCREEN:
        return None
    return Offer(here.row, f"{reader.url(here.at)}#prospect-{here.person}")


def number_again(reader: Reader, here: Here, cursor: str) -> None:
    """Have the numbers of the page at `cursor`, and of those before it, where the catalog has forgotten them."""
    if not cursor or cursor != here.at or places.at(reader.group, reader.audience_id, cursor):
        return
    for (at, offset), (previous, _) in pairwise(here.trail):
        places.note(reader.group, reader.audience_id, at, Place(previous, offset))


def forget_refused(reader: Reader, here: Here, cursor: str, error: ApiError) -> None:
    """A cursor that the API takes no more leads nowhere: it is not offered again."""
    if cursor and cursor == here.at and isinstance(error, ValidationFailed):
        with beside_the_page("A place that is gone"):
            visits.leave_place(reader.entry.user, reader.group, reader.audience_id)


def note_opening(request: HttpRequest, reader: Reader, found: Found, *, position: int | None) -> bool:
    """That they open this person, unless nobody looks; whether for the first time. With `position`, also as their
    place: of a panel the page's script tells.
    """
    if not reader.is_member or is_preview(request) or is_unattended(request):
        return False
    user = reader.entry.user
    with beside_the_page("Who was opened"):
        if position is not None and position > FIRST_SCREEN:
            place = Here(row=position, person=found.person.id, at=found.at, trail=_trail(reader, found.at))
            visits.keep_place(user, reader.group, reader.audience_id, place)
        return opened.note(user, reader.group, reader.audience_id, found.person.id)
    return False


@require_POST
def keep(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Where the reader of an open list is: `row`, `person`, and `at`, the cursor of their page."""
    reader = Reader(access.enter(request, group_id), audience_id)
    if not known.is_known(reader.group, audience_id):
        raise Http404("no such audience")
    row, person, at = (request.POST.get(name, "") for name in ("row", "person", "at"))
    number = int(row) if row.isascii() and row.isdigit() and len(row) <= len(str(MOST_ROWS)) else 0
    if not (0 < number <= MOST_ROWS and usable_id(person) and (not at or usable_cursor(at))):
        return HttpResponse(status=400)
    visits.keep_place(reader.entry.user, reader.group, audience_id, Here(None, number, person, at, _trail(reader, at)))
    return HttpResponse(status=204)


def _trail(reader: Reader, cursor: str) -> Trail:
    """The page at `cursor` and those before it, as far as their numbers are known."""
    made: Trail = []
    while len(made) <= TRAIL and (place := reader.place(cursor)):
        made.append((cursor, place.offset))
        if not cursor:
            break
        cursor = place.previous
    return made
