"""Exports of an audience: the form that begins one, how each goes on, and what can be done about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audiences import access, known, notices, reasons
from audiences.access import Entry
from audiences.api.errors import ApiError, NotFound, NotReady
from audiences.api.records import Audience
from audiences.exports import cards, desk, form, limits
from audiences.exports.cards import Cards
from audiences.exports.form import ExportForm
from audiences.exports.order import Export, kept_for
from audiences.reasons import Stale
from audiences.views import audiences, progress, shell
from audiences.views.pulse import unless_known
from team import drafts, network
from team.middleware import REFRESHED, is_unattended

FILLS, GONE = "fills", "gone"
_REFUSED = "export_refused"  # in the session, until the next page of exports says it
_ONLY_ADMINS = "Only admins of this account group export people."


@dataclass(frozen=True, slots=True)
class Target:
    """The audience that is to be exported; `state` is FILLS, GONE, or "" where it can be read as far as one knows."""

    audience: Audience
    state: str = ""
    problem: Stale | None = None


@drafts.keeps_typed("format", "columns")
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """Begin an export, and see those there are."""
    entry = access.enter(request, group_id)
    if not entry.may_export:
        context = {"audience": Audience(audience_id), "what": "export"}
        return shell.show(request, entry, "audiences/ask.html", context, current=audience_id, status=403)
    target = _target(request, entry, audience_id)
    if request.method != "POST":
        return _page(request, entry, target, ExportForm(initial=form.initial(entry, drafts.take(request))))
    sent = ExportForm(request.POST)
    if not sent.is_valid():
        return _page(request, entry, target, sent, status=422)
    try:
        return _to(_begun(request, entry, target, sent))
    except limits.TooMany as error:
        return _page(request, entry, target, sent, status=422, trouble=str(error), others=error.of)


def _begun(request: HttpRequest, entry: Entry, target: Target, sent: ExportForm) -> Export:
    if target.state == GONE:
        raise Http404("nothing there to be exported")
    audience, given = target.audience, sent.cleaned_data
    return desk.begin(
        entry,
        audience.id,
        audience.name,
        form_key=given["form_key"],
        format=given["format"],
        columns=sent.ticked,
        expected=audience.prospect_count,
        network=network.address(request),
    )


def _target(request: HttpRequest, entry: Entry, audience_id: str) -> Target:
    """As far as one knows now: it may fill, and the service may be down. NotFound for one that never was; one that is
    gone has a page as long as there is something on it.
    """
    watch = shell.watched(request, entry, audience_id)
    if watch and progress.is_known(watch):
        return Target(Audience(audience_id, watch.name), FILLS)
    nameless = Audience(audience_id, (watch.name if watch else "") or known.name_of(entry.group, audience_id))
    try:
        return Target(audiences.find_audience(request, entry, audience_id)[1])
    except NotReady:
        return Target(nameless, FILLS)
    except NotFound:
        last = desk.visible(entry).filter(audience_id=audience_id).first()
        if last is None:
            raise
        return Target(Audience(audience_id, nameless.name or last.name), GONE)
    except ApiError as error:
        return Target(nameless, problem=reasons.stale(error))


def _page(
    request: HttpRequest,
    entry: Entry,
    target: Target,
    wanted: ExportForm,
    *,
    status: int = 200,
    trouble: str = "",
    others: dict[str, str] | None = None,
) -> HttpResponse:
    audience_id = target.audience.id
    if "form_key" in wanted.errors:
        wanted, trouble = form.once_more(wanted), form.NOT_WHOLE
    refused = request.session.pop(_REFUSED, None) if status == 200 else None
    context = {
        "audience": target.audience,
        "target": target,
        "form": wanted,
        "trouble": trouble,
        "others": others,
        "refused": refused,
        "not_done": "Not begun" if status != 200 else "Not taken up" if refused else "",
        "refresh": "2" if request.GET.get(REFRESHED) == "1" else "1",  # another address each time, or it were no load
        "still": "still" in request.GET or bool(refused) or status != 200,
        **_listing(entry, audience_id),
    }
    if not is_unattended(request):
        notices.saw_exports(entry.user, entry.group, audience_id)
    return shell.show(request, entry, "exports/page.html", context, current=audience_id, status=status)


def _listing(entry: Entry, audience_id: str) -> dict[str, Any]:
    found = desk.visible(entry).filter(audience_id=audience_id)
    return {
        "group": entry.group,
        "exports": cards.of(found),
        "is_admin": entry.is_admin,
        "me": entry.user,
        "kept_for": kept_for(),
    }


@require_safe
def pulse(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """How the exports go on, from our database alone; 304 when that is what the page has."""
    entry = _enter(request, group_id)
    listing = _listing(entry, audience_id)
    found: Cards = listing["exports"]
    if not found.cards and not known.is_known(entry.group, audience_id):
        raise Http404("no such audience")
    if not is_unattended(request):
        notices.saw_exports(entry.user, entry.group, audience_id)
    return unless_known(request, render_to_string("exports/_list.html", listing, request))


def _enter(request: HttpRequest, group_id: str) -> Entry:
    entry = access.enter(request, group_id)
    if not entry.may_export:
        raise PermissionDenied(_ONLY_ADMINS)
    return entry


# --- What can be done ---------------------------------------------------------------------------------


WISHES: dict[str, Callable[..., object]] = {
    "cancel": desk.cancel,
    "stop": desk.stop,
    "again": desk.again,
    "delete": desk.remove,
}


@require_POST
def export(request: HttpRequest, group_id: str, audience_id: str, form_key: str) -> HttpResponse:
    """Cancel one, stop it, take it up again or delete it; where it has moved on meanwhile the page says so."""
    entry = access.enter(request, group_id)
    found = desk.find(entry, audience_id, form_key)
    wish = request.POST.get("wish", "")
    if wish not in WISHES or (wish == "again" and not entry.may_export):
        raise PermissionDenied("nothing of that kind can be done")
    try:
        WISHES[wish](found, entry.user, network.address(request))
    except limits.TooMany as error:
        request.session[_REFUSED] = {"says": str(error), "of": error.of}
        return redirect(_address(found))
    return redirect(f"{_address(found)}#exports") if wish == "delete" else _to(found)


def _address(export: Export) -> str:
    return reverse("exports", args=[export.group_id, export.audience_id])


def _to(export: Export) -> HttpResponse:
    """To its place on the page."""
    answer = HttpResponseRedirect(f"{_address(export)}#export-{export.form_key}")
    answer.status_code = 303
    return answer
