"""An audience that is not ready: what is happening, since when. The page becomes the list by itself."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audiences import access, creation, populating, readiness
from audiences.access import Entry
from audiences.api.errors import NotFound, NotReady
from audiences.api.records import Audience
from audiences.models import Watch
from audiences.refusal import key_refusal
from audiences.states import State
from audiences.views import shell, visiting


def is_known(watch: Watch) -> bool:
    """Whether the row says enough: the API is not asked for a page of an audience that the tick is asking for."""
    return watch.state in Watch.SHOWN and not watch.is_overdue(timezone.now())


def show(request: HttpRequest, entry: Entry, watch: Watch) -> HttpResponse:
    """The page while it fills, without a call of the API. Whoever sees it is told when it is ready."""
    readiness.looks_on(watch, entry.user)
    visiting.visited(request, entry, watch.audience_id)
    made = creation.made(entry.group, watch.audience_id)
    kind, description = (made.type, made.description) if made else ("", "")
    audience = Audience(watch.audience_id, watch.name, kind, description)
    opened = 0 if settings.OPENED_DAYS else None  # the list that it becomes remembers, and says how many those are
    context = {"audience": audience, "filling": facts(watch), "opened": opened}
    return shell.show(request, entry, "audiences/detail.html", context, current=watch.audience_id)


def met(request: HttpRequest, entry: Entry, audience_id: str, error: NotReady) -> HttpResponse:
    """Somebody met a 409: it is watched from now on, and they see so."""
    watch = readiness.met(entry.group, audience_id, entry.user)
    for read_before in ("watches", "on_their_way"):
        vars(request).pop(read_before, None)
    if shell.is_fragment(request):
        return shell.show_fragment(request, shell.state_of(entry, error, watch_url(watch)))
    return show(request, entry, watch)


def facts(watch: Watch) -> dict[str, object]:
    """What the page and its pulse say about a watched audience."""
    refusal = key_refusal()
    return {
        "item": populating.of_watch(watch, refusal is not None),
        "watch": watch,
        "refused_since": refusal.read_at if refusal else None,
    }


def watch_url(watch: Watch) -> str:
    """The audience's address."""
    return populating.of_watch(watch, False).url


@require_POST
def look(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Ask the API now, at a person's wish."""
    entry = access.enter(request, group_id)
    watch = readiness.of(entry.group, audience_id)
    if watch is None:
        raise Http404("not watched")
    readiness.ask_now(watch, shell.within(request))
    return redirect("audience", group_id, audience_id)


def gone(entry: Entry, audience_id: str, error: NotFound) -> State | None:
    """What to say of an audience that was watched and is gone; None of one that nobody here knows."""
    watch = readiness.of(entry.group, audience_id)
    if watch is None or watch.state != Watch.State.GONE or not watch.name:
        return None
    return State(
        "not-found",
        404,
        "This audience is gone",
        f"The service has answered twice that there is no “{watch.name}” any more.",
        "It was probably deleted in Sonarly. The start leads to what there is.",
        "To the start",
        "/",
        error.trace_id,
    )
