"""What only looks at a one-time link does not use it up."""

import pytest
from django.test import Client

from team.models import SignInLink, User

pytestmark = pytest.mark.django_db
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "User-Agent": "Mozilla/5.0 Chrome/140.0"}
LOOKS = [
    {"Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch"},
    {"X-Moz": "prefetch"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"User-Agent": "facebookexternalhit/1.1"},
    {"User-Agent": "WhatsApp/2.23"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5"},
]


@pytest.fixture
def address(ada):
    return f"/sign-in/{SignInLink.objects.issue(ada)}/"


@pytest.mark.parametrize(
    "headers", [{}, NAVIGATION, NAVIGATION | {"Sec-Fetch-Site": "none"}, {"User-Agent": "python-requests/2.32"}]
)
def test_opening_a_link_signs_in(client, address, headers):
    assert client.get(address, headers=headers).status_code == 302
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("headers", LOOKS)
def test_looking_at_it_shows_a_button_that_does(address, headers):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address, headers=NAVIGATION | headers)
    assert page.status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(address).status_code == 403
    token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    assert client.post(address, token)["Location"] == "/"
    assert "_auth_user_id" in client.session


def test_head_is_without_effect(client, address):
    assert client.head(address).status_code == 200
    assert client.get(address).status_code == 302


def test_nobody_finds_themselves_another_person(client, ada, address):
    eve = User.objects.create_user("eve@example.com")
    client.force_login(eve)
    said = client.get(address, headers=NAVIGATION)
    assert said.status_code == 200
    assert "You are signed in as eve@example.com" in said.content.decode()
    assert client.session["_auth_user_id"] == str(eve.pk)
    assert client.post(address)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_the_same_person_is_not_asked(client, ada, address):
    client.force_login(ada)
    assert client.get(address, headers=NAVIGATION).status_code == 302
    assert not SignInLink.objects.exists()
