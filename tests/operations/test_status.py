"""The status page, and what admins are told of a refused key."""

import pytest

from audiences import catalog, measures
from audiences.api import errors
from audiences.budget import Budget
from team.models import AccountGroup, Membership, User

pytestmark = pytest.mark.django_db


def person(client, row, role):
    user = User.objects.create_user(f"{role}@example.com")
    Membership.objects.create(user=user, group=row, role=role)
    client.force_login(user)
    return client


def refused(kind, status):
    return kind("", status=status, trace_id="t-401", method="GET", path="/v1/accounts/grp/audiences/navigation")


def test_members_do_not_see_it(client, fake, row):
    assert person(client, row, "member").get("/status/").status_code == 403


def test_admins_see_how_the_calls_went(client, fake, row):
    browser = person(client, row, "admin")
    fake.failures["audiences"] = refused(errors.UpstreamError, 502)
    browser.get("/g/grp/")
    said = browser.get("/status/").content.decode()
    assert "in each process" in said
    assert "UpstreamError" in said
    assert "t-401" in said
    assert "sk_test_key" not in said


@pytest.mark.parametrize(("path", "seen"), [("grp/audiences/aud", "grp/audiences/aud"), ("other/audiences/aud", "…")])
def test_admins_read_no_ids_of_groups_that_they_are_no_admins_of(client, fake, row, path, seen):
    browser = person(client, row, "admin")
    other = AccountGroup.objects.create(id="other", name="Other")
    Membership.objects.create(user=User.objects.get(), group=other, role="member")
    measures.remember(errors.UpstreamError("", status=502, method="GET", path=f"/v1/accounts/{path}"))
    assert f"<code>/v1/accounts/{seen}</code>" in browser.get("/status/").content.decode()


def test_superusers_read_them_all(boss, fake):
    measures.remember(errors.UpstreamError("", status=502, method="GET", path="/v1/accounts/other/audiences/aud"))
    assert "<code>/v1/accounts/other/audiences/aud</code>" in boss.get("/status/").content.decode()


def test_calls_over_our_own_rate_are_counted_as_not_sent_and_not_as_errors(client, wire, row, settings):
    browser = person(client, row, "admin")
    catalog.client()._gate = Budget()
    settings.AUDIENCES_API_RATE = 1.0
    Budget().admit()
    before = measures.recent()
    answer = browser.get("/g/grp/")
    assert (answer.status_code, answer.context["state"].title) == (503, "This page waits for its turn")
    status = browser.get("/status/").context
    assert status["counts"]["held"] > before["held"]
    assert [status["counts"][name] - before[name] for name in ("failed", "limited")] == [0, 0]
    assert status["errors"] == []


def test_hits_are_counted(client, fake, row):
    browser = person(client, row, "admin")
    before = measures.recent()
    for _ in range(3):
        browser.get("/g/grp/")
    counts = browser.get("/status/").context["counts"]
    assert counts["miss"] - before["miss"] == 2
    assert counts["hit"] - before["hit"] >= 4


def test_admins_are_told_once_that_the_key_is_refused(client, fake, row):
    browser = person(client, row, "admin")
    browser.get("/g/grp/")
    fake.failures["audience"] = refused(errors.Unauthorized, 401)
    told = [browser.get(path).content.decode() for path in ("/g/grp/audiences/other/", "/g/grp/")]
    assert sum("has refused this dashboard" in said for said in told) == 1
    assert "has refused this key" in browser.get("/status/").content.decode()


def test_members_are_not(client, fake, row):
    browser = person(client, row, "member")
    fake.failures["audience"] = refused(errors.Unauthorized, 401)
    said = browser.get("/g/grp/audiences/other/").content.decode() + browser.get("/g/grp/").content.decode()
    assert "has refused this dashboard" not in said


@pytest.mark.parametrize("kind", [errors.NotFound, errors.Forbidden])
def test_a_group_out_of_reach_says_so(client, fake, row, kind):
    row.is_reachable = False
    row.save()
    fake.failures = dict.fromkeys(("navigation", "audiences", "audience", "prospects"), refused(kind, 404))
    browser = person(client, row, "member")
    for address in ("/g/grp/", "/g/grp/?q=x", "/g/grp/audiences/aud/"):
        answer = browser.get(address)
        assert answer.status_code == 503
        assert "no longer reaches this account group" in answer.content.decode()
