"""Letting people into an account group: by a link that works once, which an admin makes and hands on."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from team import audit, membership
from team.membership import NotPossible
from team.models import AccountGroup, Invitation, Letter, Membership, SignInLink, User


def invite(group: AccountGroup, email: str, role: str, by: User, network: str) -> tuple[Invitation, str]:
    """Invite an address: the invitation and its token. One that it had before ends. Raises NotPossible."""
    email = email.strip().lower()
    with transaction.atomic():
        membership.hold(group, by)
        if User.objects.filter(membership.in_team(group), email=email).exists():
            raise NotPossible(f"{email} is in this team already.")
        token = Invitation.objects.issue(group, email, role, by)
        invitation = Invitation.objects.get(group=group, email=email)
        _mail(invitation)
        about = f"{email} as {invitation.get_role_display().lower()}"
        audit.note(group, "invited", by=by, about=about, subject=_subject(invitation), network=network)
    return invitation, token


def renew(invitation: Invitation, by: User, network: str, kind: str = "reinvited") -> str:
    """A new link for it, `by`'s from now on; the old one ends. "" when it is gone by now. `kind` is the audit log's."""
    with transaction.atomic():
        membership.hold(invitation.group, by)
        token = Invitation.objects.renew(invitation, by)
        if not token:
            return ""
        invitation.refresh_from_db()
        _mail(invitation)
        _note(invitation, kind, by, network)
    return token


def withdraw(invitation: Invitation, by: User, network: str) -> None:
    """Its link ends."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk).delete()[0]:
            _note(invitation, "uninvited", by, network)


def take_over(invitation: Invitation, by: User, network: str) -> str:
    """It is `by`'s from now on, with a new link: whoever made it may hold the one it had. "" when it is gone by now."""
    return renew(invitation, by, network, "invitation-taken")


def _note(invitation: Invitation, kind: str, by: User, network: str) -> None:
    subject, about = _subject(invitation), invitation.email
    audit.note(invitation.group, kind, by=by, about=about, subject=subject, network=network)


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"


def _mail(invitation: Invitation) -> None:
    """Have the worker send it, with a token of its own; a letter that waits already holds none yet."""
    if settings.EMAIL_URL:
        Letter.objects.filter(invitation=invitation).delete()
        Letter.objects.create(kind=Letter.Kind.INVITATION, invitation=invitation, email=invitation.email)


def account_of(invitation: Invitation) -> User | None:
    """Who has the address by now."""
    return User.objects.filter(email=invitation.email).first()


def join(invitation: Invitation, token: str, person: User, network: str) -> bool:
    """Let somebody who has an account into the group; False when the invitation was used or ended meanwhile.

    Call it in a transaction that gives them another password and ends their other sessions: admins of the groups they
    were in before may know the one they have, or be signed in as them, and none of it is to open this group.
    """
    with transaction.atomic():
        return _join(invitation, token, person, network)


def join_as_new(invitation: Invitation, token: str, name: str, password: str, network: str) -> User | None:
    """Make the account of an address, and let it in; None when the invitation was used or ended meanwhile.

    Raises IntegrityError when the address got an account meanwhile.
    """
    hashed = make_password(password)  # slow: not while others wait for the database
    with transaction.atomic():
        person = User(email=invitation.email, name=name, password=hashed)
        person.save(force_insert=True)
        if _join(invitation, token, person, network):
            return person
        transaction.set_rollback(True)
    return None


def _join(invitation: Invitation, token: str, person: User, network: str) -> bool:
    # whoever makes a sign-in link for this person looks at their groups: not in between
    User.objects.select_for_update().get(pk=person.pk)
    if not Invitation.objects.redeem(token):
        return False
    Membership.objects.get_or_create(user=person, group=invitation.group, defaults={"role": invitation.role})
    # made by an admin of groups they were in before: it must not lead into this one
    SignInLink.objects.filter(user=person).delete()
    about = f"as {invitation.get_role_display().lower()}"
    audit.note(invitation.group, "joined", by=person, about=about, subject=f"user:{person.pk}", network=network)
    return True


def sign_in_link(group: AccountGroup, pk: int, by: User, network: str) -> tuple[User, str, datetime]:
    """A one-time sign-in link for somebody of the team who has no other way in: the person, the token, and its end.

    Raises NotPossible, and Http404 for a stranger.
    """
    with transaction.atomic():
        membership.hold(group, by)
        # who takes a role from `by` in this moment, in another group, is waited for: may_sign_in looks at all of them
        list(Membership.objects.select_for_update().filter(user=by))
        person = User.objects.select_for_update().filter(pk=pk).first()
        if person is None or not (by.is_superuser and person.is_superuser):
            membership.find(group, pk)
        if person is None or not membership.may_sign_in(by, person):
            raise NotPossible(
                "A sign-in link opens every group of a person. They are in one that is not yours to open."
            )
        token = SignInLink.objects.issue(person, by=by)
        audit.note(group, "sign-in-link", by=by, about=person.email, subject=f"user:{pk}", network=network)
        until = SignInLink.objects.filter(user=person).latest("pk").expires_at
    return person, token, until
