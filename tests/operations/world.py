"""A deployment with something of everything that a restore has to mind."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from audiences import sharing
from audiences.exports.order import Export
from audiences.models import Attempt, Notice, ShareLink
from audiences.shareview import EVERYTHING, View
from team.models import AccountGroup, Invitation, Letter, Membership, ResetRequest, Session, SignInLink, User

BOSS, ANN, MIA = "admin@dashboard.example", "ann@example.com", "mia@example.com"
HOSTILE = '<script>alert(1)</script> ‮evil" onmouseover=x ' + "w" * 90


@dataclass
class World:
    """Its people and its group; `token`: of the link that is live."""

    group: AccountGroup
    boss: User
    ann: User
    mia: User
    token: str

    def link(self, title: str) -> ShareLink:
        return next(link for link in ShareLink.objects.all() if link.view["title"] == title)


def make() -> World:
    """Fill the database."""
    group = AccountGroup.objects.create(id="grp", name="North", generation=7)
    boss = User.objects.create_superuser(BOSS, name="Boss")
    ann = User.objects.create_user(ANN, "a password of ann", name="Ann")
    mia = User.objects.create_user(MIA, name="Mia", joins_first_group=True)
    Membership.objects.create(user=ann, group=group, role="admin")
    Membership.objects.create(user=mia, group=group)
    Membership.objects.create(user=boss, group=group, role="admin")
    world = World(group, boss, ann, mia, share(group, ann, "Live"))
    for title, change in (
        ("Revoked", {"revoked_at": timezone.now()}),
        ("Asleep", {"is_asleep": True}),
        ("Expired", {"expires_at": timezone.now() - timedelta(days=1)}),
    ):
        share(group, mia, title)
        ShareLink.objects.filter(pk=world.link(title).pk).update(**change)
    for state in Attempt.State.values:
        attempt(group, ann, f"Audience {state}", state)
    _ways_in(group, ann)
    Notice.objects.create(user=ann, group=group, kind="ready", name="Audience", mail_at=timezone.now())
    Export.objects.create(group=group, audience_id="aud", form_key="e" * 32, by=ann, columns=["name"])
    return world


def share(group: AccountGroup, by: User, title: str) -> str:
    """A link; gives its token."""
    Membership.objects.get_or_create(user=by, group=group)
    token = sharing.make(group, "aud", View(title, fields=EVERYTHING), by, form_key=f"form of {title}"[:32], days=30)
    assert token
    return token


def attempt(group: AccountGroup, by: User, name: str, state: str, **fields: object) -> Attempt:
    """An attempt in this state."""
    key = {"form_key": f"{abs(hash((name, state))):x}"[:32], "name_key": name.casefold()[:64]}
    fields = key | {"state": state, "type": "on_demand", "by": by} | fields
    made: Attempt = Attempt.objects.create(group=group, name=name, **fields)
    return made


def _ways_in(group: AccountGroup, ann: User) -> None:
    """All the ways by which somebody could get in without a password."""
    later = timezone.now() + timedelta(hours=1)
    SignInLink.objects.issue(ann)
    ResetRequest.objects.create(email_hash="x", network="127.0.0.1")
    Session.objects.create(session_key="s" * 32, user=ann, expire_date=later)
    invitation = Invitation.objects.create(group=group, email="new@example.com", token_hash="h", expires_at=later)
    Letter.objects.create(kind="invitation", email="new@example.com", invitation=invitation)
