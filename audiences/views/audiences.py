"""The list of audiences, and one audience with its people."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from audiences import access, catalog, failures, listing, reasons, states
from audiences.access import Entry
from audiences.api.errors import ApiError, NotFound, NotReady, ValidationFailed
from audiences.api.records import Audience, Folder, Navigation
from audiences.listing import Query
from audiences.states import State
from audiences.views import again, people, place, progress, shell, visiting
from audiences.views.groups import LAST_GROUP
from audiences.views.reader import Reader, cursor_of

Context = dict[str, Any]


@require_safe
def listing_page(request: HttpRequest, group_id: str) -> HttpResponse:
    """The audiences of a group: the API's list as it comes, or what fits a search, from the navigation."""
    entry = access.enter(request, group_id)
    _remember(request, entry)
    query = Query.of(request.GET)
    if again.wanted(request) and not shell.is_fragment(request):
        return _look_again(request, entry, query)
    context = _searched(request, entry, query) if not query.is_open else _listed(request, entry)
    context |= {"query": query, "sorts": listing.SORTS} | again.addresses(request)
    state = context.get("state")
    if shell.is_fragment(request):
        return _rows_fragment(request, context)
    status = state.status if state else 200
    answer = shell.show(request, entry, "audiences/list.html", context, current="", status=status)
    return shell.with_retry_after(answer, state)


def _look_again(request: HttpRequest, entry: Entry, query: Query) -> HttpResponse:
    group, deadline = entry.group, shell.within(request)
    checks: list[Callable[[], bool]] = [lambda: catalog.check_navigation(group, deadline)]
    if query.is_open:
        cursor = cursor_of(request, "cursor")
        checks.append(lambda: catalog.check_audiences(group, cursor, deadline))
    return again.look(request, *checks)


def _rows_fragment(request: HttpRequest, context: Context) -> HttpResponse:
    state = context.get("state")
    return shell.show_fragment(request, state) if state else render(request, "audiences/_rows.html", context)


def _remember(request: HttpRequest, entry: Entry) -> None:
    if request.session.get(LAST_GROUP) != entry.group.id:
        request.session[LAST_GROUP] = entry.group.id


def _listed(request: HttpRequest, entry: Entry) -> Context:
    here = reverse("group", args=[entry.group.id])
    cursor = cursor_of(request, "cursor")
    navigation = _navigation(request, entry)
    context = _around(navigation)
    try:
        reading = catalog.audiences(entry.group, cursor, shell.within(request), afresh=again.wanted(request))
    except ValidationFailed as error:
        state = failures.lost_cursor(error, here) if cursor else shell.state_of(entry, error, here)
        return context | {"state": state}
    except ApiError as error:
        return context | {"state": shell.state_of(entry, error, again.address(request))}
    page = reading.value
    more = page.next_cursor if page.next_cursor != cursor else ""
    if not page.items and not more and not cursor:
        return context | {
            "state": _no_audiences(entry, here),
            "as_of": reading.read_at,
        }
    return context | {
        "rows": listing.rows(entry.group.id, page.items, navigation),
        "more_url": f"{here}?{urlencode({'cursor': more})}" if more else "",
        "as_of": reading.read_at,
        "problem": reasons.stale(reading.problem),
        "left_out": page.left_out,
        "at": cursor,
        "trace_id": reading.trace_id,
    }


def _no_audiences(entry: Entry, here: str) -> State:
    if entry.is_admin:
        return states.no_audiences().leading_to("New audience", reverse("create", args=[entry.group.id]))
    return states.no_audiences().leading_to("Look again", here)


def _searched(request: HttpRequest, entry: Entry, query: Query) -> Context:
    here = reverse("group", args=[entry.group.id])
    try:
        reading = shell.navigation(request, entry)
    except ApiError as error:
        return {"state": shell.state_of(entry, error, again.address(request))}
    navigation = reading.value
    fitting = listing.matching(navigation, query)
    start = _whole_number(request.GET.get("from", ""))
    shown = fitting[start : start + listing.AT_ONCE]
    following = start + listing.AT_ONCE
    more = query.as_parameters() | {"from": str(following)}
    return _around(navigation) | {
        "rows": listing.rows(entry.group.id, [audience for _, audience in shown], navigation),
        "more_url": f"{here}?{urlencode(more)}" if following < len(fitting) else "",
        "matched": len(fitting),
        "folder": next((folder for folder in navigation.folders if folder.id == query.folder), None),
        "as_of": reading.read_at,
        "problem": reasons.stale(reading.problem),
        "trace_id": reading.trace_id,
        "state": None if fitting else states.filtered_out(here),
    }


def _around(navigation: Navigation | None) -> Context:
    """What the list's head needs, whichever way its rows come."""
    if navigation is None:
        return {"total": None, "types": [], "folders": ()}
    return {"total": navigation.count, "types": listing.types(navigation), "folders": navigation.folders}


def _navigation(request: HttpRequest, entry: Entry) -> Navigation | None:
    try:
        return shell.navigation(request, entry).value
    except ApiError:
        return None  # the sidebar says why


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@require_safe
def detail(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """One audience and a page of its people; `at` opens it where somebody was."""
    entry = access.enter(request, group_id)
    _remember(request, entry)
    reader = Reader(entry, audience_id)
    return audience_page(request, reader, reader.cursor_of(request, "at"))


def audience_page(request: HttpRequest, reader: Reader, cursor: str) -> HttpResponse:
    """The whole page of an audience, its people from `cursor` on; while it is being populated, how that goes.

    An ApiError becomes a page of its own.
    """
    entry, audience_id = reader.entry, reader.audience_id
    watch = shell.watched(request, entry, audience_id)
    if watch and progress.is_known(watch):
        return progress.show(request, entry, watch)
    if again.wanted(request):
        group, deadline = entry.group, shell.within(request)
        return again.look(
            request,
            lambda: catalog.check_navigation(group, deadline),
            lambda: catalog.check_prospects(group, audience_id, cursor, deadline),
        )
    catalog.begin_prospects(entry.group, audience_id, cursor)
    folder, audience, as_of = find_audience(request, entry, audience_id)
    context: Context = {"audience": audience, "folder": folder, "as_of": as_of} | again.addresses(request)
    here = reader.here()
    place.number_again(reader, here, cursor)
    context |= {"opened": here.opened, "go_on": place.offer(reader, here, cursor)}
    try:
        context |= people.context(reader, audience.prospect_count, cursor, shell.within(request))
    except (NotFound, NotReady):
        raise
    except ApiError as error:
        place.forget_refused(reader, here, cursor, error)
        context["state"] = reader.state_of(error, cursor, again.address(request))
    visiting.visited(request, entry, audience_id)
    state = context.get("state")
    status = state.status if state else 200
    answer = reader.show(request, "audiences/detail.html", context, status)
    return shell.with_retry_after(answer, state)


def find_audience(request: HttpRequest, entry: Entry, audience_id: str) -> tuple[Folder | None, Audience, Any]:
    """From the navigation, which has every field of it; else by asking for it alone. Raises ApiError."""
    try:
        reading = shell.navigation(request, entry)
    except ApiError:
        reading = None
    found = reading.value.find(audience_id) if reading else None
    if reading and found:
        return *found, reading.read_at
    alone = catalog.audience(entry.group, audience_id, shell.within(request))
    return None, alone.value, alone.read_at
