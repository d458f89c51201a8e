"""Making a link: the preview is what outsiders see, the address is shown once, and the register ends it."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from audiences import catalog, sharing
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.models import ShareLink
from audiences.shareview import View
from team.models import Event, Membership, User

pytestmark = pytest.mark.django_db
SHARE = "/g/grp/audiences/aud/share/"
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "")}
TYPED = {"title": "Lisbon", "sender": "Ada", "note": "Have a look", "fields_shown": ["company"], "hidden": ""}
HTMX = {"HX-Request": "true", "HX-Target": "preview"}


@pytest.fixture
def admin(client, row, ada, fake):
    fake.pages = PAGES
    catalog.navigation(row, Deadline(8))
    Membership.objects.filter(user=ada).update(role="admin")
    client.force_login(ada)
    return client


@pytest.fixture
def form(admin):
    """What a browser would send."""
    key = re.search(r'name="form_key" value="(\w{32})"', admin.get(SHARE).content.decode())[1]
    return TYPED | {"form_key": key, "days": "30", "password": ""}


def page(answer):
    return answer.content.decode()


def made(answer):
    return re.search(r'value="(http://testserver/s/[\w-]{43}/)"', page(answer))[1]


def test_made_shown_once_and_open(admin, form):
    answer = admin.post(SHARE, form)
    url = made(answer)
    assert "Lisbon" in page(Client().get(url))
    token = url.split("/")[4]
    listed = page(admin.get(SHARE))
    assert ('id="link-' in listed, token in listed) == (True, False)
    assert token not in str(list(admin.session.items()))
    assert Event.objects.get(kind="link-made").about == "Lisbon"


def test_the_same_form_again_makes_no_second_and_tells_no_address(admin, form):
    admin.post(SHARE, form)
    again = page(admin.post(SHARE, form))
    assert "its address was shown then" in again
    assert "/s/" not in again
    assert ShareLink.objects.count() == 1


def test_what_is_ticked_is_what_is_shown(admin, form):
    admin.post(SHARE, form | {"fields_shown": ["emails", "status"], "hidden": "http://x/prospects/a/\nb"})
    view = View.stored(ShareLink.objects.get().view)
    assert view.fields == {"person", "emails", "status"}
    assert view.hidden == {"a", "b"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "This field is required"),
        ("title", "x" * 121, "at most 120"),
        ("days", "0", "greater than or equal to 1"),
        ("days", "91", "90 days at most"),
        ("days", "soon", "whole number"),
        ("password", "short", "at least 8"),
        ("password", "password1", "too common"),
        ("fields_shown", ["salary"], "salary is not one"),
        ("form_key", "", "did not come whole"),
        ("hidden", "\n".join(f"p{number}" for number in range(501)), "At most 500"),
        ("hidden", "Anna Smith", "“Anna Smith” is neither a person’s id nor their address"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(admin, form, field, value, said):
    answer = admin.post(SHARE, form | {field: value})
    assert answer.status_code == 422
    assert said in page(answer)
    assert "Have a look" in page(answer)
    assert not ShareLink.objects.exists()


def test_the_preview_is_what_outsiders_will_see(admin, form):
    form |= {"hidden": "b"}
    shown = page(admin.post(SHARE, form | {"preview": "1"}, headers=HTMX))
    assert "Lisbon" in shown
    assert "no-mail" in shown
    whole = page(admin.get(f"{SHARE}preview/"))
    url = made(admin.post(SHARE, form))
    theirs = page(Client().get(url))
    assert ShareLink.objects.count() == 1
    assert rows_of(whole) == rows_of(theirs)
    assert ["Person a" in rows_of(theirs), "Person b" in rows_of(theirs)] == [True, False]


def rows_of(text):
    """The rows and the head, without addresses."""
    start = text.index('<div class="head"')
    return re.sub(r'href="[^"]*"', "", text[start : text.index('id="more"')])


def test_the_preview_opens_people_and_goes_on(admin, form):
    admin.post(SHARE, form | {"preview": "1", "hidden": "b"}, headers=HTMX)
    assert "Person c" in page(admin.get(f"{SHARE}preview/prospects/?cursor=two", headers=HTMX))
    assert "Person a" in page(admin.get(f"{SHARE}preview/prospects/a/", headers=HTMX))
    assert admin.get(f"{SHARE}preview/prospects/b/", headers=HTMX).status_code == 404


def test_from_the_preview_one_comes_back_to_what_was_typed(admin, form):
    admin.post(SHARE, form | {"preview": "1"}, headers=HTMX)
    back = re.search(r'class="stale preview-bar".*?href="([^"]+)"', page(admin.get(f"{SHARE}preview/")), re.DOTALL)[1]
    again = page(admin.get(back))
    assert 'value="Lisbon"' in again
    assert "Have a look" in again


def test_the_cursor_stands_at_what_wants_mending(admin, form):
    def focused(text):
        return re.findall(r"<(?:input|textarea)[^>]*autofocus[^>]*>", text)

    assert ['name="title"' in field for field in focused(page(admin.get(SHARE)))] == [True]
    wrong = page(admin.post(SHARE, form | {"days": "400", "password": "short"}))
    assert ['name="days"' in field for field in focused(wrong)] == [True]
    assert ['id="made-url"' in field for field in focused(page(admin.post(SHARE, form)))] == [True]


def test_without_scripts_the_preview_keeps_what_was_typed(admin, form):
    answer = admin.post(SHARE, form | {"preview": "1", "title": ""})
    assert answer.status_code == 200
    assert "Have a look" in page(answer)
    assert "This field is required" not in page(answer)


@pytest.mark.parametrize("error", [errors.UpstreamError("down", status=502), errors.NotReady("no", status=409)])
def test_a_link_can_be_made_while_the_people_cannot_be_had(admin, form, fake, error):
    fake.failures["prospects"] = error
    assert admin.get(SHARE).status_code == 200
    assert made(admin.post(SHARE, form))


def test_duplicated_it_begins_as_the_other_was(admin, form):
    admin.post(SHARE, form)
    again = page(admin.get(f"{SHARE}?like={ShareLink.objects.get().pk}"))
    assert 'value="Lisbon"' in again
    assert "Have a look" in again
    assert admin.get(f"{SHARE}?like=999999999999999999999").status_code == 200


def test_the_sidebar_marks_what_is_shared(admin, form):
    mark = 'aria-label="shared by a link"'
    assert mark not in page(admin.get("/g/grp/"))
    admin.post(SHARE, form)
    assert mark in page(admin.get("/g/grp/"))
    ShareLink.objects.update(is_asleep=True)
    assert mark not in page(admin.get("/g/grp/"))


def test_nobody_is_shown_while_it_is_not_clear_who_is_left_out(admin, form):
    shown = page(admin.post(SHARE, form | {"preview": "1", "hidden": "Anna Smith"}, headers=HTMX))
    assert "Nobody is shown until" in shown
    assert "Person a" not in shown


def test_each_audience_has_a_preview_of_its_own(admin, form, fake):
    admin.post(SHARE, form | {"preview": "1", "hidden": "a"}, headers=HTMX)
    admin.get("/g/grp/audiences/other/share/")
    whole = page(admin.get(f"{SHARE}preview/"))
    assert "Lisbon" in whole
    assert "Person a" not in whole


def test_a_preview_without_a_form_leads_to_one(admin):
    answer = admin.get("/g/grp/audiences/other/share/preview/")
    assert (answer.status_code, answer["Location"]) == (302, "/g/grp/audiences/other/share/")


# --- The register -------------------------------------------------------------------------------------


@pytest.fixture
def link(row, ada):
    return sharing.find(sharing.make(row, "aud", View("Porto"), ada, form_key="a" * 32, days=30))


@pytest.mark.parametrize("address", [SHARE, "/g/grp/links/"])
def test_registers_say_what_there_is(admin, link, address):
    sharing.note_opening(link, "10.0.0.1")
    shown = page(admin.get(address))
    for words in ("Porto", '<span class="badge-word live">live</span>', "by <bdi>ada</bdi>", "opened 1 time"):
        assert words in shown


def test_revoked_extended_and_woken(admin, link):
    address = f"/g/grp/links/{link.pk}/"
    before = link.expires_at
    assert admin.post(address, {"wish": "extend", "back": "group"})["Location"] == f"/g/grp/links/#link-{link.pk}"
    ShareLink.objects.update(is_asleep=True)
    admin.post(address, {"wish": "wake"})
    link.refresh_from_db()
    assert (link.expires_at > before, link.is_asleep) == (True, False)
    assert admin.post(address, {"wish": "revoke"})["Location"] == f"{SHARE}#link-{link.pk}"
    assert sharing.state(ShareLink.objects.get()) == "revoked"
    assert admin.post(address, {"wish": "sing"}).status_code == 403


# --- Who may ------------------------------------------------------------------------------------------


@pytest.fixture
def mia(row, fake):
    """A member who is no admin."""
    fake.pages = PAGES
    user = User.objects.create_user("mia@example.com")
    row.members.add(user)
    browser = Client()
    browser.force_login(user)
    return browser


ADDRESSES = ["links/", "audiences/aud/share/preview/", "audiences/aud/share/preview/prospects/a/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_members_make_links_where_the_group_lets_them(mia, row, address):
    assert mia.get(f"/g/grp/{address}").status_code == 403
    row.sharing = "everyone"
    row.save()
    mia.get(SHARE)
    assert mia.get(f"/g/grp/{address}").status_code == 200


def test_whoever_may_not_can_ask_an_admin(mia):
    answer = mia.get(SHARE)
    assert answer.status_code == 403
    assert "Ask an admin" in page(answer)
    assert mia.post(SHARE, TYPED).status_code == 403
    assert not ShareLink.objects.exists()


def test_members_end_their_own_links_alone(mia, row, link):
    row.sharing = "everyone"
    row.save()
    assert mia.post(f"/g/grp/links/{link.pk}/", {"wish": "revoke"}).status_code == 404
    assert sharing.state(ShareLink.objects.get()) == "live"
    assert "Porto" not in page(mia.get("/g/grp/links/"))
    ShareLink.objects.update(by=User.objects.get(email="mia@example.com"))
    assert "Porto" in page(mia.get("/g/grp/links/"))
    assert mia.post(f"/g/grp/links/{link.pk}/", {"wish": "revoke"}).status_code == 302


def test_ones_own_link_can_be_ended_also_when_one_may_make_none_any_more(mia, link):
    assert mia.get("/g/grp/links/").status_code == 403
    ShareLink.objects.update(by=User.objects.get(email="mia@example.com"))
    assert "Porto" in page(mia.get("/g/grp/links/"))
    assert mia.post(f"/g/grp/links/{link.pk}/", {"wish": "extend"}).status_code == 403
    assert mia.post(f"/g/grp/links/{link.pk}/", {"wish": "revoke"})["Location"].startswith("/g/grp/links/")
    assert sharing.state(ShareLink.objects.get()) == "revoked"


def test_another_members_link_is_nobodys_model(mia, row, link):
    row.sharing = "everyone"
    row.save()
    assert 'value="Porto"' not in page(mia.get(f"{SHARE}?like={link.pk}"))


def test_what_is_live_is_listed_however_much_has_ended(admin, row, ada, link):
    ended = {"group": row, "audience_id": "aud", "view": View("Old").as_stored(), "expires_at": timezone.now()}
    ShareLink.objects.bulk_create(
        ShareLink(**ended, form_key=f"{number:032}", token_hash=f"{number}") for number in range(250)
    )
    shown = page(admin.get("/g/grp/links/"))
    assert "Porto" in shown
    assert shown.count('<b dir="auto">Old') == 100


def test_another_groups_link_cannot_be_touched(admin, link):
    other = type(link.group).objects.create(id="other", name="Other")
    assert 'value="Porto"' in page(admin.get(f"{SHARE}?like={link.pk}"))
    ShareLink.objects.update(group=other)
    assert admin.post(f"/g/grp/links/{link.pk}/", {"wish": "revoke"}).status_code == 404
    assert sharing.state(ShareLink.objects.get()) == "live"
    assert "Porto" not in page(admin.get(f"{SHARE}?like={link.pk}"))
