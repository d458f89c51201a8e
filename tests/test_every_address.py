"""Every address × everybody × their own and other people's ids: no foreign bytes, and foreign is as unknown.

The table is made of the addresses there are: one that has no row here fails.
"""

import copy
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from audiences import legacies, sharing
from audiences.models import Attempt, ShareLink, Watch
from audiences.shareview import EVERYTHING, View
from operations.models import Restored
from team.models import Invitation, Membership, SignInLink, User, digest
from team.onetime import Purpose
from tests.audiences.conftest import api, groups, sandbox_url  # noqa: F401
from tests.exports.rows import closed

pytestmark = pytest.mark.django_db
UNKNOWN = "5fc514488df38985b3b9ffff"
NOBODY = "A" * 43
PASSWORD = "lisbon by the river"
SIGNED_OUT = ("signed out", "of another link", "of an expired link")
REMOVED = "removed a moment ago"
ELSEWHERE = "of another group"


@dataclass(frozen=True)
class Row:
    """`who` gets in: "public", "signed" (in), "member" (of the group) or "admin"; POST where `data` is given.

    `status`: what they get then, with ids of one group; `but`: what some of them get instead.
    `stands_for`: what a part of the address is, where it is not what it is called: a name in `Side.ids`.
    `is_hint`: its cursor says where to look first, and a foreign one is passed over.
    `is_kept`: whoever is signed out finds in the sign-in form what they sent.
    `fragment`: what a script gets instead of `status`.
    """

    who: str
    status: int
    data: dict[str, str] | None = None
    query: str = ""
    but: dict[str, int] = field(default_factory=dict)
    stands_for: dict[str, str] = field(default_factory=dict)
    is_hint: bool = False
    is_kept: bool = False
    fragment: int = 0


NO_ADMINS = {"member": 403, REMOVED: 403}
ITS_MAKER = {"member": 404}  # and admins
WHO_IS_IN = ("admin", "member", "superuser", ELSEWHERE, REMOVED)
WHO_IS_IN_GOES_ON, WHO_IS_IN_IS_ASKED = dict.fromkeys(WHO_IS_IN, 302), dict.fromkeys(WHO_IS_IN, 200)

ROWS = {
    "home": Row("signed", 302, but={REMOVED: 200}),
    "refresh_groups": Row("signed", 302, {}),
    "read_notices": Row("signed", 302, {}),
    "account": Row("signed", 200),
    "change_name": Row("signed", 302, {"name": "Zoe"}),
    "change_password": Row("signed", 422, {}),
    "preferences": Row("signed", 302, {"theme": "dark"}, fragment=204),
    "forget": Row("signed", 302, {}),
    "end_sessions": Row("signed", 302, {"session": "0"}),
    "keys": Row("public", 200),
    "status": Row("signed", 200, but=NO_ADMINS),
    "restored": Row("signed", 200, but=NO_ADMINS),
    "restored_group": Row("admin", 302, {}),
    "restored_row": Row("admin", 302, {"wish": "confirm"}),
    "group": Row("member", 200),
    "navigation": Row("member", 200),
    "pulse": Row("member", 200, query="audience={audience_id}"),
    "audience": Row("member", 200),
    "star": Row("member", 302, {"star": "1"}, fragment=200),
    "look": Row("member", 302, {}, stands_for={"audience_id": "filling"}),
    "place": Row("member", 204, {"row": "340", "person": "p1", "at": ""}),
    "prospects": Row("member", 200, query="cursor={cursor}"),
    "prospect": Row("member", 200, query="at={cursor}", is_hint=True),
    "ask_admin": Row("member", 302, {"what": "export"}),
    "create": Row("admin", 422, {"name": ""}, is_kept=True),
    "attempt": Row("member", 200),
    "exports": Row("member", 422, {"columns": ""}, is_kept=True),
    "exports_pulse": Row("member", 200),
    "export": Row("member", 303, {"wish": "cancel"}, but=ITS_MAKER, stands_for={"form_key": "export"}),
    "export_download": Row("member", 200, but=ITS_MAKER, stands_for={"form_key": "export"}),
    "export_file": Row("member", 200, but=ITS_MAKER, stands_for={"form_key": "export"}),
    "export_manifest": Row("member", 200, but=ITS_MAKER, stands_for={"form_key": "export"}),
    "share": Row("admin", 422, {"title": ""}),
    "share_preview": Row("admin", 200),
    "share_preview_rows": Row("admin", 200, query="cursor={cursor}"),
    "share_preview_person": Row("admin", 200, query="at={cursor}", is_hint=True),
    "links": Row("admin", 200),
    "link": Row("admin", 302, {"wish": "extend"}),
    "team": Row("admin", 200),
    "group_settings": Row("admin", 409, {"sharing": "?"}),
    "audit": Row("admin", 200),
    "invite": Row("admin", 422, {"email": "?"}),
    "renew_invitation": Row("admin", 200, {}),
    "keep_invitation": Row("admin", 200, {}),
    "withdraw_invitation": Row("admin", 302, {}),
    "change_role": Row("admin", 302, {"role": "member"}),
    "make_sign_in_link": Row("admin", 200, {}),
    "remove_person": Row("admin", 200),
    "sign_in": Row("public", 200, but=WHO_IS_IN_GOES_ON),
    "sign_out": Row("public", 302, {}),
    "sign_in_link": Row("public", 302, but=WHO_IS_IN_IS_ASKED, stands_for={"token": "sign-in"}),
    "ask_for_reset": Row("public", 200),
    "reset": Row("public", 200, stands_for={"token": "reset"}),
    "join": Row("public", 200, stands_for={"token": "join"}),
    "components": Row("public", 404),
    "shared": Row("public", 200),
    "shared_rows": Row("public", 200),
    "shared_person": Row("public", 200),
    "shared_pulse": Row("public", 200),
    "s/<slug:token>": Row("public", 302),
    "s/<path:rest>": Row("public", 404),
}


