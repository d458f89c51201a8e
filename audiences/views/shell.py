"""The page around every page of an account group: sidebar, switcher, and the designed states."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django_htmx.middleware import HtmxDetails

from audiences import (
    access,
    catalog,
    creation,
    failures,
    notices,
    populating,
    readiness,
    reasons,
    sharing,
)
from audiences.access import Entry
from audiences.api.client import Deadline
from audiences.api.errors import ApiError, Forbidden, NotFound
from audiences.api.records import Navigation
from audiences.catalog import Reading
from audiences.models import Watch
from audiences.populating import OnItsWay
from audiences.refusal import key_refusal
from audiences.states import State
from audiences.views import again, visiting
from team.middleware import is_unattended
from team.models import AccountGroup

PAGE_SECONDS = 8.0  # all API calls of one page (RELIABILITY section 2)
NO_CURRENT = "-"
NEW = "new"  # the form of a new audience
_NEW_MARKER = ' data-place="new"'
TOLD_REFUSAL = "told_refusal"

Groups = list[AccountGroup]

# what a failed request leaves in the element that it was for
_PLACES = {"rows": "states/_more.html", "people-head": "states/_more.html", "panel": "prospects/_failed.html"}

# rendering 2,000 audiences costs some 100 ms, and they change once a minute at most; a few groups' worth is kept
_rendered: dict[tuple[object, ...], str] = {}
_RENDERED_AT_MOST = 32
# stand in the kept markup where what is on its way goes, and what its reader comes back to: the cleaned text of
# strangers cannot hold them
_ON_THEIR_WAY, _MINE = "\x03", "\x04"
_FOLDER = re.compile(r'( data-folder="([^"]*)") open')


def within(request: HttpRequest) -> Deadline:
    """The time that all API calls of this page share, whatever else happens on it."""
    deadline: Deadline = vars(request).setdefault("within", Deadline(PAGE_SECONDS))
    return deadline


def navigation(request: HttpRequest, entry: Entry) -> Reading[Navigation]:
    """The navigation of the group, asked for once a page also when that fails. Raises ApiError."""
    kept = vars(request)
    if "navigation" not in kept:
        kept["navigation"] = _navigation_or_error(entry, within(request))
    answer: Reading[Navigation] | ApiError = kept["navigation"]
    if isinstance(answer, ApiError):
        raise answer
    return answer


def _navigation_or_error(entry: Entry, deadline: Deadline) -> Reading[Navigation] | ApiError:
    try:
        return catalog.navigation(entry.group, deadline)
    except ApiError as error:
        return error


def watched(request: HttpRequest, entry: Entry, audience_id: str) -> Watch | None:
    """The row of an audience that is being populated."""
    return next((watch for watch in _watches(request, entry) if watch.audience_id == audience_id), None)


def _watches(request: HttpRequest, entry: Entry) -> list[Watch]:
    """Those of the group, read once a page."""
    kept = vars(request)
    if "watches" not in kept:
        kept["watches"] = readiness.populating(entry.group)
    found: list[Watch] = kept["watches"]
    return found


def on_their_way(request: HttpRequest, entry: Entry) -> list[OnItsWay]:
    """What is on its way in the group, for its sidebar and list; read once a page."""
    kept = vars(request)
    if "on_their_way" not in kept:
        kept["on_their_way"] = populating.of(creation.under_way(entry.group), _watches(request, entry))
    found: list[OnItsWay] = kept["on_their_way"]
    return found


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, not a browser for a whole one."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def show(
    request: HttpRequest,
    entry: Entry,
    template: str,
    context: dict[str, Any],
    *,
    current: str = NO_CURRENT,
    status: int = 200,
) -> HttpResponse:
    """A whole page of an account group. `current` is the id of the open audience, "" for the list of all."""
    groups = access.groups_of(entry.user)
    frame = {
        "group": entry.group,
        "groups": groups,
        "is_admin": entry.is_admin,
        "may_share": entry.may_share,
        "sidebar": sidebar(request, entry, groups, current),
        "current": current,
        "is_starred": visiting.is_starred(request, entry, current),
        "key_refused": _refusal_to_tell(request, entry),
        "on_their_way": on_their_way(request, entry),
        **notices.told(entry.user, entry.group.id, "" if is_unattended(request) else current),
    }
    return render(request, template, frame | context, status=status)


def _refusal_to_tell(request: HttpRequest, entry: Entry) -> datetime | None:
    """Since when the key is refused, for an admin who has not been told yet: once a session and refusal."""
    refusal = key_refusal() if entry.is_admin else None
    if refusal is None or request.session.get(TOLD_REFUSAL) == refusal.trace_id:
        return None
    request.session[TOLD_REFUSAL] = refusal.trace_id
    request.session.save()  # the middleware saves nothing beside a 503
    return refusal.read_at


def show_state(request: HttpRequest, entry: Entry, state: State) -> HttpResponse:
    """A page that is one designed state, or the fragment of it that htmx asked for."""
    if is_fragment(request):
        return show_fragment(request, state)
    answer = show(request, entry, "states/page.html", {"state": state}, status=state.status)
    return with_retry_after(answer, state)


def state_of(entry: Entry, error: ApiError, here: str) -> State:
    """What a page of this group says of an error; `here` is the address that tries again."""
    if not entry.group.is_reachable and isinstance(error, NotFound | Forbidden):
        return failures.out_of_reach(error, here)
    return failures.of_error(error, here)


def show_fragment(request: HttpRequest, state: State) -> HttpResponse:
    """A state in the place that htmx is about to fill: the end of a list, the panel, or anything else."""
    template = _PLACES.get(request.headers.get("HX-Target", ""), "states/_state.html")
    context = {"state": state, "more_url": again.address(request)}
    return with_retry_after(render(request, template, context, status=state.status), state)


def with_retry_after(answer: HttpResponse, state: State | None) -> HttpResponse:
    """Pass the API's own waiting time on to whoever asked."""
    if state is not None and state.retry_after is not None:
        answer["Retry-After"] = str(state.retry_after)
        if state.asks_again:  # browsers obey it without a script; htmx, for fragments, does not
            answer["Refresh"] = str(state.retry_after)
    return answer


