"""Whom a member has opened is theirs alone: marked in their rows, counted, and forgotten."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from audiences import opened, sharing
from audiences.models import Watch
from audiences.opened import Opened
from audiences.shareview import EVERYTHING, View
from team.models import User

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "panel"}
BASE = "/g/grp/audiences/aud/"


@pytest.fixture
def reader(client, fake, ada):
    fake.pages = {"": (("a", "b"), "two"), "two": (("c", "d"), "")}
    client.force_login(ada)
    return client


@pytest.fixture
def other(row, reader):
    browser = Client()
    user = User.objects.create_user("bo@example.com")
    row.members.add(user)
    browser.force_login(user)
    return browser


def marked(answer):
    rows = r'class="row person opened" id="prospect-(\w+)"[^\n]*\n[^\n]*class="open" aria-description="opened"'
    return re.findall(rows, answer.content.decode())


def counted(answer):
    return re.findall(r'data-opened="(\d+)"( hidden)?', answer.content.decode())[0]


def test_who_was_opened_is_marked_and_counted_wherever_they_are_shown(reader):
    assert counted(reader.get(BASE)) == ("0", " hidden")
    for address, headers in ((f"{BASE}prospects/b/", HTMX), (f"{BASE}prospects/c/?at=two", {})):
        assert reader.get(address, headers=headers).status_code == 200
    page = reader.get(BASE)
    assert (marked(page), counted(page)) == (["b"], ("2", ""))
    rows = {"HX-Request": "true", "HX-Target": "rows"}
    assert marked(reader.get(f"{BASE}prospects/?cursor=two", headers=rows)) == ["c"]
    assert marked(reader.get(f"{BASE}prospects/?cursor=two&earlier=1", headers=rows)) == ["c"]


def test_pages_that_come_along_are_marked_in_the_same_query(reader, django_assert_num_queries):
    for address in (BASE, f"{BASE}prospects/?cursor=two", f"{BASE}prospects/c/?at=two"):
        reader.get(address, headers=HTMX if "?" in address else {})
    with django_assert_num_queries(4):
        answer = reader.get(f"{BASE}prospects/?pace=hurried", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert marked(answer) == ["c"]
    assert 'id="prospect-a"' in answer.content.decode()


def test_the_panel_says_whether_it_is_the_first_time(reader):
    first, again = (reader.get(f"{BASE}prospects/a/", headers=HTMX).content.decode() for _ in range(2))
    assert ["data-news" in text for text in (first, again)] == [True, False]
    assert Opened.objects.count() == 1


def test_another_member_sees_none_of_it(reader, other):
    reader.get(f"{BASE}prospects/a/", headers=HTMX)
    assert marked(other.get(BASE)) == []
    assert counted(other.get(BASE)) == ("0", " hidden")


@pytest.mark.parametrize(
    ("method", "query", "headers"),
    [
        ("head", "", {}),
        ("get", "?refreshed=1", {}),
        ("get", "", {"Unattended": "1"}),
        ("get", "", {"Sec-Purpose": "prefetch"}),
    ],
)
def test_what_nobody_looks_at_is_not_opened(reader, method, query, headers):
    assert getattr(reader, method)(f"{BASE}prospects/a/{query}", headers=headers).status_code == 200
    assert not Opened.objects.exists()


def test_a_database_that_takes_no_writes_costs_nobody_the_person(reader, monkeypatch):
    def locked(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr("audiences.opened.note", locked)
    monkeypatch.setattr("audiences.visits.keep_place", locked)
    for headers in ({}, {"HX-Request": "true"}):
        assert reader.get(f"{BASE}prospects/a/", headers=headers).status_code == 200


def test_somebody_who_is_not_there_is_not_opened(reader):
    assert reader.get(f"{BASE}prospects/nobody/").status_code == 404
    assert not Opened.objects.exists()


def test_nothing_is_kept_or_shown_where_the_setting_says_so(reader, settings):
    reader.get(f"{BASE}prospects/a/", headers=HTMX)
    settings.OPENED_DAYS = 0
    reader.get(f"{BASE}prospects/b/", headers=HTMX)
    page = reader.get(BASE)
    assert (marked(page), Opened.objects.count()) == ([], 1)
    assert not re.search("data-opened|data-place", page.content.decode())
    opened.clear_old()
    assert not Opened.objects.exists()


def test_what_is_older_than_the_setting_is_forgotten(reader, settings):
    settings.OPENED_DAYS = 90
    for person in ("a", "b"):
        reader.get(f"{BASE}prospects/{person}/", headers=HTMX)
    Opened.objects.filter(prospect_id="a").update(at=timezone.now() - timedelta(days=91))
    opened.clear_old()
    assert marked(reader.get(BASE)) == ["b"]


@pytest.mark.parametrize(("fields", "has_badge"), [(EVERYTHING, True), (EVERYTHING - {"emails"}, False)])
def test_outsiders_are_remembered_nothing_and_told_of_reach_only_with_all_it_takes(reader, row, ada, fields, has_badge):
    reader.get(f"{BASE}prospects/a/", headers=HTMX)
    token = sharing.make(row, "aud", View("Lisbon", fields=fields), ada, form_key="a" * 32, days=1)
    texts = [reader.get(f"/s/{token}/{path}").content.decode() for path in ("", "prospects/b/")]
    assert [part in texts[0] for part in ('class="row person opened"', "data-opened", "data-place")] == [False] * 3
    assert ["data-reach" in text for text in texts] == [has_badge] * 2
    assert ("no-best" in texts[0]) is not has_badge
    assert Opened.objects.count() == 1


@pytest.mark.parametrize(("days", "remembers"), [(90, True), (0, False)])
def test_an_audience_that_fills_becomes_a_list_that_remembers(reader, row, settings, days, remembers):
    settings.OPENED_DAYS = days
    Watch.objects.create(group=row, audience_id="aud", name="Soon", state=Watch.State.POPULATING)
    text = reader.get(BASE).content.decode()
    assert 'id="filling"' in text
    assert (f'data-place="{BASE}place/"' in text, 'data-opened="0" hidden' in text) == (remembers, remembers)
