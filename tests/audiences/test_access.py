"""Every address × every person: nobody sees what is not theirs, and cannot tell it from what does not exist."""

import pytest
from django.test import Client

from team.models import Membership, User

pytestmark = pytest.mark.django_db
UNKNOWN = "5fc514488df38985b3b9ffff"

ADDRESSES = [
    "/g/{group}/",
    "/g/{group}/?q=a",
    "/g/{group}/navigation/",
    "/g/{group}/pulse/?audience={audience}",
    "/g/{group}/audiences/{audience}/",
    "/g/{group}/audiences/{audience}/prospects/",
    "/g/{group}/audiences/{audience}/prospects/?open=first",
    "/g/{group}/audiences/{audience}/prospects/{prospect}/",
]
WRONG_IDS = ["..", "%2e%2e", "a b", "a/../b", "x" * 129, "é", "a%00b", "<script>"]


@pytest.fixture
def ids(api, group, named):
    """An audience of the first group and somebody in it."""
    audience = named("Warm intros")
    person = api.prospects(group.id, audience.id).value.items[0]
    return {"group": group.id, "audience": audience.id, "prospect": person.id}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def stranger(groups):
    """A member of another group only."""
    user = User.objects.create_user("stranger@example.com")
    Membership.objects.create(user=user, group=groups[1])
    return browser(user)


@pytest.fixture
def superuser(db):
    return browser(User.objects.create_superuser("boss@example.com"))


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_who_sees_what(client, stranger, superuser, member, ids, address, headers):
    path = address.format(**ids)
    assert superuser.get(path, headers=headers).status_code in (200, 302)
    assert member.get(path, headers=headers).status_code in (200, 302)
    theirs = stranger.get(path, headers=headers)
    nobodys = stranger.get(path.replace(ids["group"], UNKNOWN), headers=headers)
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


@pytest.mark.parametrize("address", [*ADDRESSES, "/"])
def test_outsiders_are_sent_to_sign_in(ids, address):
    answer = Client().get(address.format(**ids))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("wrong", WRONG_IDS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_id_the_api_cannot_have_is_a_404_without_a_call(member, ids, address, wrong, settings):
    settings.AUDIENCES_API_URL = "http://127.0.0.1:9"
    for part in ("group", "audience", "prospect"):
        if f"{{{part}}}" in address:
            path = address.format(**{**ids, part: wrong})
            assert member.get(path).status_code in (404, 400)


@pytest.mark.parametrize("word", ["navigation", "folders"])
def test_the_apis_own_words_are_no_audiences(member, group, word):
    assert member.get(f"/g/{group.id}/audiences/{word}/").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_reading_takes_no_post(member, ids, address):
    assert member.post(address.format(**ids)).status_code == 405


def test_the_switcher_names_only_ones_own_groups(member, groups):
    said = member.get(f"/g/{groups[0].id}/").content.decode()
    assert groups[0].name in said
    assert groups[1].name not in said
    assert groups[1].id not in said


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/g/x/", "/nothing-here", "/health/live", "/static/nothing.css"])
def test_every_answer_carries_the_headers(client, db, path):
    answer = client.get(path)
    assert answer["Content-Security-Policy"].count("'none'") == 3
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store, private"
    assert {"Cookie", "HX-Request"} <= {part.strip() for part in answer["Vary"].split(",")}
