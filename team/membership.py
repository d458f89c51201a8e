"""Who belongs to an account group, and as what: the list, other roles, leaving. No group loses its last admin."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404

from team import audit
from team.models import AccountGroup, Invitation, Membership, SignInLink, User

ADMIN, MEMBER = Membership.Role.ADMIN, Membership.Role.MEMBER


class NotPossible(Exception):
    """What was asked for would harm the team; the words are for whoever asked."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team. `is_everywhere`: admin of every group, which no page changes."""

    user: User
    role: Membership.Role
    is_everywhere: bool = False


def people(group: AccountGroup) -> list[Person]:
    """The whole team, admins first, each group of them by name."""
    superusers = [Person(user, ADMIN, is_everywhere=True) for user in User.objects.filter(_EVERYWHERE)]
    rows = (
        Membership.objects.select_related("user").filter(group=group).exclude(user__in=[one.user for one in superusers])
    )
    found = superusers + [Person(row.user, Membership.Role(row.role)) for row in rows]
    return sorted(found, key=lambda one: (one.role != ADMIN, one.user.short_name.casefold(), one.user.pk))


_EVERYWHERE = Q(is_superuser=True, is_active=True)


def in_team(group: AccountGroup, person: str = "") -> Q:
    """The condition on people that they are of this team; `person`, as "user__", leads to them from other rows."""
    everywhere = {f"{person}is_superuser": True, f"{person}is_active": True}
    return Q(**everywhere) | Q(**{f"{person}groups": group})


def admins(group: AccountGroup) -> list[User]:
    """Who is to be asked: the group's own admins; those of everywhere, where it has none."""
    active = User.objects.filter(is_active=True)
    own = active.filter(membership__group=group, membership__role=ADMIN)
    return list(own) or list(active.filter(_EVERYWHERE))


def find(group: AccountGroup, pk: int) -> Membership:
    """The membership of somebody who can be changed or removed here. Http404 for a stranger to this group."""
    if User.objects.filter(_EVERYWHERE, pk=pk).exists():
        raise NotPossible("This person is an admin everywhere. Only whoever runs the dashboard changes that.")
    found = Membership.objects.select_related("user", "group").filter(group=group, user_id=pk).first()
    if found is None:
        raise Http404("not in this team")
    return found


def hold(group: AccountGroup, by: User, *, is_own: bool = False) -> None:
    """Have everybody else who changes this team wait until the transaction is over, and look again whether `by` may.
    `is_own`: it is about themselves, and takes no admin.

    Two admins who demote each other at once are one after the other then, and the second one is an admin no more.
    """
    AccountGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    is_admin = Membership.objects.filter(group=group, user=by, role=ADMIN).exists()
    if not (is_own or is_admin or User.objects.filter(_EVERYWHERE, pk=by.pk).exists()):
        raise PermissionDenied("Only admins of this account group can do that.")


def change_role(group: AccountGroup, pk: int, role: str, by: User, network: str) -> None:
    """Make a member an admin, or an admin a member. Raises NotPossible for the last admin."""
    with transaction.atomic():
        hold(group, by)
        found = find(group, pk)
        if found.role == role:
            return
        keep_an_admin(found)
        found.role = role
        found.save(update_fields=["role"])
        if role != ADMIN:
            _disarm(found, by, network)
        about = f"{found.user.email} to {found.get_role_display().lower()}"
        audit.note(group, "role", by=by, about=about, subject=f"user:{pk}", network=network)


def keep_an_admin(leaving: Membership) -> None:
    """Raise NotPossible when the group would have no admin without this one."""
    others = Membership.objects.filter(group=leaving.group, role=ADMIN, user__is_active=True).exclude(pk=leaving.pk)
    if leaving.role == ADMIN and not others.exists() and not User.objects.filter(_EVERYWHERE).exists():
        raise NotPossible("This is the last admin of the group. Make somebody else an admin first.")


def end(found: Membership, by: User, network: str) -> None:
    """The person belongs to the group no more. Call it in a transaction that holds the team."""
    keep_an_admin(found)
    found.delete()
    _disarm(found, by, network)
    # whoever came as the first member would be let in again when the account groups are next read
    User.objects.filter(pk=found.user_id).update(joins_first_group=False)
    about = found.user.email
    audit.note(found.group, "removed", by=by, about=about, subject=f"user:{found.user_id}", network=network)


def _disarm(found: Membership, by: User, network: str) -> None:
    """Somebody is no admin here any more. The ways in that they made, and may have kept, open nothing: sign-in links
    end, invitations rest until an admin decides, also those whose time is over and that could be renewed.
    """
    SignInLink.objects.filter(by=found.user).delete()
    for one in Invitation.objects.filter(group=found.group, by=found.user, is_asleep=False):
        Invitation.objects.filter(pk=one.pk).update(is_asleep=True)
        subject = f"invitation:{one.pk}"
        audit.note(found.group, "invitation-asleep", by=by, about=one.email, subject=subject, network=network)


def may_sign_in(asks: User, person: User) -> bool:
    """Whether an admin may make a sign-in link for somebody: it opens every group that this person is in."""
    if not person.is_active or asks.is_superuser:
        return person.is_active
    mine = Membership.objects.filter(user=asks, role=ADMIN).values("group")
    return not person.is_superuser and not Membership.objects.filter(user=person).exclude(group__in=mine).exists()
