"""The people of an audience, page by page, and one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from audiences import access, catalog, reasons, states, walk
from audiences.access import Entry
from audiences.api.errors import ApiError, NotFound, NotReady, ValidationFailed
from audiences.people import person_detail, person_row
from audiences.views import again, people, shell
from audiences.views.audiences import audience_page
from audiences.walk import Found, Gone, LookFurther, Search

# pages that come along with the one asked for, where they are at hand: some 70 kB of markup each
ALONG = 4


@require_safe
def page(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """The next rows for htmx; the whole page without it; `open=first|last` goes to a person of that page.

    `pace` is how the reader scrolls: while they do, the page after this one is asked for, too; when they are
    "hurried", those that follow and are at hand come along.
    """
    entry = access.enter(request, group_id)
    cursor = people.cursor_of(request, "cursor")
    if "open" in request.GET:
        return _open_person(request, entry, audience_id, cursor)
    if not shell.is_fragment(request):
        return audience_page(request, entry, audience_id, cursor)
    earlier, afresh = "earlier" in request.GET, again.wanted(request)
    try:
        found = people.read(
            entry, audience_id, cursor, shell.within(request), afresh=afresh, ahead="pace" in request.GET
        )
    except NotReady:
        raise  # the middleware's, wherever it comes from
    except ApiError as error:
        return shell.show_fragment(request, people.state_of(error, entry, audience_id, cursor, request.get_full_path()))
    if earlier:
        return render(request, "prospects/_earlier.html", {"people": found})
    pages = people.along(entry, audience_id, found, ALONG if request.GET.get("pace") == "hurried" else 0)
    return render(request, "prospects/_page.html", {"pages": pages, "people": pages[-1]})


def _open_person(request: HttpRequest, entry: Entry, audience_id: str, cursor: str) -> HttpResponse:
    step = walk.last_on if request.GET["open"] == "last" else walk.first_from
    try:
        found = step(entry.group, audience_id, cursor, shell.within(request))
    except ValidationFailed as error:
        return shell.show_state(request, entry, people.state_of(error, entry, audience_id, cursor, "/"))
    if found is None and shell.is_fragment(request):  # a whole page has no place in the panel
        return shell.show_fragment(request, states.NOBODY_FURTHER)
    if found is None:
        return redirect(people.audience_url(entry.group.id, audience_id, cursor))
    at, person = found
    return redirect(people.person_url(entry.group.id, audience_id, person.id, at))


@require_safe
def person(request: HttpRequest, group_id: str, audience_id: str, prospect_id: str) -> HttpResponse:
    """One person: the panel for htmx, else a page of their own. `at` is a hint where to look first."""
    entry = access.enter(request, group_id)
    search = Search(
        entry.group,
        audience_id,
        prospect_id,
        at=people.cursor_of(request, "at"),
        start=people.cursor_of(request, "further"),
        looked=_looked(request),
        afresh=again.wanted(request),
    )
    found = walk.find(search, shell.within(request))
    if isinstance(found, Found):
        return _show_person(request, entry, audience_id, found)
    return _show_missing(request, entry, search, found)


def _looked(request: HttpRequest) -> int:
    text = request.GET.get("looked", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _show_person(request: HttpRequest, entry: Entry, audience_id: str, found: Found) -> HttpResponse:
    context = _person_context(entry, audience_id, found)
    if shell.is_fragment(request):
        return render(request, "prospects/_person.html", context)
    context["audience"] = _audience(request, entry, audience_id)
    return shell.show(request, entry, "prospects/person.html", context, current=audience_id)


def _person_context(entry: Entry, audience_id: str, found: Found) -> dict[str, Any]:
    group_id, items = entry.group.id, found.reading.value.items
    place = catalog.place(entry.group, audience_id, found.at)
    previous, following = _neighbours(entry, audience_id, found)
    known = catalog.kept_navigation(entry.group)
    named = known.find(audience_id) if known else None
    return {
        "group": entry.group,
        "audience": named[1] if named else None,
        "person": found.person,
        "row": person_row(found.person, people.person_url(group_id, audience_id, found.person.id, found.at)),
        "detail": person_detail(found.person),
        "position": place.offset + found.index + 1 if place else None,
        "total": named[1].prospect_count if named else None,
        "shown": len(items),
        "previous_url": previous,
        "next_url": following,
        "list_url": f"{people.audience_url(group_id, audience_id, found.at)}#prospect-{found.person.id}",
        "trace_id": found.reading.trace_id,
        "as_of": found.reading.read_at,
        "problem": reasons.stale(found.reading.problem),
    }


def _neighbours(entry: Entry, audience_id: str, found: Found) -> tuple[str, str]:
    """Addresses of the people before and after. On another page they are not known yet: asked for when followed."""
    group_id, page, index = entry.group.id, found.reading.value, found.index
    previous = following = ""
    if index > 0:
        previous = people.person_url(group_id, audience_id, page.items[index - 1].id, found.at)
    elif found.at and (place := catalog.place(entry.group, audience_id, found.at)):
        previous = people.prospects_url(group_id, audience_id, cursor=place.previous, open="last")
    if index + 1 < len(page.items):
        following = people.person_url(group_id, audience_id, page.items[index + 1].id, found.at)
    elif page.next_cursor and page.next_cursor != found.at:
        following = people.prospects_url(group_id, audience_id, cursor=page.next_cursor, open="first")
    return previous, following


def _audience(request: HttpRequest, entry: Entry, audience_id: str) -> Any:
    """The audience for the way back; the person is shown without it where the API does not say."""
    try:
        named = shell.navigation(request, entry).value.find(audience_id)
        return named[1] if named else catalog.audience(entry.group, audience_id, shell.within(request)).value
    except (NotFound, NotReady):
        raise
    except ApiError:
        return None


def _show_missing(request: HttpRequest, entry: Entry, search: Search, found: Gone | LookFurther) -> HttpResponse:
    known = catalog.kept_navigation(entry.group)
    named = known.find(search.audience_id) if known else None
    group_id, audience_id = entry.group.id, search.audience_id
    context = {
        "group": entry.group,
        "audience": named[1] if named else None,
        "looked": found.looked,
        "total": named[1].prospect_count if named else None,
        "gone": isinstance(found, Gone),
        "further_url": "",
        "list_url": people.audience_url(group_id, audience_id),
    }
    if isinstance(found, LookFurther):
        address = people.person_url(group_id, audience_id, search.prospect_id, "")
        context["further_url"] = f"{address}?{people.urlencode({'further': found.cursor, 'looked': found.looked})}"
    status = 404 if context["gone"] else 200
    if shell.is_fragment(request):
        return render(request, "prospects/_looking.html", context, status=status)
    return shell.show(request, entry, "prospects/looking.html", context, current=audience_id, status=status)