def sidebar(request: HttpRequest, entry: Entry, groups: Groups, current: str = NO_CURRENT) -> SafeString:
    """The navigation of the group as markup, the open audience marked; says so where it cannot be read."""
    markup = _markup(request, entry, groups)
    own = {"on_their_way": on_their_way(request, entry), "group": entry.group}
    markup = markup.replace(_ON_THEIR_WAY, render_to_string("navigation/_populating.html", own))
    markup = _folded(request, entry, markup, current)
    if current != NO_CURRENT:
        marker = _NEW_MARKER if current == NEW else f' data-audience="{escape(current)}"'
        # one that stands in two folders is open once
        markup = markup.replace(marker, f'{marker} aria-current="page"', 1)
    return mark_safe(markup.replace(_MINE, mine(request, entry, current)))  # noqa: S308 - rendered by our own templates


def mine(request: HttpRequest, entry: Entry, current: str) -> SafeString:
    """The audiences that this person comes back to, as markup."""
    try:
        reading = navigation(request, entry)
    except ApiError:
        reading = None
    return visiting.lines(request, entry, current, reading, _watches(request, entry))


def _folded(request: HttpRequest, entry: Entry, markup: str, current: str) -> str:
    """The folders that this person has closed, closed; but the one that holds the open audience."""
    folds = set(entry.user.chosen.folds)
    if not folds or _FOLDER.search(markup) is None:
        return markup
    here = navigation(request, entry).value.find(current)
    if here and here[0]:
        folds.discard(here[0].id)
    return _FOLDER.sub(lambda found: found[1] if found[2] in folds else found[0], markup)


def _markup(request: HttpRequest, entry: Entry, groups: Groups) -> str:
    frame = {
        "group": entry.group,
        "groups": groups,
        "is_admin": entry.is_admin,
        "on_their_way_here": _ON_THEIR_WAY,
        "mine_here": _MINE,
    }
    try:
        reading = navigation(request, entry)
    except ApiError as error:
        state = state_of(entry, error, "")
        return render_to_string("navigation/_navigation.html", frame | {"state": state})
    # its words alone: a trace id is another one each time, and would have all of it rendered again
    problem = reasons.why(reading.problem) if reading.problem else ""
    names = tuple((group.id, group.name, group.is_reachable) for group in groups)
    shared = sharing.shared_ids(entry.group)
    key = (entry.group.id, entry.is_admin, names, reading.read_at, problem, shared)
    markup = _rendered.get(key)
    if markup is None:
        context = {"navigation": reading.value, "as_of": reading.read_at, "problem": problem, "shared": shared}
        if len(_rendered) >= _RENDERED_AT_MOST:
            _rendered.clear()
        markup = _rendered[key] = render_to_string("navigation/_navigation.html", frame | context)
    return markup
