"""Every address × everybody × their own and other people's ids: no foreign bytes, and foreign is as unknown.

The table is made of the addresses there are: one that has no row here fails.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from audiences import sharing
from audiences.models import Attempt, ShareLink
from audiences.shareview import EVERYTHING, View
from team.models import Invitation, Membership, User, digest
from tests.audiences.conftest import api, groups, sandbox_url  # noqa: F401

pytestmark = pytest.mark.django_db
UNKNOWN = "5fc514488df38985b3b9ffff"
NOBODY = "A" * 43
LET_IN = {200, 302, 304, 400, 409, 422}


@dataclass(frozen=True)
class Row:
    """`who` gets in: "public", "signed" (in), "member" (of the group) or "admin"; POST where `data` is given.

    `is_hint`: its cursor says where to look first, and a foreign one is passed over.
    """

    who: str
    data: dict[str, str] | None = None
    query: str = ""
    is_hint: bool = False


ROWS = {
    "home": Row("signed"),
    "refresh_groups": Row("signed", {}),
    "read_notices": Row("signed", {}),
    "account": Row("signed"),
    "change_name": Row("signed", {"name": "Zoe"}),
    "change_password": Row("signed", {}),
    "end_sessions": Row("signed", {"session": "0"}),
    "status": Row("signed"),
    "group": Row("member"),
    "navigation": Row("member"),
    "pulse": Row("member", query="audience={audience_id}"),
    "audience": Row("member"),
    "look": Row("member", {}),
    "prospects": Row("member", query="cursor={cursor}"),
    "prospect": Row("member", query="at={cursor}", is_hint=True),
    "ask_admin": Row("member", {"what": "export"}),
    "create": Row("admin", {"name": ""}),
    "attempt": Row("member"),
    "share": Row("admin", {"title": ""}),
    "share_preview": Row("admin"),
    "share_preview_rows": Row("admin", query="cursor={cursor}"),
    "share_preview_person": Row("admin", query="at={cursor}", is_hint=True),
    "links": Row("admin"),
    "link": Row("admin", {"wish": "extend"}),
    "team": Row("admin"),
    "group_settings": Row("admin", {"sharing": "?"}),
    "audit": Row("admin"),
    "invite": Row("admin", {"email": "?"}),
    "renew_invitation": Row("admin", {}),
    "keep_invitation": Row("admin", {"wish": "?"}),
    "withdraw_invitation": Row("admin", {}),
    "change_role": Row("admin", {"role": "?"}),
    "make_sign_in_link": Row("admin", {}),
    "remove_person": Row("admin"),
    "sign_in": Row("public"),
    "sign_out": Row("public", {}),
    "sign_in_link": Row("public"),
    "ask_for_reset": Row("public"),
    "reset": Row("public"),
    "join": Row("public"),
    "components": Row("public"),
    "shared": Row("public"),
    "shared_rows": Row("public"),
    "shared_person": Row("public"),
    "shared_pulse": Row("public"),
    "s/<slug:token>": Row("public"),
    "s/<path:rest>": Row("public"),
}


def addresses(patterns=None):
    """Every address there is: by its name, or by itself where it has none."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        inner = getattr(pattern, "url_patterns", None)
        found |= addresses(inner) if inner is not None else {pattern.name or str(pattern.pattern): str(pattern.pattern)}
    return found


def test_every_address_has_a_row():
    assert set(addresses()) == set(ROWS)


@dataclass
class Side:
    """What one account group has, by the parts of addresses; `secrets` are words that only it may read."""

    ids: dict[str, str]
    secrets: list[str] = field(default_factory=list)


def _side(api, group, name):  # noqa: F811
    audience = next(one for _, one in api.navigation(group.id).value.every() if (one.prospect_count or 0) > 60)
    page = api.prospects(group.id, audience.id).value
    person = next(one for one in page.items if len(one.name) > 8)
    somebody = User.objects.create_user(f"somebody@{name}.example", name=f"Somebody of {name}")
    Membership.objects.create(user=somebody, group=group)
    token = "t" * 42 + name[0]
    invitation = Invitation.objects.create(
        group=group,
        email=f"invited@{name}.example",
        token_hash=digest(token),
        expires_at=timezone.now() + timedelta(days=1),
    )
    attempt = Attempt.objects.create(
        group=group, form_key=name * 3, name=f"Attempt of {name}", name_key=name, type="on_demand", state="unsent"
    )
    view = View(f"Link of {name}", fields=EVERYTHING)
    shared = sharing.make(group, audience.id, view, somebody, form_key=name, days=30)
    link = ShareLink.objects.get(group=group)
    ids = {
        "group_id": group.id,
        "audience_id": audience.id,
        "prospect_id": person.id,
        "cursor": page.next_cursor,
        "form_key": attempt.form_key,
        "link_id": str(link.pk),
        "pk": str(invitation.pk),
        "person": str(somebody.pk),
        "token": str(shared),
        "rest": f"{shared}/x/y",
    }
    words = [somebody.email, invitation.email, attempt.name, view.title, audience.name, person.name, group.name]
    return Side(ids, words)


@pytest.fixture
def ours(api, groups):  # noqa: F811
    return _side(api, groups[0], "north")


