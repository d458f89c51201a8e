"""Who may see and do what: the person first (a stranger's group is a 404), then the role (403)."""

from dataclasses import dataclass
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from team.models import AccountGroup, Allowed, Membership, User


@dataclass(frozen=True, slots=True)
class Entry:
    """A person who has entered an account group."""

    user: User
    group: AccountGroup
    is_admin: bool

    @property
    def may_share(self) -> bool:
        """Whether they may make links for outsiders: the group's setting."""
        return self.is_admin or self.group.sharing == Allowed.EVERYONE

    @property
    def may_export(self) -> bool:
        """Whether they may take people out as a file: the group's setting."""
        return self.is_admin or self.group.exporting == Allowed.EVERYONE

    def need_admin(self) -> None:
        """Raise the 403 of somebody who is a member only."""
        if not self.is_admin:
            raise PermissionDenied("Only admins of this account group can do that.")


def enter(request: HttpRequest, group_id: str) -> Entry:
    """Let the signed-in person into the group, in one query; Http404 when it is not theirs, as if there were none."""
    entry = of(cast(User, request.user), group_id)
    if entry is None:
        raise Http404("no such account group")
    # pages about what went wrong later are still pages of this group
    request.entry = entry  # type: ignore[attr-defined]
    return entry


def of(user: User, group_id: str) -> Entry | None:
    """A person in the group, in one query; None when it is not theirs, or they may not sign in any more."""
    if not user.is_active:
        return None
    if user.is_superuser:
        group = AccountGroup.objects.filter(id=group_id).first()
        return Entry(user, group, is_admin=True) if group else None
    found = Membership.objects.select_related("group").filter(user=user, group_id=group_id).first()
    return Entry(user, found.group, is_admin=found.role == Membership.Role.ADMIN) if found else None


def groups_of(user: User) -> list[AccountGroup]:
    """The account groups a person can enter, in the API's order; those the key reaches first."""
    groups = AccountGroup.objects.all() if user.is_superuser else AccountGroup.objects.filter(members=user)
    return sorted(groups, key=lambda group: not group.is_reachable)