def addresses(patterns=None, before=""):
    """Every address there is: by its name, or by itself where it has none."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        inner = getattr(pattern, "url_patterns", None)
        found |= addresses(inner, route) if inner is not None else {pattern.name or route: route}
    return found


def test_every_address_has_a_row():
    assert set(addresses()) == set(ROWS)


@dataclass
class Side:
    """What one account group has, by the parts of addresses; `team`: words that only it may read, `shown`: that the
    holders of its link may read, too.
    """

    ids: dict[str, str]
    team: list[str]
    shown: list[str]
    somebody: User


def _side(api, group, name):  # noqa: F811
    everything = [one for _, one in api.navigation(group.id).value.every()]
    audience = next(one for one in everything if (one.prospect_count or 0) > 60)
    filling = next(one for one in everything if one.id != audience.id)
    page = api.prospects(group.id, audience.id).value
    person = next(one for one in page.items if len(one.name) > 8)
    somebody = User.objects.create_user(f"somebody@{name}.example", name=f"Somebody of {name}")
    Membership.objects.create(user=somebody, group=group)
    export = closed(group, somebody, audience.id, name=f"Export of {name}", people=page.items)
    view = View(f"Link of {name}", fields=EVERYTHING)
    ids = {
        "group_id": group.id,
        "audience_id": audience.id,
        "filling": filling.id,
        "prospect_id": person.id,
        "cursor": page.next_cursor,
        "person": str(somebody.pk),
        "token": sharing.make(group, audience.id, view, somebody, form_key=name, days=30),
        "sign-in": SignInLink.objects.issue(somebody),
        "reset": SignInLink.objects.issue(somebody, Purpose.RESET),
        "export": export.form_key,
        **_rows(group, filling, name),
    }
    ids |= {"rest": f"{ids['token']}/x/y", "link_id": str(ShareLink.objects.get(group=group).pk)}
    team = [
        export.form_key,
        export.name,
        somebody.email,
        f"invited@{name}.example",
        f"waits@{name}.example",
        f"Attempt of {name}",
        f"Filling of {name}",
        audience.name,
    ]
    return Side(ids, [*team, group.name, ids["join"]], [view.title, person.name], somebody)


def _rows(group, filling, name):
    """An invitation, an attempt and an audience that fills."""
    token = "t" * 42 + name[0]
    day = timezone.now() + timedelta(days=1)
    email = f"invited@{name}.example"
    invitation = Invitation.objects.create(group=group, email=email, token_hash=digest(token), expires_at=day)
    attempt = Attempt.objects.create(
        group=group, form_key=name * 3, name=f"Attempt of {name}", name_key=name, type="on_demand", state="unsent"
    )
    waits = User.objects.create_user(f"waits@{name}.example")
    now = timezone.now()
    restored = Restored.objects.create(kind="member", group=group, user=waits, role="member", dumped_at=now)
    Watch.objects.create(group=group, audience_id=filling.id, name=f"Filling of {name}", next_check_at=day)
    return {"restored": str(restored.pk), "pk": str(invitation.pk), "join": token, "form_key": attempt.form_key}


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path


@pytest.fixture
def ours(api, groups):  # noqa: F811
    return _side(api, groups[0], "north")


@pytest.fixture
def theirs(api, groups, ours):  # noqa: F811
    """One of us has made its link, and has left."""
    side = _side(api, groups[1], "south")
    ShareLink.objects.filter(group=groups[1]).update(by=ours.somebody)
    return side


@pytest.fixture
def people(groups, ours, theirs):  # noqa: F811
    """Browsers of everybody there is."""
    made = {"superuser": _browser(User.objects.create_superuser("super@example.com"))}
    for name, role, group in (
        ("admin", "admin", groups[0]),
        ("member", "member", groups[0]),
        (ELSEWHERE, "admin", groups[1]),
        (REMOVED, "admin", groups[0]),
    ):
        user = User.objects.create_user(f"{role}{len(made)}@example.com")
        Membership.objects.create(user=user, group=group, role=role)
        made[name] = _browser(user)
    made[REMOVED].get("/account/")
    boss = User.objects.get(email="super@example.com")
    legacies.remove(groups[0], int(made[REMOVED].session["_auth_user_id"]), boss, {}, "")
    for name, side in (("admin", ours), ("superuser", ours), ("superuser", theirs), (ELSEWHERE, theirs)):
        made[name].get(f"/g/{side.ids['group_id']}/audiences/{side.ids['audience_id']}/share/")  # what they preview
    made |= {name: Client() for name in SIGNED_OUT}
    _opened(made["of another link"], groups[1], theirs)
    _opened(made["of an expired link"], groups[0], ours).update(expires_at=timezone.now())
    return made


def _browser(user):
    browser = Client()
    browser.force_login(user)
    return browser


def _opened(browser, group, side):
    """One more link, with a password that the browser has given."""
    boss = User.objects.get(email="super@example.com")
    view = View("Another link", fields=EVERYTHING)
    token = sharing.make(group, side.ids["audience_id"], view, boss, form_key="other", days=30, password=PASSWORD)
    assert browser.post(f"/s/{token}/", {"password": PASSWORD}).status_code == 302
    assert browser.cookies
    return ShareLink.objects.filter(token_hash=digest(token))


def ids_of(row, side):
    return side.ids | {part: side.ids[name] for part, name in row.stands_for.items()}


def asked(browser, row, route, ids, headers=None):
    """What the browser gets at the address with these ids in it. Whoever asks next finds everything as it was."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: ids[part[1]], route)
    cookies = copy.deepcopy(browser.cookies)
    with transaction.atomic():
        if row.data is not None:
            answer = browser.post(path, row.data, headers=headers or {})
        else:
            answer = browser.get(f"{path}?{row.query.format(**ids)}", headers=headers or {})
        transaction.set_rollback(True)
    browser.cookies = cookies
    if answer.streaming:
        answer = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers)
    return answer


