"""Where a member was in an audience: kept for them alone, offered at the top, and good for longer than a day."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from audiences import known, visits
from audiences.api.errors import ValidationFailed
from audiences.api.records import Navigation
from audiences.models import Visit
from tests.audiences.conftest import forget
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
BASE = "/g/grp/audiences/aud/"
REFUSED = ValidationFailed("no such cursor", status=400, code="", details=None, trace_id="t-1", method="GET", path="/")
WHOLE = {"row": "57", "person": "p57", "at": "three"}


@pytest.fixture
def reader(client, fake, row, ada):
    """Has scrolled to the third page of 25 people each."""
    ids = [f"p{number}" for number in range(1, 76)]
    fake.pages = {"": (ids[:25], "two"), "two": (ids[25:50], "three"), "three": (ids[50:], "")}
    known.note(row, Navigation((), (audience("aud"),), 0), timezone.now())
    client.force_login(ada)
    for address in (BASE, *(f"{BASE}prospects/?cursor={at}" for at in ("two", "three"))):
        assert client.get(address, headers={"HX-Request": "true"} if "?" in address else {}).status_code == 200
    return client


def offered(answer):
    found = re.findall(r'<p id="go-on".*?<a href="([^"]+)">Go on at row ([\d,]+)<', answer.content.decode())
    return found[0] if found else None


def keep(reader, **changes):
    return reader.post(f"{BASE}place/", WHOLE | changes)


def test_the_place_is_offered_at_the_top_and_leads_there(reader):
    assert offered(reader.get(BASE)) is None
    assert keep(reader).status_code == 204
    assert offered(reader.get(BASE)) == (f"{BASE}?at=three#prospect-p57", "57")
    there = reader.get(f"{BASE}?at=three")
    assert offered(there) is None
    assert 'id="prospect-p57"' in there.content.decode()


def test_it_is_theirs_alone(reader, row, django_user_model):
    keep(reader)
    row.members.add(other := django_user_model.objects.create_user("bo@example.com"))
    browser = Client()
    browser.force_login(other)
    assert offered(browser.get(BASE)) is None


@pytest.mark.parametrize(("number", "is_offered"), [("20", False), ("21", True), ("10000000", True)])
def test_what_is_on_the_first_screen_is_not_offered(reader, number, is_offered):
    assert keep(reader, row=number).status_code == 204
    assert bool(offered(reader.get(BASE))) is is_offered


@pytest.mark.parametrize(
    "changes",
    [
        *[{"row": row} for row in ("0", "-1", "x", "1.5", "10000001", "9" * 30, "", "٣٤")],
        *[{"person": person} for person in ("", "a b", "../x", "x" * 129)],
        {"row": "", "person": "", "at": ""},
        *[{"at": at} for at in ("\x00", "x" * 4097)],
    ],
)
def test_what_is_no_place_is_refused(reader, changes):
    keep(reader)
    assert keep(reader, **changes).status_code == 400
    assert offered(reader.get(BASE))


def test_an_audience_that_was_never_named_has_no_place(reader):
    assert reader.post("/g/grp/audiences/other/place/", WHOLE).status_code == 404
    assert reader.get(f"{BASE}place/").status_code == 405


def test_numbers_and_show_earlier_outlive_the_catalogs_own_places(reader):
    keep(reader)
    caches["places"].clear()
    forget()
    text = reader.get(f"{BASE}?at=three").content.decode()
    assert 'aria-rowindex="52"' in text  # the head is row 1
    assert "Rows 51–75" in text
    earlier = reader.get(f"{BASE}prospects/?cursor=two&earlier=1", headers={"HX-Request": "true"}).content.decode()
    assert 'aria-rowindex="27"' in earlier
    assert "Show earlier" in earlier


def test_a_persons_own_page_is_a_place_and_a_panel_leaves_that_to_its_script(reader):
    reader.get(f"{BASE}prospects/p60/?at=three", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert not Visit.objects.exclude(row=None).exists()
    reader.get(f"{BASE}prospects/p60/?at=three")
    assert offered(reader.get(BASE)) == (f"{BASE}?at=three#prospect-p60", "60")
    reader.get(f"{BASE}prospects/p22/")
    assert offered(reader.get(BASE)) == (f"{BASE}#prospect-p22", "22")


def test_a_refused_cursor_leads_to_the_top_and_is_forgotten(reader, fake):
    keep(reader)
    fake.pages["three"] = REFUSED
    forget()
    answer = reader.get(f"{BASE}?at=three")
    assert (answer.status_code, "Start at the top" in answer.content.decode()) == (404, True)
    assert offered(reader.get(BASE)) is None


def test_another_refused_cursor_forgets_nothing(reader, fake):
    keep(reader)
    fake.pages["old"] = REFUSED
    assert reader.get(f"{BASE}?at=old").status_code == 404
    assert offered(reader.get(BASE))


def test_nothing_is_kept_where_the_setting_says_so(reader, settings):
    settings.OPENED_DAYS = 0
    Visit.objects.all().delete()  # of the reader's first look
    assert keep(reader).status_code == 204
    reader.get(f"{BASE}prospects/p60/?at=three")
    assert not Visit.objects.exists()


def test_a_place_is_forgotten_with_its_visit_and_a_star_outlives_it(reader, row, ada):
    keep(reader)
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=91))
    visits.keep_place(ada, row, "starred", visits.Here(row=30, person="p30", trail=[("", 0)]))
    old = {"visited_at": timezone.now() - timedelta(days=91), "starred_at": timezone.now()}
    Visit.objects.filter(audience_id="starred").update(**old)
    visits.clear_old()
    left = Visit.objects.get()
    assert (left.audience_id, left.row, left.person, left.trail) == ("starred", None, "", [])


def test_keeping_a_place_leaves_the_rest_of_a_visit_alone(reader, row, ada):
    moment = timezone.now() - timedelta(days=3)
    Visit.objects.update_or_create(
        user=ada, group=row, audience_id="aud", defaults={"visited_at": moment, "starred_at": moment}
    )
    keep(reader)
    visit = Visit.objects.get()
    assert (visit.row, visit.visited_at > moment, visit.starred_at) == (57, True, moment)
