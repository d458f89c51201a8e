"""The people of an audience, page by page, and one of them, for whoever reads them (reader.py)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from audiences import access, catalog, reach, states, walk
from audiences.api.errors import ApiError, NotFound, NotReady, ValidationFailed
from audiences.api.records import Page, Prospect
from audiences.people import person_detail, person_row
from audiences.views import again, people, place, shell
from audiences.views.audiences import audience_page
from audiences.views.reader import Reader
from audiences.walk import Found, Gone, LookFurther, Search

# pages that come along with the one asked for, where they are at hand: some 70 kB of markup each
ALONG = 4


@require_safe
def page(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """The next rows for htmx; the whole page without it; `open=first|last` goes to a person of that page."""
    reader = Reader(access.enter(request, group_id), audience_id)
    cursor = reader.cursor_of(request, "cursor")
    if "open" in request.GET:
        return step(request, reader, cursor)
    if not shell.is_fragment(request):
        return audience_page(request, reader, cursor)
    return rows(request, reader, cursor)


def rows(request: HttpRequest, reader: Reader, cursor: str) -> HttpResponse:
    """The rows at `cursor` as a fragment.

    `pace` is how the reader scrolls: while they do, the page after this one is asked for, too; when they are
    "hurried", those that follow and are at hand come along.
    """
    earlier, pace = "earlier" in request.GET, request.GET.get("pace", "")
    afresh = reader.is_member and again.wanted(request)
    try:
        found = people.read(reader, cursor, shell.within(request), afresh=afresh, ahead=bool(pace) and reader.is_member)
    except (NotReady, NotFound):
        raise  # they are about all of the audience: the middleware's, or the guard's of a link
    except ApiError as error:
        return shell.show_fragment(request, reader.state_of(error, cursor, request.get_full_path()))
    if earlier:
        return render(request, "prospects/_earlier.html", {"people": people.marked(reader, [found])[0]})
    pages = people.marked(reader, people.along(reader, found, ALONG if pace == "hurried" else 0))
    return render(request, "prospects/_page.html", {"pages": pages, "people": pages[-1]})


def step(request: HttpRequest, reader: Reader, cursor: str) -> HttpResponse:
    """To the first or the last person of the page at `cursor`."""
    go = walk.last_on if request.GET.get("open") == "last" else walk.first_from
    try:
        found = go(reader.group, reader.audience_id, cursor, shell.within(request), reader.shown)
    except ValidationFailed as error:
        return reader.show_state(request, reader.state_of(error, cursor, "/"))
    if found is None and shell.is_fragment(request):  # a whole page has no place in the panel
        return shell.show_fragment(request, states.NOBODY_FURTHER)
    if found is None:
        return redirect(reader.url(cursor))
    at, person = found
    return redirect(reader.person_url(person.id, at))


@require_safe
def person(request: HttpRequest, group_id: str, audience_id: str, prospect_id: str) -> HttpResponse:
    """One person: the panel for htmx, else a page of their own. `at` is a hint where to look first."""
    return one(request, Reader(access.enter(request, group_id), audience_id), prospect_id)


def one(request: HttpRequest, reader: Reader, prospect_id: str) -> HttpResponse:
    """One person for a reader; somebody they may not see is as one who is not there."""
    search = Search(
        reader.group,
        reader.audience_id,
        prospect_id,
        at=reader.cursor_of(request, "at"),
        start=reader.cursor_of(request, "further"),
        looked=_looked(request),
        afresh=reader.is_member and again.wanted(request),
        shown=reader.shown,
    )
    found = walk.find(search, shell.within(request))
    if isinstance(found, Found):
        return _show_person(request, reader, found)
    return _show_missing(request, reader, search, found)


def _looked(request: HttpRequest) -> int:
    text = request.GET.get("looked", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _show_person(request: HttpRequest, reader: Reader, found: Found) -> HttpResponse:
    context = _person_context(reader, found)
    position = None if shell.is_fragment(request) else context["position"]
    context["is_news"] = place.note_opening(request, reader, found, position=position)
    if shell.is_fragment(request):
        return render(request, "prospects/_person.html", context)
    context["audience"] = _audience(request, reader)
    return reader.show(request, "prospects/person.html", context)


def _person_context(reader: Reader, found: Found) -> dict[str, Any]:
    page, index, person = found.reading.value, found.index, found.person
    stands = reader.place(found.at)
    previous, following = _neighbours(reader, found.at, page, index)
    return {
        "group": reader.group,
        "outsider": not reader.is_member,
        "audience": reader.audience(),
        "person": person,
        "row": person_row(person, reader.person_url(person.id, found.at)),
        "detail": person_detail(person),
        "best": reach.best(person) if reader.fields >= reach.NEEDS else None,
        "position": stands.offset + index + 1 if stands else None,
        "total": reader.total(),
        "shown": len(page.items),
        "previous_url": previous,
        "next_url": following,
        "list_url": f"{reader.url(found.at)}#prospect-{person.id}",
        "trace_id": found.reading.trace_id,
        "as_of": found.reading.read_at,
        "problem": reader.stale(found.reading.problem),
    }


def _neighbours(reader: Reader, at: str, page: Page[Prospect], index: int) -> tuple[str, str]:
    """Addresses of the people before and after. On another page they are not known yet: asked for when followed."""
    previous = following = ""
    if index > 0:
        previous = reader.person_url(page.items[index - 1].id, at)
    elif at and (stands := reader.place(at)):
        previous = reader.prospects_url(cursor=stands.previous, open="last")
    if index + 1 < len(page.items):
        following = reader.person_url(page.items[index + 1].id, at)
    elif page.next_cursor and page.next_cursor != at:
        following = reader.prospects_url(cursor=page.next_cursor, open="first")
    return previous, following


def _audience(request: HttpRequest, reader: Reader) -> Any:
    """The audience for the way back; the person is shown without it where the API does not say."""
    if not reader.is_member:
        return reader.audience()
    try:
        named = shell.navigation(request, reader.entry).value.find(reader.audience_id)
        return named[1] if named else catalog.audience(reader.group, reader.audience_id, shell.within(request)).value
    except (NotFound, NotReady):
        raise
    except ApiError:
        return None


def _show_missing(request: HttpRequest, reader: Reader, search: Search, found: Gone | LookFurther) -> HttpResponse:
    context = {
        "group": reader.group,
        "audience": reader.audience(),
        "looked": found.looked,
        "total": reader.total(),
        "gone": isinstance(found, Gone),
        "further_url": "",
        "list_url": reader.url(),
    }
    if isinstance(found, LookFurther):
        further = urlencode({"further": reader.seal(found.cursor), "looked": found.looked})
        context["further_url"] = f"{reader.person_url(search.prospect_id, '')}?{further}"
    status = 404 if context["gone"] else 200
    if shell.is_fragment(request):
        return render(request, "prospects/_looking.html", context, status=status)
    return reader.show(request, "prospects/looking.html", context, status)
