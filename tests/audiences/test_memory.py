"""What a person's dashboard remembers of how they like it, and forgetting it."""

import re

import pytest

from audiences import opened, visits
from audiences.api.records import Navigation
from audiences.models import Opened, Visit
from team import preferences
from team.models import AccountGroup, User
from tests.audiences.fakes import audience, folder
from tests.team.conftest import browser, enlist

pytestmark = pytest.mark.django_db
PREFERENCES = "/account/preferences/"
PAGE = "/g/grp/audiences/aud0/"


@pytest.fixture
def reader(client, ada, fake):
    fake.pages = {"": (("a",), "")}
    fake.tree = Navigation((folder("one", audience("aud0")), folder("two", audience("aud1"))), (), 0)
    client.force_login(ada)
    return client


def chosen(user):
    user.refresh_from_db()
    return user.chosen


def said(reader, address=PAGE):
    return reader.get(address).content.decode()


def test_a_form_keeps_what_it_has_and_leaves_the_rest(reader, ada):
    reader.post(PREFERENCES, {"theme": "dark", "density": "compact", "keys": ["0"]})
    answer = reader.post(PREFERENCES, {"keys": ["0", "1"], "folded": "1", "next": PAGE})
    assert answer["Location"] == PAGE
    assert chosen(ada) == preferences.Preferences("dark", "compact", keys=True, folded=True)
    page = said(reader)
    assert 'data-chosen="dark" data-theme="dark"' in page
    assert '<body class="app folded"' in page


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", ""])
def test_it_leads_nowhere_else(reader, away):
    assert reader.post(PREFERENCES, {"next": away})["Location"] == "/account/"


def test_a_script_gets_no_page(reader, ada):
    answer = reader.post(PREFERENCES, {"theme": "light"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert chosen(ada).theme == "light"


def test_nonsense_changes_nothing(reader, ada):
    reader.post(
        PREFERENCES,
        {"theme": "pink", "density": "", "columns": ["?", "role"], "folded": "?", "fold": ["x" * 999, "a\0b", "é"]},
    )
    assert chosen(ada) == preferences.Preferences(hidden=("place", "mail", "reach"))


def test_columns_that_are_put_away_and_close_rows_are_classes_of_the_table(reader):
    reader.post(PREFERENCES, {"columns": ["", "place", "reach"], "density": ["comfortable", "compact"]})
    page = said(reader)
    assert 'class="table people no-role no-mail dense"' in page
    boxes = re.findall(r'name="columns" value="(\w+)"( checked)?>', page)
    assert boxes == [("role", ""), ("place", " checked"), ("mail", ""), ("reach", " checked")]
    reader.post(PREFERENCES, {"columns": ["", "role", "place", "mail", "reach"], "density": "comfortable"})
    assert 'class="table people"' in said(reader)


def test_folders_are_closed_by_the_server_but_the_one_that_holds_the_open_audience(reader, ada):
    reader.post(PREFERENCES, {"fold": ["one", "two"]}, headers={"HX-Request": "true"})
    assert re.findall(r'data-folder="(\w+)"( open)?', said(reader)) == [("one", " open"), ("two", "")]
    assert re.findall(r'data-folder="(\w+)"( open)?', said(reader, "/g/grp/")) == [("one", ""), ("two", "")]
    reader.post(PREFERENCES, {"fold": "three", "unfold": "one"})  # another tab, which knows nothing of "two"
    assert chosen(ada).folds == ("two", "three")


def test_folders_of_one_person_are_nobody_elses(reader, row):
    reader.post(PREFERENCES, {"fold": "one"})
    mia = browser(enlist(row, "mia@example.com"))
    assert 'data-folder="one" open' in said(mia, "/g/grp/")


def test_so_many_folders_are_kept_and_the_oldest_are_forgotten(reader, ada):
    reader.post(PREFERENCES, {"fold": [f"f{n}" for n in range(300)]})
    reader.post(PREFERENCES, {"fold": "last"})
    assert (len(chosen(ada).folds), chosen(ada).folds[0], chosen(ada).folds[-1]) == (300, "f1", "last")


def test_the_account_page_says_what_is_remembered_and_forgets_it(reader, ada, row):
    visits.star(ada, row, "aud1")
    said(reader)
    opened.note(ada, row, "aud0", "a")
    reader.post(PREFERENCES, {"theme": "dark"})
    words = "1 person whom you opened, 1 audience that you visited (both for 90 days), 1 star;"
    assert words in said(reader, "/account/")
    answer = reader.post("/account/forget/", follow=True).content.decode()
    assert "Everything that was remembered of you is forgotten." in answer
    assert "0 people whom you opened, 0 audiences that you visited (both for 90 days), 0 stars;" in answer
    assert (Opened.objects.count(), Visit.objects.count(), chosen(ada)) == (0, 0, preferences.Preferences())


def test_forgetting_takes_nothing_of_others(reader, row):
    mia = enlist(row, "mia@example.com")
    visits.star(mia, row, "aud1")
    preferences.change(mia, theme="dark")
    reader.post("/account/forget/")
    assert (Visit.objects.get().user, chosen(mia).theme) == (mia, "dark")


@pytest.mark.parametrize("path", [PREFERENCES, "/account/forget/"])
def test_both_take_a_post_of_somebody_who_is_signed_in(reader, client, path):
    assert reader.get(path).status_code == 405
    client.logout()
    assert client.post(path)["Location"].startswith("/sign-in/")


def test_who_leaves_a_group_takes_their_memory_of_it_along(reader, ada, row):
    other = AccountGroup.objects.create(id="other", name="Other")
    for group in (row, other):
        visits.star(ada, group, "aud1")
        opened.note(ada, group, "aud0", "a")
    User.objects.create_superuser("boss@example.com")
    assert reader.post(f"/g/grp/team/{ada.pk}/remove/").status_code == 302
    assert {one.group_id for model in (Visit, Opened) for one in model.objects.all()} == {"other"}
