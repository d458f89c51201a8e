"""The first people of a deployment, and the links that let them in."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from dashboard import env
from team.models import AccountGroup, SignInLink, User


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who may sign in by a one-time address."""

    role: str
    email: str
    url: str


def seed() -> dict[str, User]:
    """Make the first admin and the first member where they are missing.

    Passwords come from the environment alone: without one a person has none and signs in by link, so there is no
    generated password to print or log.
    """
    admin = first_admin()
    member = _person(
        settings.FIRST_MEMBER,
        env.secret("DASHBOARD_MEMBER_PASSWORD"),
        joins_first_group=True,
    )
    AccountGroup.objects.welcome_first_members()
    return {"admin": admin, "member": member}


def links(people: dict[str, User], base_url: str) -> list[Invitation]:
    """A fresh one-time link for each of those whom `seed` made; `base_url` is where people will open the dashboard."""
    return [Invitation(role, user.email, sign_in_url(user, base_url)) for role, user in people.items()]


def first_admin() -> User:
    """Who is admin everywhere from the first start on; made where they are missing. Somebody who is there already stays
    as they are, but for a restore, which has made them so before (operations.voiding).
    """
    return _person(settings.FIRST_ADMIN, env.secret("DJANGO_SUPERUSER_PASSWORD"), is_superuser=True)


def sign_in_url(user: User, base_url: str) -> str:
    """A new one-time address at which `user` is signed in."""
    return base_url.rstrip("/") + reverse("sign_in_link", args=[SignInLink.objects.issue(user)])


def _person(email: str, password: str, **flags: bool) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, password or None, **flags)
    # a password that somebody chose is not overwritten at the next start
    if password and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