@pytest.fixture
def theirs(api, groups):  # noqa: F811
    return _side(api, groups[1], "south")


@pytest.fixture
def people(groups, ours, theirs):  # noqa: F811
    """Browsers of everybody there is."""
    made = {}
    for name, role, group in (("admin", "admin", 0), ("member", "member", 0), ("of another group", "admin", 1)):
        user = User.objects.create_user(f"{group}{role}@example.com")
        Membership.objects.create(user=user, group=groups[group], role=role)
        made[name] = Client()
        made[name].force_login(user)
    made |= {name: Client() for name in ("signed out", "of another link", "of an expired link")}
    made["of another link"].get(f"/s/{theirs.ids['token']}/")
    made["of an expired link"].get(f"/s/{ours.ids['token']}/")
    return made


def asked(browser, row, route, ids, headers=None):
    """What the browser gets at the address with these ids in it."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: ids[part[1]], route)
    headers = headers or {}
    if row.data is not None:
        return browser.post(path, row.data, headers=headers)
    return browser.get(f"{path}?{row.query.format(**ids)}", headers=headers)


def expected(row, person, foreign):
    """The status that somebody gets, where `foreign` is the part of the address that is not ours; None: their page."""
    if row.who == "public" or (person == "of another group" and foreign == "group_id"):
        return None
    if person.startswith(("signed out", "of another link", "of an expired")):
        return 302
    if row.who == "signed":
        return None
    if person == "of another group" or foreign == "group_id":
        return 404
    if row.who == "admin" and person == "member":
        return 403
    return 404 if foreign and not (foreign == "cursor" and row.is_hint) else None


def parts_of(row, route):
    """The parts of an address that name something, and its cursor."""
    return [*re.findall(r"<(?:\w+:)?(\w+)>", route), *(["cursor"] if "{cursor}" in row.query else [])]


@pytest.mark.parametrize("name", ROWS)
def test_nobody_sees_what_is_not_theirs(name, people, ours, theirs):
    row, route = ROWS[name], addresses()[name]
    for foreign in (None, *parts_of(row, route)):
        ids = ours.ids | ({foreign: theirs.ids[foreign]} if foreign else {})
        for person, browser in people.items():
            for headers in ({}, {"HX-Request": "true"}):
                answer = asked(browser, row, route, ids, headers)
                _is_right(answer, expected(row, person, foreign), f"{name} {person} {foreign}")
                _is_clean(answer, person, foreign, row, ours, theirs)
    _foreign_is_as_unknown(people, row, route, ours, theirs)


def _is_right(answer, status, case):
    if status is None:
        assert answer.status_code in LET_IN | {403, 404, 405, 503}, case
    elif status == 302:
        told = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
        assert "sign-in" in told or "Sign in" in answer.content.decode(), case
    else:
        assert answer.status_code == status, (case, answer.status_code)


def _is_clean(answer, person, foreign, row, ours, theirs):
    """No word of a group that the reader is not in; a public address shows what its token opens."""
    if row.who == "public":
        shown = theirs if foreign in ("token", "rest") else ours
        secrets = (ours if shown is theirs else theirs).secrets
    else:
        secrets = ours.secrets if person == "of another group" else theirs.secrets
        if person not in ("admin", "member", "of another group"):
            secrets = ours.secrets + theirs.secrets
    body = answer.content.decode()
    assert [word for word in secrets if word in body] == [], (answer.wsgi_request.path, person, foreign)


def _foreign_is_as_unknown(people, row, route, ours, theirs):
    """A group of somebody else, and one that nobody has: the same bytes."""
    if "group_id" not in route:
        return
    for person in ("admin", "member"):
        answers = [
            asked(people[person], row, route, ours.ids | {"group_id": group_id})
            for group_id in (theirs.ids["group_id"], UNKNOWN)
        ]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == answers[1].status_code == 404


@pytest.mark.parametrize("name", ["shared", "shared_rows", "shared_person", "shared_pulse"])
@pytest.mark.parametrize("end", [{"expires_at": timezone.now()}, {"revoked_at": timezone.now()}, {"is_asleep": True}])
def test_a_link_that_has_ended_is_as_one_that_never_was_for_everybody(name, end, people, ours, theirs):
    ShareLink.objects.filter(pk=ours.ids["link_id"]).update(**end)
    row, route = ROWS[name], addresses()[name]
    for browser in people.values():
        dead = asked(browser, row, route, ours.ids)
        never = asked(browser, row, route, ours.ids | {"token": NOBODY})
        assert (dead.status_code, dead.content, dead.headers) == (404, never.content, never.headers)
        assert never.status_code == 404


def test_a_link_opens_its_own_people_and_no_others(ours, theirs):
    visitor = Client()
    base = f"/s/{ours.ids['token']}/"
    assert visitor.get(f"{base}prospects/{ours.ids['prospect_id']}/").status_code == 200
    assert visitor.get(f"{base}prospects/{theirs.ids['prospect_id']}/").status_code == 404
    assert visitor.get(f"{base}?at={theirs.ids['cursor']}")["Location"] == base
    assert visitor.get(f"{base}?at={ours.ids['cursor']}")["Location"] == base
