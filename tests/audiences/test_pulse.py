"""What an open page asks on and on: our database alone, nothing when nothing changed, and no session is kept by it."""

import re
import time

import pytest
from django.utils import timezone

from audiences import notices, readiness
from audiences.api.errors import NotFound, NotReady, Unauthorized
from audiences.models import Notice, Watch
from team.models import AccountGroup, User

pytestmark = pytest.mark.django_db
PULSE = "/g/grp/pulse/"


@pytest.fixture
def reader(client, ada, fake):
    fake.states["fill"] = NotReady("409", status=409)
    client.force_login(ada)
    return client


def text(answer):
    return answer.content.decode()


def test_a_409_becomes_a_page_that_is_watched(reader, row, fake):
    answer = reader.get("/g/grp/audiences/fill/prospects/", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert answer.status_code == 200
    assert 'id="more"' in text(answer)
    assert 'data-audience="fill"' in text(reader.get("/g/grp/"))
    assert "still being populated" in text(reader.get("/g/grp/audiences/fill/"))
    assert Watch.objects.get().onlookers.get().email == "ada@example.com"


def test_it_tells_what_is_on_its_way_and_costs_the_api_nothing(reader, row, fake, ada):
    readiness.created(row, "fill", "A <new> one", ada)
    fake.calls.clear()
    said = text(reader.get(f"{PULSE}?audience=fill"))
    assert "A &lt;new&gt; one" in said
    assert 'id="filling-facts"' in said
    assert 'data-state="populating"' in said
    assert fake.calls == []


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_has_not_changed_is_not_sent_again(reader, encoding):
    Notice.objects.create(user=User.objects.get(), group_id="grp", kind="ready", name="Old" * 60, audience_id="old")
    first = reader.get(PULSE, headers={"Accept-Encoding": encoding})
    assert ("Content-Encoding" in first.headers) == (encoding == "gzip")
    again = reader.get(PULSE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Notice.objects.create(user=User.objects.get(), group_id="grp", kind="ready", name="News", audience_id="new")
    news = reader.get(PULSE, headers={"If-None-Match": first["ETag"]})
    assert news.status_code == 200
    assert "2 unread notices<" in text(news)


@pytest.mark.parametrize("query", ["audience=nothing", "attempt=nothing"])
def test_what_there_is_not_has_no_state(reader, query):
    assert 'data-state=""' in text(reader.get(f"{PULSE}?{query}"))


def test_it_keeps_no_session_alive(reader, settings):
    session = reader.session
    session["since"] = session["seen_at"] = time.time() - settings.SESSION_IDLE + 60
    session.save()
    reader.get(PULSE)
    assert reader.session["seen_at"] == session["seen_at"]
    reader.get("/g/grp/")
    assert reader.session["seen_at"] > session["seen_at"]


def test_whoever_is_signed_out_is_told_without_a_page(client, row):
    answer = client.get(PULSE, headers={"HX-Request": "true"})
    assert "HX-Redirect" in answer
    assert answer.content == b""


def test_a_paused_watch_says_since_when(reader, row, fake, ada):
    readiness.created(row, "fill", "New", ada)
    fake.states["fill"] = Unauthorized("401", status=401)
    Watch.objects.update(next_check_at=timezone.now())
    readiness.due(readiness.Deadline(5))
    assert "refused this dashboard’s key since" in text(reader.get(f"{PULSE}?audience=fill"))


def test_look_now_asks_and_leads_back(reader, row, fake, ada):
    readiness.created(row, "fill", "New", ada)
    fake.states.clear()
    assert reader.post("/g/grp/audiences/fill/look/")["Location"] == "/g/grp/audiences/fill/"
    assert Watch.objects.get().state == "ready"
    assert reader.post("/g/grp/audiences/other/look/").status_code == 404


def test_a_page_of_a_watch_that_nobody_looks_at_asks_itself(reader, row, fake, ada):
    watch = readiness.created(row, "aud", "New", ada)
    long_ago = timezone.now() - readiness.timedelta(minutes=5)
    Watch.objects.filter(pk=watch.pk).update(next_check_at=long_ago)
    fake.pages = {"": (("p1",), "")}
    assert "Person p1" in text(reader.get("/g/grp/audiences/aud/"))


def test_one_that_is_gone_says_so_to_whoever_comes_back(reader, row, fake, ada):
    watch = readiness.created(row, "fill", "Freight", ada)
    fake.states["fill"] = NotFound("no such audience", status=404, trace_id="t-404")
    for _ in range(2):
        Watch.objects.filter(pk=watch.pk).update(next_check_at=timezone.now())
        readiness.due(readiness.Deadline(5))
    answer = reader.get("/g/grp/audiences/fill/")
    assert answer.status_code == 404
    assert "This audience is gone" in text(answer)
    assert "“Freight”" in text(answer)


@pytest.fixture
def told(row, ada):
    other = AccountGroup.objects.create(id="oth", name="Other")
    for group, audience_id in ((row, "one"), (row, "two"), (other, "one")):
        notices.tell([ada], group, "ready", f"Of {group}", audience_id=audience_id)
    return ada


def unread():
    return sorted(Notice.objects.filter(read_at=None).values_list("group_id", "audience_id"))


def test_people_are_told_of_groups_that_they_are_in(reader, told):
    assert unread() == [("grp", "one"), ("grp", "two")]
    said = text(reader.get("/g/grp/"))
    assert "2 unread notices" in said
    assert said.count('class="unread"') == 2


def test_whoever_leaves_a_group_is_told_nothing_of_it_any_more(reader, told, row):
    other = AccountGroup.objects.get(id="oth")
    other.members.add(told)
    row.members.remove(told)
    assert "Of Group" not in text(reader.get("/g/oth/"))


def test_opening_the_audience_is_reading_about_it(reader, told, fake):
    fake.pages = {"": (("p1",), "")}
    reader.get("/g/grp/audiences/one/")
    assert unread() == [("grp", "two")]


def test_all_read_and_back_to_where_one_was(reader, told):
    answer = reader.post("/notices/read/", {"next": "/g/grp/?sort=name"})
    assert (answer["Location"], unread()) == ("/g/grp/?sort=name", [])


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(reader, where):
    assert reader.post("/notices/read/", {"next": where})["Location"] == "/"


def test_more_unread_than_are_shown_are_counted(reader, row, ada):
    for number in range(130):
        notices.tell([ada], row, "ready", f"Audience {number}", audience_id=f"a{number}")
    said = text(reader.get("/g/grp/"))
    assert "99+" in said
    assert "130 unread notices" in said
    assert len(re.findall(r'<li class="unread">', said)) == notices.SHOWN


def test_old_notices_are_forgotten(told):
    Notice.objects.filter(audience_id="one").update(made_at=timezone.now() - notices.KEPT)
    notices.clear_old()
    assert unread() == [("grp", "two")]
