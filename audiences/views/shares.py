"""Links for people outside: made with a preview in sight (links.py lists and ends them)."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from audiences import access, known, shareview, sharing
from audiences.access import Entry
from audiences.api.errors import ApiError, NotFound, NotReady
from audiences.api.records import Audience
from audiences.forms import ShareForm, share_initial
from audiences.models import ShareLink
from audiences.shareview import View
from audiences.views import links, people, public, shell
from audiences.views.outsider import Outsider
from audiences.views.prospects import one, rows, step
from team import network

DRAFT = "share_draft"
DRAFTED = "draft"  # the address of a form that goes on from the preview
DRAFTS = 5  # audiences whose preview is kept in a session


class Preview(Outsider):
    """Somebody who makes a link, and sees what its holders will."""

    def __init__(self, request: HttpRequest, entry: Entry, audience_id: str, view: View) -> None:
        base = reverse("share_preview", args=[entry.group.id, audience_id])
        super().__init__(entry.group, audience_id, view, base, shell.within(request))
        self.variant = hashlib.sha256(json.dumps(view.as_stored()).encode()).hexdigest()


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Make a link to an audience, and see those there are."""
    entry = access.enter(request, group_id)
    if not entry.may_share:
        context = {"audience": Audience(audience_id), "what": "share"}
        return shell.show(request, entry, "audiences/ask.html", context, current=audience_id, status=403)
    if request.method != "POST":
        view = _model(request, entry, audience_id)
        form = ShareForm(initial=share_initial(view))
        form.take_focus()
        return _page(request, entry, audience_id, form, view)
    form = ShareForm(request.POST)
    valid = form.is_valid()
    if "preview" in request.POST:
        return _previewed(request, entry, audience_id, form)
    if not valid:
        form.take_focus()
        return _page(request, entry, audience_id, form, form.shown, 422)
    return _made(request, entry, audience_id, form)


def _model(request: HttpRequest, entry: Entry, audience_id: str) -> View:
    """What the form begins with: what was looked at, an earlier link, to be made once more, or what is usual."""
    like = request.GET.get("like", "")
    if like == DRAFTED and (drafted := _draft(request, audience_id)):
        return drafted
    number = int(like) if like.isascii() and like.isdigit() and len(like) < 18 else 0
    link = links.theirs(entry).filter(audience_id=audience_id, pk=number).first()
    view = View.stored(link.view) if link else None
    return view or View("", sender=entry.user.name)


def _made(request: HttpRequest, entry: Entry, audience_id: str, form: ShareForm) -> HttpResponse:
    given = form.cleaned_data
    _preview_context(request, entry, audience_id, form.view)  # raises the 404 of an audience that is not there
    token = sharing.make(
        entry.group,
        audience_id,
        form.view,
        entry.user,
        form_key=given["form_key"],
        days=given["days"],
        password=given["password"],
        network=network.address(request),
    )
    # told on the answer itself: whatever led to another page would have to keep the token
    address = request.build_absolute_uri(reverse("shared", args=[token])) if token else ""
    again = ShareForm(initial=share_initial(View("", sender=entry.user.name)))
    context = {"made_url": address, "made_before": token is None, "has_password": bool(given["password"])}
    return _page(request, entry, audience_id, again, View(""), context=context)


def _page(
    request: HttpRequest,
    entry: Entry,
    audience_id: str,
    form: ShareForm,
    view: View | None,
    status: int = 200,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    frame = {
        "form": form,
        "groups_of_fields": shareview.GROUPS,
        "audience": Audience(audience_id, known.name_of(entry.group, audience_id)),
        "most_days": settings.SHARE_DAYS_MOST,
        "links": links.rows(entry, ShareLink.objects.filter(audience_id=audience_id)),
        "back": "audience",
    }
    frame |= _preview_context(request, entry, audience_id, view) | (context or {})
    if view:
        _keep_draft(request, audience_id, view)
    return shell.show(request, entry, "sharing/page.html", frame, current=audience_id, status=status)


# --- The preview --------------------------------------------------------------------------------------


def _previewed(request: HttpRequest, entry: Entry, audience_id: str, form: ShareForm) -> HttpResponse:
    """The form again, nothing made, with what it would show; for htmx the preview alone."""
    view = form.shown
    if view:
        _keep_draft(request, audience_id, view)
    if shell.is_fragment(request):
        return render(request, "sharing/_preview.html", _preview_context(request, entry, audience_id, view))
    for field in ("title", "password"):  # it is only looked at yet
        form.errors.pop(field, None)
    return _page(request, entry, audience_id, form, view)


def _preview_context(request: HttpRequest, entry: Entry, audience_id: str, view: View | None) -> dict[str, Any]:
    """The top of the shared page, by the code that makes it; without a view nobody at all."""
    if view is None:
        return {"view": View(""), "refused": True}
    reader = Preview(request, entry, audience_id, view)
    context: dict[str, Any] = {"view": view, "reader": reader, "preview_url": reader.base}
    try:
        return context | people.context(reader, reader.total(), "", shell.within(request))
    except NotFound:
        raise  # nothing there to be shared
    except NotReady:
        return context | {"preparing": True}
    except ApiError as error:
        return context | {"state": shell.state_of(entry, error, request.path)}


def _keep_draft(request: HttpRequest, audience_id: str, view: View) -> None:
    """What the preview shows as a page, for each audience of the last few."""
    drafts = request.session.get(DRAFT, {})
    others = [(key, kept) for key, kept in drafts.items() if key != audience_id]
    request.session[DRAFT] = dict([*others, (audience_id, view.as_stored())][-DRAFTS:])


def _draft(request: HttpRequest, audience_id: str) -> View | None:
    return View.stored(request.session.get(DRAFT, {}).get(audience_id))


class NoDraft(Exception):
    """Nobody has filled in a form for this preview, or it was long ago."""


def _preview(request: HttpRequest, group_id: str, audience_id: str) -> Preview:
    entry = links.enter(request, group_id)
    view = _draft(request, audience_id)
    if view is None:
        _preview_context(request, entry, audience_id, View(""))  # raises the 404 of an audience that is not there
        raise NoDraft
    return Preview(request, entry, audience_id, view)


def _of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the preview; without a draft it leads to the form."""

    @wraps(view)
    def shown(request: HttpRequest, group_id: str, audience_id: str, **ids: str) -> HttpResponse:
        try:
            return view(request, _preview(request, group_id, audience_id), **ids)
        except NoDraft:
            return redirect("share", group_id, audience_id)

    return require_safe(shown)


@_of_draft
def preview(request: HttpRequest, reader: Preview) -> HttpResponse:
    """The whole shared page as the form describes it, before there is a link."""
    return _whole(request, reader, reader.cursor_of(request, "at"))


def _whole(request: HttpRequest, reader: Preview, cursor: str) -> HttpResponse:
    form_url = f"{reverse('share', args=[reader.group.id, reader.audience_id])}?like={DRAFTED}"
    frame = {"previewed": True, "form_url": form_url}
    return public.shown(request, reader, cursor, frame | {"pulse_url": ""})


@_of_draft
def preview_rows(request: HttpRequest, reader: Preview) -> HttpResponse:
    """As the rows of a link."""
    cursor = reader.cursor_of(request, "cursor")
    if "open" in request.GET:
        return step(request, reader, cursor)
    return rows(request, reader, cursor) if shell.is_fragment(request) else _whole(request, reader, cursor)


@_of_draft
def preview_person(request: HttpRequest, reader: Preview, prospect_id: str) -> HttpResponse:
    """As a person of a link."""
    return one(request, reader, prospect_id)
