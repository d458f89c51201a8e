"""One form sent many times at once, and one name wished for by two people: several web processes, both databases."""

import re

import pytest
import requests

from audiences.models import Attempt
from audiences.samename import name_key
from team import slowing
from team.models import SignInLink, User
from team.onetime import Purpose
from tests.conftest import new_database
from tests.shared.conftest import another_port
from tests.shared.deployment import GROUP, NEW, at_once

POSTS = 50


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def here(request, deploy, redis_url):
    """Two web processes that share a Redis and a database."""
    variables = {"REDIS_URL": f"{redis_url[:-1]}7", "WEB_WORKERS": 2, "AUDIENCES_API_KEY": f"sk_{request.param}"}
    variables["TRUSTED_PROXIES"] = "127.0.0.1"
    if request.param == "PostgreSQL":
        variables["DATABASE_URL"] = new_database(request.getfixturevalue("postgres_url"))
    return deploy(**variables)


@pytest.fixture(scope="module")
def url(here):
    return here.web(another_port())[0]


def test_a_form_of_an_export_sent_50_times_at_once_begins_one(here, url):
    person, address = here.person(url), f"/g/{GROUP}/audiences/aud/exports/"
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', person.get(address).text))
    answers = at_once([lambda: person.post(address, hidden | {"format": "csv", "columns": "id"})] * POSTS)
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["Location"] for answer in answers} == {f"{address}#export-{hidden['form_key']}"}
    assert person.get(address).text.count('<li class="export ') == 1


@pytest.fixture
def does(here):
    """Slow to answer, so that all is asked for before anything is settled."""
    here.api.does.calls.clear()
    here.api.does.create_delay = 1.0
    return here.api.does


def made(here, name):
    return [one.id for one in here.api.made[GROUP] if one.name == name]


def test_the_same_form_sent_50_times_at_once_is_one_post_and_leads_to_one_place(here, url, does):
    person = here.person(url)
    form = person.form("The same")
    answers = at_once([lambda: person.post(NEW, form)] * POSTS)
    assert {answer.status_code for answer in answers} == {302}
    assert does.calls["create"] == len(made(here, "The same")) == 1
    page = f"/g/{GROUP}/audiences/{made(here, 'The same')[0]}/"
    places = {answer.headers["Location"] for answer in answers}
    assert {person.led_to(place) for place in places} == {page}
    # also in answer to a reload of what was posted, long after
    assert person.post(NEW, form).headers["Location"] == page
    assert does.calls["create"] == 1


def test_a_name_that_two_admins_want_at_once_is_sent_for_one_of_them(here, url, does):
    both = [here.person(url, f"{name}@example.com".lower(), name) for name in ("Ada", "Grace")]
    forms = [person.form(name) for person, name in zip(both, ("Wanted", "  wanted "), strict=True)]
    jobs = [lambda p=person, f=form: p.post(NEW, f) for person, form in zip(both, forms, strict=True)]
    answers = at_once(jobs)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert does.calls["create"] == 1
    sent = here.rows(Attempt).select_related("by").get(name_key=name_key("Wanted"))
    told = next(answer.text for answer in answers if answer.status_code == 409)
    assert f"<bdi>{sent.by.short_name}</bdi> sent an audience of this name" in told
    assert f"{NEW}{sent.form_key}/" in told


def stranger(url, path):
    """Posts the form at a path, with what a browser would send of it, and more."""
    page = requests.get(url + path, timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    cookies = page.cookies.get_dict()

    def post(headers=None, **fields):
        sent = fields | {"csrfmiddlewaretoken": token}
        options = {"headers": headers, "cookies": cookies, "allow_redirects": False, "timeout": 60}
        return requests.post(url + path, sent, **options).status_code

    return post


def test_of_40_passwords_tried_at_once_five_are_looked_at(here, url):
    here.rows(User).create(email="tried@example.com", password="")
    post = stranger(url, "/sign-in/")
    jobs = [lambda n=n: post(email="tried@example.com", password=f"wrong {n}") for n in range(40)]
    answers = at_once(jobs)
    assert sorted(answers) == [422] * slowing.PAIR + [429] * 35


def test_a_link_for_a_new_password_sent_8_times_at_once_is_used_once(here, url):
    user = here.rows(User).create(email="reset@example.com", password="")
    token = SignInLink.objects.db_manager(here.rows(User).db).issue(user, Purpose.RESET)
    post = stranger(url, f"/password/reset/{token}/")
    answers = at_once([lambda n=n: post(new=f"tulip {n} harbour", again=f"tulip {n} harbour") for n in range(8)])
    assert sorted(answers) == [302] + [404] * 7


@pytest.mark.soak
def test_of_passwords_tried_at_once_from_100_addresses_twenty_are_looked_at(here, url):
    post = stranger(url, "/sign-in/")
    jobs = [
        lambda n=n: post({"X-Forwarded-For": f"198.51.100.{n}"}, email="botnet@example.com", password="wrong")
        for n in range(100)
    ]
    answers = at_once(jobs)
    assert set(answers) == {422, 429}
    assert answers.count(422) <= slowing.ACCOUNT


@pytest.mark.soak
def test_50_people_with_50_forms_and_one_name_send_one(here, url, does):
    person = here.person(url)
    forms = at_once([lambda: person.form("Crowded")] * POSTS)
    answers = at_once([lambda f=form: person.post(NEW, f) for form in forms])
    assert sorted({answer.status_code for answer in answers}) == [302, 409]
    assert sum(answer.status_code == 302 for answer in answers) == 1
    assert does.calls["create"] == len(made(here, "Crowded")) == 1