SIGN_IN = 0


def expected(row, route, person, foreign):
    """The status that somebody gets, or SIGN_IN, where `foreign` is the part of the address that is not ours."""
    parts = parts_of(row, route)
    is_mixed = foreign and parts != [foreign] and not (foreign == "cursor" and row.is_hint)
    there = 404 if is_mixed else row.but.get(person, row.status)
    if row.who == "public":
        return there
    if person in SIGNED_OUT:
        return SIGN_IN
    if row.who == "signed" or person == "superuser":
        return there
    is_in = foreign == "group_id" if person == ELSEWHERE else person != REMOVED and foreign != "group_id"
    if not is_in:
        return 404
    return 403 if row.who == "admin" and person == "member" else there


def parts_of(row, route):
    """The parts of an address that name something, and its cursor."""
    return [*re.findall(r"<(?:\w+:)?(\w+)>", route), *(["cursor"] if "{cursor}" in row.query else [])]


@pytest.mark.parametrize("who", ["public", "signed", "member", "admin"])
def test_nobody_sees_what_is_not_theirs(who, people, ours, theirs):
    asked_for = [name for name, row in ROWS.items() if row.who == who]
    assert asked_for
    for name in asked_for:
        row, route = ROWS[name], addresses()[name]
        for foreign in (None, *parts_of(row, route)):
            ids = ids_of(row, ours) | ({foreign: ids_of(row, theirs)[foreign]} if foreign else {})
            for person, browser in people.items():
                if not foreign or person not in SIGNED_OUT or who == "public":  # else no id is looked at
                    _sees_their_own(name, person, browser, foreign, ids, ours, theirs)
        _foreign_is_as_unknown(people, row, route, ours, theirs)


