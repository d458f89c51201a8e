"""Asking again: really asked, and told what was found."""

from datetime import timedelta

import pytest

from audiences import reading
from audiences.api import errors
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "rows"}
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "")}


def failed(kind=errors.UpstreamError, **more):
    return kind("", status=502, trace_id="t-5", method="GET", path="/v1/x", **more)


@pytest.fixture
def reader(client, fake, row, django_user_model):
    fake.pages = PAGES
    client.force_login(django_user_model.objects.create_superuser("boss@example.com"))
    return client


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(reading, "JUST_NOW", timedelta(seconds=-1))


@pytest.mark.parametrize(
    "address", ["/g/grp/", "/g/grp/?q=aud", "/g/grp/audiences/aud/", "/g/grp/audiences/aud/?at=two"]
)
def test_nothing_new_is_said(reader, fake, address):
    reader.get(address)
    before = len(fake.calls)
    asking = reader.get(address).context["again_url"]
    answer = reader.get(asking, follow=True)
    assert len(fake.calls) > before
    assert answer.status_code == 200
    assert "nothing new" in answer.content.decode()
    assert "again=" not in answer.request["QUERY_STRING"]


def test_news_are_said(reader, fake):
    reader.get("/g/grp/")
    fake.tree = type(fake.tree)((), (audience("aud"), audience("new")), 0)
    assert "brought up to date" in reader.get("/g/grp/?again=1", follow=True).content.decode()


def test_a_failure_is_told_beside_what_is_kept(reader, fake):
    reader.get("/g/grp/audiences/aud/")
    fake.failures["prospects"] = failed()
    fake.failures["navigation"] = failed()
    answer = reader.get("/g/grp/audiences/aud/?again=1", follow=True)
    assert answer.status_code == 200
    assert "nothing new" not in answer.content.decode()


def test_trying_again_in_mid_list_really_asks(reader, fake):
    address = "/g/grp/audiences/aud/prospects/?cursor=two"
    fake.failures["prospects"] = failed()
    answer = reader.get(address, headers=HTMX)
    assert answer.status_code == 503
    fake.failures.clear()
    assert reader.get(answer.context["more_url"], headers=HTMX).status_code == 200


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_whoever_must_wait_is_asked_back_by_itself(reader, fake, headers):
    fake.failures["prospects"] = failed(errors.HeldBack, retry_after=4.0)
    answer = reader.get("/g/grp/audiences/aud/prospects/", headers=headers)
    assert answer.status_code == 503
    assert answer["Retry-After"] == answer["Refresh"]
    assert 4 <= int(answer["Refresh"]) <= 6
    if headers:
        assert f"load delay:{answer['Refresh']}s" in answer.content.decode()
