"""What follows a restore: an admin says of each member, link and attempt whether it still counts.

Each is decided once, whoever is at it at the same time; what has settled itself meanwhile (somebody was invited anew, a
link was revoked or woken, an audience turned up) waits no more.
"""

import time

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audiences import creation, legacies, sharing
from audiences.creation import State
from audiences.states import State as Shown
from operations.models import Restored
from team import audit, membership
from team.models import AccountGroup, Membership, User

Kind = Restored.Kind
_NOTHING_SECONDS = 60.0
_nothing_until = 0.0  # by the monotonic clock


def still_open() -> QuerySet[Restored]:
    """Everything that waits for a word."""
    member_again = Membership.objects.filter(user=OuterRef("user"), group=OuterRef("group"))
    waits = (
        (Q(kind=Kind.MEMBER) & ~Q(Exists(member_again)) & Q(user__is_active=True))
        | Q(kind=Kind.LINK, link__revoked_at=None, link__is_asleep=True)
        | Q(kind=Kind.ATTEMPT, attempt__state=State.UNCONFIRMED)
    )
    return Restored.objects.filter(waits, settled_at=None)


def of(user: User) -> QuerySet[Restored]:
    """What this person may decide, settled or not: an admin everywhere all of it, others what is of their groups."""
    if user.is_superuser:
        return Restored.objects.all()
    mine = Membership.objects.filter(user=user, role=Membership.Role.ADMIN)
    return Restored.objects.filter(group__in=mine.values("group"))


def waiting(user: User) -> int:
    """How much waits for this person's word; 0 for whoever is no admin."""
    return (still_open() & of(user)).count()


def why_outside(user: User) -> Shown | None:
    """What somebody reads whose membership waits for an admin's word, and who is in no account group."""
    row = still_open().filter(kind=Kind.MEMBER, user=user).order_by("-restored_at").first()
    if row is None:
        return None
    return Shown(
        "no-groups",
        200,
        "An admin has to confirm that you still belong here",
        f"The dashboard was restored from a backup of {row.dumped_at:%-d %b %Y, %H:%M} UTC.",
        "Ask an admin to confirm your membership. Then everything of yours that was in the backup is here again.",
        "Look again",
        "/",
    )


def tells(user: User) -> bool:
    """Whether to tell this admin that something waits for them. It is asked for every page of an admin; that nothing of
    anybody waits, which is so nearly always, is asked once a minute and process.
    """
    global _nothing_until
    now = time.monotonic()
    if now < _nothing_until:
        return False
    if not Restored.objects.filter(settled_at=None).exists():
        _nothing_until = now + _NOTHING_SECONDS
        return False
    return (still_open() & of(user)).exists()


def confirm(row: Restored, by: User, network: str) -> bool:
    """It still counts; False when somebody has decided already. Raises PermissionDenied for who is no admin."""
    with transaction.atomic():
        membership.hold(row.group, by)
        return _take(row) and _DEEDS[Kind(row.kind)][0](row, by, network)


def remove(row: Restored, by: User, network: str) -> bool:
    """It counts no more; False when somebody has decided already. Raises PermissionDenied as confirm does."""
    with transaction.atomic():
        membership.hold(row.group, by)
        return _take(row) and _DEEDS[Kind(row.kind)][1](row, by, network)


def confirm_all(group: AccountGroup, by: User, network: str) -> int:
    """Confirm everything of a group that waits, people first, all of it or nothing; gives how many."""
    with transaction.atomic():
        membership.hold(group, by)
        rows = still_open().filter(group=group).select_related("group", "user", "link", "attempt")
        order = {Kind.MEMBER: 0, Kind.LINK: 1, Kind.ATTEMPT: 2}
        return sum(confirm(row, by, network) for row in sorted(rows, key=lambda row: order[Kind(row.kind)]))


def _take(row: Restored) -> bool:
    """Whoever writes this is the one to decide."""
    return bool(Restored.objects.filter(pk=row.pk, settled_at=None).update(settled_at=timezone.now()))


def _confirm_member(row: Restored, by: User, network: str) -> bool:
    assert row.user is not None
    made = Membership.objects.get_or_create(user=row.user, group=row.group, defaults={"role": row.role})[1]
    if made:
        about, subject = f"{row.user.email} as {row.role}", f"user:{row.user_id}"
        audit.note(row.group, "member-confirmed", by=by, about=about, subject=subject, network=network)
    return made


def _remove_member(row: Restored, by: User, network: str) -> bool:
    """As if they left now, with all that means for what they leave behind. As a member, whatever they were: nobody is
    the last admin who is none yet.
    """
    assert row.user is not None
    if row.user.is_superuser or Membership.objects.filter(user=row.user, group=row.group).exists():
        return False
    Membership.objects.create(user=row.user, group=row.group)
    legacies.remove(row.group, row.user.pk, by, {}, network)
    return True


def _confirm_link(row: Restored, by: User, network: str) -> bool:
    """It opens again. It stays its maker's while they belong to the group, or wait to; else it is `by`'s."""
    assert row.link is not None
    maker = row.link.by
    waits = Restored.objects.filter(kind=Kind.MEMBER, group=row.group, user=maker, settled_at=None)
    here = User.objects.filter(membership.in_team(row.group), pk=maker.pk).exists() if maker else False
    return sharing.wake(row.link, by, network, heir=None if maker and (here or waits.exists()) else by)


def _remove_link(row: Restored, by: User, network: str) -> bool:
    assert row.link is not None
    return sharing.revoke(row.link, by, network)


def _confirm_attempt(row: Restored, by: User, network: str) -> bool:
    """It goes on being looked for: its own page has what else can be done."""
    _note_attempt(row, "attempt-confirmed", by, network)
    return True


def _remove_attempt(row: Restored, by: User, network: str) -> bool:
    assert row.attempt is not None
    _note_attempt(row, "attempt-dismissed", by, network)
    return creation.give_up(row.attempt)


def _note_attempt(row: Restored, kind: str, by: User, network: str) -> None:
    assert row.attempt is not None
    subject = f"attempt:{row.attempt.form_key}"
    audit.note(row.group, kind, by=by, about=row.attempt.name, subject=subject, network=network)


_DEEDS = {
    Kind.MEMBER: (_confirm_member, _remove_member),
    Kind.LINK: (_confirm_link, _remove_link),
    Kind.ATTEMPT: (_confirm_attempt, _remove_attempt),
}
