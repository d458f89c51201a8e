"""What an open page asks on and on: what is on its way, and what this person is told. It reads our database alone."""

import hashlib
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from audiences import access, creation, notices, readiness
from audiences.access import Entry
from audiences.api.fields import usable_id
from audiences.models import Watch
from audiences.views import progress, shell
from team.models import User
from team.returning import back


@require_safe
def pulse(request: HttpRequest, group_id: str) -> HttpResponse:
    """The parts of an open page that change by themselves; 304 when they are what the page has (`If-None-Match`).

    `audience` or `attempt` names what the page shows.
    """
    entry = access.enter(request, group_id)
    return unless_known(request, render_to_string("navigation/_pulse.html", _parts(request, entry), request))


def unless_known(request: HttpRequest, body: str) -> HttpResponse:
    """The markup; 304 where the page has it already."""
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:  # weak once it was compressed
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(body, headers={"ETag": etag})


def _parts(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    audience_id, form_key = _id_of(request, "audience"), _id_of(request, "attempt")
    watch = readiness.of(entry.group, audience_id) if audience_id else None
    attempt = creation.of(entry.group, form_key) if form_key else None
    return {
        "group": entry.group,
        "on_their_way": shell.on_their_way(request, entry),
        "current": audience_id or form_key,
        "filling": progress.facts(watch) if watch and watch.state in Watch.SHOWN else None,
        "page_state": watch.state if watch else attempt.state if attempt else "",
        "changed_at": attempt.last_look_at if attempt else None,
        **notices.told(entry.user),
    }


def _id_of(request: HttpRequest, name: str) -> str:
    """An id in the address, "" when there is none; Http404 for one that nothing can have."""
    given = request.GET.get(name, "")
    if given and not usable_id(given):
        raise Http404("not an id")
    return given


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """This person has read everything; back to where they were."""
    notices.read_all(cast(User, request.user))
    return redirect(back(request))
