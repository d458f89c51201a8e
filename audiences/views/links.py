"""The registers of links: of an audience, and of a whole account group; and what can be done about a link."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audiences import access, known, sharing
from audiences.access import Entry
from audiences.models import ShareLink
from audiences.views import shell
from team import network

LINKS = "links"  # what the sidebar marks as open on the page of all links
ENDED = 100  # of those that ended so many are listed


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


def enter(request: HttpRequest, group_id: str) -> Entry:
    """Let somebody in who may make links here."""
    entry = access.enter(request, group_id)
    if not entry.may_share:
        raise PermissionDenied("Only admins of this account group make links.")
    return entry


@require_safe
def register(request: HttpRequest, group_id: str) -> HttpResponse:
    """All links of the group; for whoever is no admin, their own."""
    entry = access.enter(request, group_id)
    found = rows(entry, theirs(entry))
    if not (found or entry.may_share):
        raise PermissionDenied("Only admins of this account group make links.")
    context = {"links": found, "back": "group", "of_group": True}
    return shell.show(request, entry, "sharing/register.html", context, current=LINKS)


def theirs(entry: Entry) -> QuerySet[ShareLink]:
    """The links of the group that somebody may look into: an admin all, others their own."""
    found = ShareLink.objects.filter(group=entry.group)
    return found if entry.is_admin else found.filter(by=entry.user)


def rows(entry: Entry, found: QuerySet[ShareLink]) -> list[LinkRow]:
    """Links for a register: all that may still open something, then the last of those that ended."""
    found = found.filter(group=entry.group).select_related("by")
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
    links = [*found.exclude(over), *found.filter(over)[:ENDED]]
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
    entry = access.enter(request, group_id)
    link = theirs(entry).filter(pk=link_id).first()
    if link is None and not entry.may_share:
        raise PermissionDenied("Only admins of this account group make links.")
    if link is None:
        raise Http404("no such link")
    wish, where = request.POST.get("wish", ""), network.address(request)
    if wish == "revoke":  # one's own may always be ended
        sharing.revoke(link, entry.user, where)
    elif wish == "extend" and entry.may_share:
        sharing.extend(link, min(settings.SHARE_DAYS, settings.SHARE_DAYS_MOST), entry.user, where)
    elif wish == "wake" and entry.is_admin:
        sharing.take_over(link, entry.user, where)
    else:
        raise PermissionDenied("nothing of that kind can be done")
    to_all = request.POST.get("back") == "group" or not entry.may_share
    back = reverse("links", args=[group_id]) if to_all else reverse("share", args=[group_id, link.audience_id])
    return redirect(f"{back}#link-{link.pk}")
