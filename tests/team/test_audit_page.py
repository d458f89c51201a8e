"""The audit log, and asking an admin: what was done, by whom, and who was told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences.models import KnownAudience, Notice
from team import audit
from team.models import AccountGroup, Event, User
from tests.team.conftest import enlist, text

pytestmark = pytest.mark.django_db
AUDIT, ASK = "/g/grp/audit/", "/g/grp/ask/"


def test_what_was_done_the_newest_first(admin, ann, row, other):
    audit.note(row, "joined", by=ann, about="as member", network="192.0.2.7")
    audit.note(other, "joined", about="elsewhere")
    for _ in range(12):
        audit.note_often(row, "link-opened", about="Leads <b>", subject="link:1", network="192.0.2.8")
    said = text(admin.get(AUDIT))
    order = [said.index(words) for words in ("opened a link", "× 12", "192.0.2.8", "Ann</bdi> joined", "192.0.2.7")]
    assert order == sorted(order)
    assert "Somebody" in said
    assert "Leads &lt;b&gt;" in said
    assert "elsewhere" not in said


def test_by_pages_and_by_chapter(admin, row):
    now = timezone.now()
    Event.objects.bulk_create(
        Event(group=row, kind="joined", about=f"number-{at}-", at=now - timedelta(seconds=at // 2)) for at in range(150)
    )
    audit.note(row, "link-made", about="A link")
    first = admin.get(AUDIT, {"about": "people"})
    assert "A link" not in text(first)
    second = admin.get(AUDIT + first.context["older_url"])
    lines = [line["event"].about for answer in (first, second) for line in answer.context["lines"]]
    assert len(set(lines)) == len(lines) == 150
    assert second.context["older_url"] == ""
    assert "A link" in text(admin.get(AUDIT, {"about": "links"}))
    assert "Nothing" in text(admin.get(AUDIT, {"about": "audiences"}))


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 30, "before=7&about=nothing", "before=²"])
def test_a_place_that_there_is_not_is_the_beginning(admin, row, query):
    audit.note(row, "joined", about="once")
    assert "once" in text(admin.get(f"{AUDIT}?{query}"))


def test_every_kind_has_a_chapter():
    assert sorted(kind for kinds in audit.CHAPTERS.values() for kind in kinds) == sorted(audit.KINDS)


@pytest.fixture
def asks(member, row):
    KnownAudience.objects.create(group=row, audience_id="aud", name="Leads", changed_at=timezone.now())
    AccountGroup.objects.update(exporting="admins")
    return lambda what, audience="aud": member.post(ASK, {"what": what, "audience": audience})


def test_an_admin_is_told_once_a_day(asks, admin, ann, row):
    enlist(row, "bob@example.com", "admin")
    User.objects.create_superuser("boss@example.com")
    for _ in range(2):
        assert "An admin was told" in text(asks("share"))
    assert sorted(Notice.objects.values_list("user__email", flat=True)) == ["ann@example.com", "bob@example.com"]
    said = text(admin.get("/g/grp/audiences/aud/"))
    assert "Mia asks for a link to an audience" in said
    assert "1 unread notice<" in said  # who reads the audience has not read that
    Event.objects.update(at=timezone.now() - timedelta(days=1))
    asks("share")
    assert Notice.objects.filter(user=ann).count() == 2


def test_each_wish_and_audience_is_one(asks, ann):
    for what, audience in (("share", "aud"), ("share", "two"), ("export", "aud"), ("export", "")):
        assert asks(what, audience).status_code == 200
    assert Notice.objects.count() == 4
    assert Event.objects.filter(kind="asked").count() == 4


def test_nobody_is_flooded(asks, ann):
    for number in range(25):
        asks("share", f"aud{number}")
    assert Notice.objects.count() == 20


def test_a_wish_to_export_leads_to_the_settings(asks, admin, ann):
    asks("export")
    assert text(admin.get("/g/grp/")).count('href="/g/grp/team/"') == 2  # and in the sidebar


def test_where_nobody_else_is_admin_those_of_everywhere_are_told(asks, row):
    boss = User.objects.create_superuser("boss@example.com")
    asks("share")
    assert Notice.objects.get().user == boss


def test_who_may_need_not_ask(asks, ann):
    AccountGroup.objects.update(sharing="everyone")
    assert asks("share")["Location"] == "/g/grp/audiences/aud/"
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(("what", "audience"), [("fly", "aud"), ("", ""), ("share", "../x"), ("share", "navigation")])
def test_what_cannot_be_asked_for(asks, ann, what, audience):
    assert asks(what, audience).status_code == 404
    assert Notice.objects.count() == 0


def test_asking_takes_a_post_and_a_member(member, client, other):
    assert member.get(ASK)["Location"] == "/g/grp/"
    client.force_login(enlist(other, "eve@example.com"))
    assert client.post(ASK, {"what": "share"}).status_code == 404
