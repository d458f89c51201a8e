"""Links for people outside: made with a preview in sight, listed, and ended."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audiences import access, known, shareview, sharing
from audiences.access import Entry
from audiences.api.errors import ApiError, NotFound, NotReady
from audiences.api.records import Audience
from audiences.forms import ShareForm, share_initial
from audiences.models import ShareLink
from audiences.shareview import View
from audiences.views import people, public, shell
from audiences.views.outsider import Outsider
from audiences.views.prospects import one, rows, step
from team import network

DRAFT = "share_draft"
DRAFTED = "draft"  # the address of a form that goes on from the preview
LINKS = "links"  # what the sidebar marks as open on the page of all links
LISTED = 200


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as registers show it."""

    link: ShareLink
    title: str
    state: str
    audience_name: str
    share_url: str
    may_change: bool
    extends: int  # days


class Preview(Outsider):
    """Somebody who makes a link, and sees what its holders will."""

    def __init__(self, request: HttpRequest, entry: Entry, audience_id: str, view: View) -> None:
        base = reverse("share_preview", args=[entry.group.id, audience_id])
        super().__init__(entry.group, audience_id, view, base, shell.within(request))
        self.variant = hashlib.sha256(json.dumps(view.as_stored()).encode()).hexdigest()


def _enter(request: HttpRequest, group_id: str) -> Entry:
    entry = access.enter(request, group_id)
    if not entry.may_share:
        raise PermissionDenied("Only admins of this account group make links.")
    return entry


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Make a link to an audience, and see those there are."""
    entry = access.enter(request, group_id)
    if not entry.may_share:
        context = {"audience": Audience(audience_id), "what": "share"}
        return shell.show(request, entry, "sharing/ask.html", context, current=audience_id, status=403)
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
        return _page(request, entry, audience_id, form, form.view, 422)
    return _made(request, entry, audience_id, form)


def _model(request: HttpRequest, entry: Entry, audience_id: str) -> View:
    """What the form begins with: what was looked at, an earlier link, to be made once more, or what is usual."""
    like = request.GET.get("like", "")
    if like == DRAFTED and (drafted := _draft(request, audience_id)):
        return drafted
    number = int(like) if like.isascii() and like.isdigit() and len(like) < 18 else 0
    link = ShareLink.objects.filter(group=entry.group, audience_id=audience_id, pk=number).first()
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
    view: View,
    status: int = 200,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    frame = {
        "form": form,
        "groups_of_fields": shareview.GROUPS,
        "audience": Audience(audience_id, known.name_of(entry.group, audience_id)),
        "most_days": settings.SHARE_DAYS_MOST,
        "links": _rows(entry, ShareLink.objects.filter(audience_id=audience_id)),
        "back": "audience",
    }
    frame |= _preview_context(request, entry, audience_id, view) | (context or {})
    return shell.show(request, entry, "sharing/page.html", frame, current=audience_id, status=status)


# --- The preview --------------------------------------------------------------------------------------


def _previewed(request: HttpRequest, entry: Entry, audience_id: str, form: ShareForm) -> HttpResponse:
    """The form again, nothing made, with what it would show; for htmx the preview alone."""
    view = form.view
    request.session[DRAFT] = {"audience": audience_id, "view": view.as_stored()}
    if shell.is_fragment(request):
        return render(request, "sharing/_preview.html", _preview_context(request, entry, audience_id, view))
    for field in ("title", "password"):  # it is only looked at yet
        form.errors.pop(field, None)
    return _page(request, entry, audience_id, form, view)


def _preview_context(request: HttpRequest, entry: Entry, audience_id: str, view: View) -> dict[str, Any]:
    """The top of the shared page, by the code that makes it."""
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


def _draft(request: HttpRequest, audience_id: str) -> View | None:
    draft = request.session.get(DRAFT)
    return View.stored(draft.get("view")) if isinstance(draft, dict) and draft.get("audience") == audience_id else None


def _preview(request: HttpRequest, group_id: str, audience_id: str) -> Preview:
    entry = _enter(request, group_id)
    return Preview(request, entry, audience_id, _draft(request, audience_id) or View(""))


@require_safe
def preview(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """The whole shared page as the form describes it, before there is a link."""
    reader = _preview(request, group_id, audience_id)
    return _whole(request, reader, reader.cursor_of(request, "at"))


def _whole(request: HttpRequest, reader: Preview, cursor: str) -> HttpResponse:
    form_url = f"{reverse('share', args=[reader.group.id, reader.audience_id])}?like={DRAFTED}"
    frame = {"previewed": True, "form_url": form_url}
    return public.shown(request, reader, cursor, frame | {"pulse_url": ""})


@require_safe
def preview_rows(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """As the rows of a link."""
    reader = _preview(request, group_id, audience_id)
    cursor = reader.cursor_of(request, "cursor")
    if "open" in request.GET:
        return step(request, reader, cursor)
    return rows(request, reader, cursor) if shell.is_fragment(request) else _whole(request, reader, cursor)


@require_safe
def preview_person(request: HttpRequest, group_id: str, audience_id: str, prospect_id: str) -> HttpResponse:
    """As a person of a link."""
    return one(request, _preview(request, group_id, audience_id), prospect_id)


# --- The register -------------------------------------------------------------------------------------


@require_safe
def register(request: HttpRequest, group_id: str) -> HttpResponse:
    """All links of the group; for whoever is no admin, their own."""
    entry = _enter(request, group_id)
    found = ShareLink.objects.all() if entry.is_admin else ShareLink.objects.filter(by=entry.user)
    context = {"links": _rows(entry, found), "back": "group", "of_group": True}
    return shell.show(request, entry, "sharing/register.html", context, current=LINKS)


def _rows(entry: Entry, found: Any) -> list[LinkRow]:
    links = list(found.filter(group=entry.group).select_related("by")[:LISTED])
    names = known.names(entry.group, {link.audience_id for link in links})
    return [_row(entry, link, names.get(link.audience_id, "")) for link in links]


def _row(entry: Entry, link: ShareLink, name: str) -> LinkRow:
    url = reverse("share", args=[entry.group.id, link.audience_id])
    may_change = entry.is_admin or link.by_id == entry.user.pk
    days = min(settings.SHARE_DAYS, settings.SHARE_DAYS_MOST)
    return LinkRow(link, sharing.title(link), sharing.state(link), name, url, may_change, days)


@require_POST
def change(request: HttpRequest, group_id: str, link_id: int) -> HttpResponse:
    """Revoke, extend or wake a link: one's own, or as an admin any."""
    entry = _enter(request, group_id)
    link = ShareLink.objects.filter(group=entry.group, pk=link_id).first()
    if link is None or not (entry.is_admin or link.by_id == entry.user.pk):
        raise Http404("no such link")
    wish, where = request.POST.get("wish", ""), network.address(request)
    if wish == "revoke":
        sharing.revoke(link, entry.user, where)
    elif wish == "extend":
        sharing.extend(link, min(settings.SHARE_DAYS, settings.SHARE_DAYS_MOST), entry.user, where)
    elif wish == "wake" and entry.is_admin:
        sharing.take_over(link, entry.user, where)
    else:
        raise PermissionDenied("nothing of that kind can be done")
    back = ("links", group_id) if request.POST.get("back") == "group" else ("share", group_id, link.audience_id)
    return redirect(f"{reverse(back[0], args=back[1:])}#link-{link.pk}")
