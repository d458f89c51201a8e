"""What somebody who leaves an account group leaves behind in it: live links, open invitations, audiences they follow.

Each becomes somebody else's or ends, as an admin decides; what nobody has decided is suspended until somebody does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audiences import sharing
from audiences.exports import desk
from audiences.models import Opened, ShareLink, Visit, Watch
from audiences.readiness import OPEN
from team import audit, invitations, membership
from team.models import AccountGroup, Invitation, SignInLink, User

KEEP, REVOKE = "keep", "revoke"


@dataclass(frozen=True, slots=True)
class Legacy:
    """One thing that is left behind; `key` names it in the form. A sign-in link for somebody else ends in any case."""

    row: ShareLink | Invitation | Watch | SignInLink
    kind: str
    name: str
    until: datetime | None = None

    @property
    def key(self) -> str:
        """As "link-7"."""
        return f"{self.kind}-{self.row.pk}"


def of(group: AccountGroup, person: User) -> list[Legacy]:
    """All of it, what leads outsiders in first."""
    links = ShareLink.objects.filter(group=group, by=person, revoked_at=None, expires_at__gt=timezone.now())
    invited = Invitation.objects.filter(group=group, by=person, expires_at__gt=timezone.now())
    # those for people of other groups end, too; who they are is not for this group's admins
    ways_in = SignInLink.objects.filter(membership.in_team(group, "user__"), by=person, expires_at__gt=timezone.now())
    watches = Watch.objects.filter(group=group, by=person, state__in=OPEN)
    return [
        *(Legacy(link, "link", sharing.title(link), link.expires_at) for link in links),
        *(Legacy(one, "invitation", one.email, one.expires_at) for one in invited.select_related("group")),
        *(Legacy(one, "sign-in", one.user.email, one.expires_at) for one in ways_in.select_related("user").distinct()),
        *(Legacy(watch, "watch", watch.name or watch.audience_id) for watch in watches),
    ]


def remove(group: AccountGroup, pk: int, by: User, wishes: Mapping[str, str], network: str) -> None:
    """Remove somebody from the group, or oneself, all of it or nothing. `wishes`: KEEP or REVOKE by a legacy's key.

    Raises NotPossible for the last admin, and Http404 for a stranger.
    """
    with transaction.atomic():
        leaves = pk == by.pk
        membership.hold(group, by, is_own=leaves)
        found = membership.find(group, pk)
        for legacy in of(group, found.user):
            _settle(legacy, wishes.get(legacy.key, ""), by, network, may_keep=not leaves)
        # an expired one could be extended later, and would be theirs again
        ShareLink.objects.filter(group=group, by=found.user, revoked_at=None).update(is_asleep=True)
        Watch.onlookers.through.objects.filter(watch__group=group, user=found.user).delete()
        for memory in (Opened, Visit):
            memory.objects.filter(group=group, user=found.user).delete()
        desk.leave(group, found.user)
        membership.end(found, by, network)


def _settle(legacy: Legacy, wish: str, by: User, network: str, *, may_keep: bool) -> None:
    wish = "" if wish == KEEP and not may_keep else wish
    if isinstance(legacy.row, Invitation):
        # the others membership.end puts to sleep
        if deed := {KEEP: invitations.take_over, REVOKE: invitations.withdraw}.get(wish):
            deed(legacy.row, by, network)
    elif isinstance(legacy.row, ShareLink):
        ends = {KEEP: sharing.take_over, REVOKE: sharing.revoke}
        ends.get(wish, sharing.put_to_sleep)(legacy.row, by, network)
    elif isinstance(legacy.row, Watch) and wish in (KEEP, REVOKE):
        heir = by if wish == KEEP else None
        Watch.objects.filter(pk=legacy.row.pk).update(by=heir)
        kind, subject = "watch-taken" if heir else "watch-dropped", f"watch:{legacy.row.pk}"
        audit.note(legacy.row.group, kind, by=by, about=legacy.name, subject=subject, network=network)