def _sees_their_own(name, person, browser, foreign, ids, ours, theirs):
    row, route = ROWS[name], addresses()[name]
    for headers in ({}, {"HX-Request": "true"}):
        answer = asked(browser, row, route, ids, headers)
        case = (name, person, foreign, headers, answer.status_code)
        status = expected(row, route, person, foreign)
        _is_right(answer, row.fragment if row.fragment and headers and status == row.status else status, row, case)
        secrets = _secrets(row, route, person, foreign, ours, theirs)
        body = answer.content.decode(errors="replace")  # an archive is no text
        assert [word for word in secrets if word in body] == [], case


def _is_right(answer, status, row, case):
    if status != SIGN_IN:
        assert answer.status_code == status, case
    elif row.is_kept:
        assert (answer.status_code, "<h1>Sign in</h1>" in answer.content.decode()) == (403, True), case
    else:
        is_page = not answer.wsgi_request.htmx
        told = answer.headers["Location" if is_page else "HX-Redirect"]
        assert (answer.status_code, told.partition("?")[0]) == (302 if is_page else 200, "/sign-in/"), case


def _secrets(row, route, person, foreign, ours, theirs):
    """The words that must not be there: of a group that the reader is not in, and the API's key for everybody."""
    key = ["sk_sandbox_all"]
    if route.startswith("s/"):
        other = ours if foreign in ("token", "rest") else theirs
        ids = [ours.ids["group_id"], theirs.ids["group_id"], "race id", "@example.com"]
        return [*key, *ours.team, *theirs.team, *other.shown, *ids]
    if row.who == "public":
        other = ours if foreign == "token" else theirs
        return [*key, *other.team, *other.shown]
    hidden = {"superuser": [], "admin": [theirs], "member": [theirs], ELSEWHERE: [ours]}.get(person, [ours, theirs])
    return [*key, *(word for side in hidden for word in side.team + side.shown)]


def _foreign_is_as_unknown(people, row, route, ours, theirs):
    """A group of somebody else, and one that nobody has: the same bytes."""
    if "group_id" not in route:
        return
    for person in ("admin", "member", REMOVED):
        answers = [
            asked(people[person], row, route, ids_of(row, ours) | {"group_id": group_id})
            for group_id in (theirs.ids["group_id"], UNKNOWN)
        ]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == answers[1].status_code == 404


@pytest.mark.parametrize("end", [{"expires_at": timezone.now()}, {"revoked_at": timezone.now()}, {"is_asleep": True}])
def test_a_link_that_has_ended_is_as_one_that_never_was_for_everybody(end, people, ours):
    ShareLink.objects.filter(pk=ours.ids["link_id"]).update(**end)
    for name in ("shared", "shared_rows", "shared_person", "shared_pulse"):
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
