"""What a page may cost: database queries, calls of the API, and time when the API hangs."""

import time

import pytest

from audiences.views import shell
from tests.exports.rows import made

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "rows"}
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "")}

# address, headers, queries: session, person, membership with its group; a whole page also lists the groups, what is on
# its way (attempts and watched audiences), what is shared, what the person comes back to, and what they are told. A
# page of people looks up whom of them they have opened, an audience's page also what they have left there; a person's
# page notes who was opened (and beyond the first screen where that was). A page of exports reads them, what waits
# before them, what was chosen last, and whether there is a notice to be read
COSTS = [
    ("/g/grp/audiences/aud/prospects/?cursor=two", HTMX, 4),
    ("/g/grp/audiences/aud/prospects/c/?at=two", HTMX, 4),
    ("/g/grp/audiences/aud/", {}, 11),
    ("/g/grp/audiences/aud/prospects/c/?at=two", {}, 10),
    ("/g/grp/", {}, 9),
    ("/g/grp/navigation/", HTMX, 8),
    ("/g/grp/audiences/aud/exports/", {}, 14),
    ("/g/grp/audiences/aud/exports/pulse/", HTMX, 6),
]


@pytest.fixture
def reader(client, fake, row, django_user_model):
    fake.pages = PAGES
    user = django_user_model.objects.create_user("mia@example.com")
    row.members.add(user)
    made(row, user, started_at=None)
    client.force_login(user)
    for address, headers, _ in COSTS:
        client.get(address, headers=headers)
    fake.calls.clear()
    return client


@pytest.mark.parametrize(("address", "headers", "queries"), COSTS)
def test_queries_and_calls_of_a_warm_page(reader, fake, address, headers, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        assert reader.get(address, headers=headers).status_code == 200
    assert fake.calls == []


@pytest.mark.parametrize("what", ["Answers nothing", "Cuts the connection"])
def test_a_page_is_there_in_time_when_the_api_is_not(member, group, named, monkeypatch, what):
    address = f"/g/{group.id}/audiences/{named(what).id}/"
    member.get(f"/g/{group.id}/")
    monkeypatch.setattr(shell, "PAGE_SECONDS", 1.5)
    began = time.monotonic()
    answer = member.get(address)
    assert answer.status_code == 503
    assert "Trace id unknown" in answer.content.decode()
    assert time.monotonic() - began < 2.5


@pytest.mark.soak
def test_every_page_of_a_hanging_api_answers_within_nine_seconds(member, group, named):
    for suffix in ("", "prospects/", "prospects/5fc514488df38985b3b9ffff/"):
        began = time.monotonic()
        answer = member.get(f"/g/{group.id}/audiences/{named('Answers nothing').id}/{suffix}")
        assert answer.status_code == 503
        assert time.monotonic() - began < 9


def test_the_navigation_is_asked_for_once_a_page_also_when_it_fails(client, fake, row, django_user_model):
    from audiences.api.errors import UpstreamError

    client.force_login(django_user_model.objects.create_superuser("boss@example.com"))
    fake.pages = PAGES
    fake.failures["navigation"] = UpstreamError(
        "", status=502, code="", details=None, trace_id="t-3", method="GET", path="/v1"
    )
    answer = client.get("/g/grp/audiences/aud/")
    assert answer.status_code == 200
    assert "t-3" in answer.content.decode()
    assert [call[0] for call in fake.calls].count("navigation") == 1
