"""Recent and starred audiences: noted seldom, kept by id, shown whatever has become of them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import known, visits
from audiences.api.errors import NotReady, UpstreamError
from audiences.api.records import Navigation
from audiences.models import Visit, Watch
from team.models import AccountGroup, User
from tests.audiences.fakes import audience, folder

pytestmark = pytest.mark.django_db
STAR = "/g/grp/audiences/{}/star/"
DOWN = UpstreamError("", status=502, code="", details=None, trace_id="t-3", method="GET", path="/v1")


@pytest.fixture
def reader(client, ada, fake):
    fake.pages = {"": (("a",), "")}
    fake.tree = Navigation((folder("one", *(audience(f"aud{n}", f"Name {n}") for n in range(12))),), (), 0)
    client.force_login(ada)
    return client


def opens(reader, *ids, **options):
    for one in ids:
        answer = reader.get(f"/g/grp/audiences/{one}/", **options)
    return answer.content.decode()


def lines(said, title="Recent"):
    """What stands under this heading: id, and name with the words after it."""
    part = re.search(rf"<h2[^>]*>{title}</h2>(.*?)</ul>", said, re.DOTALL)
    found = re.findall(r'data-audience="([^"]*)".*?>(<span.*?)</a>', part[1] if part else "")
    return [(one, re.sub(r"<.*?>", "", words)) for one, words in found]


def age(audience_id, **span):
    Visit.objects.filter(audience_id=audience_id).update(visited_at=timezone.now() - timedelta(**span))


def test_the_last_eight_are_there_the_latest_first(reader):
    said = opens(reader, *(f"aud{n}" for n in range(10)))
    assert lines(said) == [(f"aud{n}", f"Name {n}") for n in range(9, 1, -1)]
    assert lines(reader.get("/g/grp/").content.decode())[0] == ("aud9", "Name 9")


def test_what_is_the_latest_already_is_not_written_again(reader):
    opens(reader, "aud0")
    age("aud0", hours=1)
    before = Visit.objects.get()
    opens(reader, "aud0")
    assert Visit.objects.get().visited_at == before.visited_at
    age("aud0", days=2)
    opens(reader, "aud0")
    assert Visit.objects.get().visited_at > before.visited_at


def test_it_is_written_once_a_minute_at_most(reader):
    opens(reader, "aud0", "aud1", "aud0")
    assert [one.audience_id for one in visits.recent(Visit.objects.all())] == ["aud1", "aud0"]
    age("aud0", minutes=2)
    opens(reader, "aud0")
    assert [one.audience_id for one in visits.recent(Visit.objects.all())] == ["aud0", "aud1"]


@pytest.mark.parametrize("options", [{"headers": {"Unattended": "1"}}, {"query_params": {"refreshed": "1"}}])
def test_a_page_that_asks_by_itself_is_no_visit(reader, options):
    opens(reader, "aud0", **options)
    reader.head("/g/grp/audiences/aud0/")
    assert not Visit.objects.exists()


def test_nothing_is_noted_where_nothing_is_to_be(reader, settings):
    opens(reader, "aud0")
    settings.OPENED_DAYS = 0
    assert lines(opens(reader, "aud1")) == []
    assert Visit.objects.get().audience_id == "aud0"
    visits.clear_old()
    assert not Visit.objects.exists()


def test_a_superuser_in_no_group_has_them_too(client, reader, row):
    client.force_login(User.objects.create_superuser("boss@example.com"))
    assert lines(opens(client, "aud3")) == [("aud3", "Name 3")]


def test_they_are_of_one_person_and_one_group(reader, client, ada, row):
    opens(reader, "aud0")
    other = AccountGroup.objects.create(id="other", name="Other")
    other.members.add(ada)
    assert lines(client.get("/g/other/").content.decode()) == []
    mia = User.objects.create_user("mia@example.com")
    row.members.add(mia)
    client.force_login(mia)
    assert lines(client.get("/g/grp/").content.decode()) == []


def test_among_two_thousand_one_is_not_ready_one_is_gone_and_one_away(reader, fake, row, ada):
    fake.tree = Navigation((folder("one", *(audience(f"aud{n}", f"Name {n}") for n in range(2000))),), (), 0)
    for one in ("gone", "away", "aud1999"):
        visits.star(ada, row, one)
    known.note(row, Navigation((), (audience("gone", "It was"), audience("away", "It is")), 0), timezone.now())
    Watch.objects.create(group=row, audience_id="gone", name="It was", state=Watch.State.GONE)
    fake.states["fill"] = NotReady("409", status=409)
    said = opens(reader, "fill")
    starred = [("gone", "It was, no longer there"), ("away", "It is, cannot be reached right now")]
    assert lines(said, "Starred") == [*starred, ("aud1999", "Name 1999")]
    assert lines(said) == [("fill", "Untitled audience, being populated")]
    assert said.count('aria-current="page"') == 1
    assert 'title="It was: no longer there"' in said


def test_with_the_api_down_they_keep_their_names(reader, fake, row):
    opens(reader, "aud0")
    known.note(row, fake.tree, timezone.now())
    fake.failures = dict.fromkeys(("navigation", "audience", "audiences", "prospects"), DOWN)
    AccountGroup.objects.update(generation=1)
    answer = reader.get("/g/grp/")
    assert answer.status_code == 503
    assert lines(answer.content.decode()) == [("aud0", "Name 0, cannot be reached right now")]


def test_the_open_audience_is_marked_here_only_where_the_tree_has_it_not(reader, fake):
    said = opens(reader, "aud0")
    assert re.search(r'id="recent-aud0"[^>]* class="here"', said)
    assert not re.search(r'id="recent-aud0"[^>]*aria-current', said)
    reader.post(STAR.format("elsewhere"), {"star": "1"})
    said = opens(reader, "elsewhere")
    assert re.search(r'id="recent-elsewhere"[^>]*aria-current="page" class="here away"', said)
    assert said.count('aria-current="page"') == 1


def test_the_sidebar_alone_has_them_too(reader):
    opens(reader, "aud0")
    said = reader.get("/g/grp/navigation/?current=aud0", headers={"HX-Request": "true"}).content.decode()
    assert lines(said) == [("aud0", "Name 0")]


def test_a_star_is_given_and_taken_by_form(reader):
    answer = reader.post(STAR.format("aud1"), {"star": "1"}, follow=True)
    assert answer.redirect_chain == [("/g/grp/audiences/aud1/", 302)]
    said = answer.content.decode()
    assert lines(said, "Starred") == [("aud1", "Name 1")]
    assert re.search(r'name="star" value="0" data-act="star" aria-pressed="true"', said)
    said = reader.post(STAR.format("aud1"), {"star": "0"}, follow=True).content.decode()
    assert (lines(said, "Starred"), 'aria-pressed="false"' in said) == ([], True)


def test_a_script_gets_the_lines(reader):
    opens(reader, "aud1")
    answer = reader.post(STAR.format("aud1"), {"star": "1"}, headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert said.lstrip().startswith('<div id="mine">')
    assert lines(said) == lines(said, "Starred") == [("aud1", "Name 1")]
    assert "aria-current" not in said


def test_stars_stand_in_the_order_in_which_they_were_given(reader):
    for one in ("aud5", "aud2", "aud5"):
        reader.post(STAR.format(one), {"star": "1"})
    assert [one for one, _ in lines(opens(reader, "aud0"), "Starred")] == ["aud5", "aud2"]


def test_there_are_so_many_stars_and_no_more(reader, ada, row):
    reader.get("/g/grp/")  # what navigation names is known
    now = timezone.now()
    full = [Visit(user=ada, group=row, audience_id=f"x{n}", starred_at=now) for n in range(visits.STARS)]
    Visit.objects.bulk_create(full)
    answer = reader.post(STAR.format("aud1"), {"star": "1"})
    assert answer.status_code == 409
    assert "Take it away from one of them first." in answer.content.decode()
    answer = reader.post(STAR.format("aud1"), {"star": "1"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#notice")
    assert "No star is left." in answer.content.decode()
    assert not Visit.objects.filter(audience_id="aud1", starred_at__isnull=False).exists()
    reader.post(STAR.format("x7"), {"star": "0"})
    assert reader.post(STAR.format("aud1"), {"star": "1"}).status_code == 302


def test_a_star_outlives_the_visits(reader, settings):
    opens(reader, "aud0", "aud1")
    reader.post(STAR.format("aud1"), {"star": "1"})
    for one in ("aud0", "aud1"):
        age(one, days=settings.OPENED_DAYS + 1)
    assert lines(reader.get("/g/grp/").content.decode()) == []
    visits.clear_old()
    assert Visit.objects.get().audience_id == "aud1"
    assert lines(reader.get("/g/grp/").content.decode(), "Starred") == [("aud1", "Name 1")]


def test_starring_takes_a_post(reader):
    assert reader.get(STAR.format("aud0")).status_code == 405
