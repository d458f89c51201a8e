"""Where people begin, and what they see while nobody knows which account groups there are."""

import pytest

from audiences.api import errors
from team.models import AccountGroup, Membership, User

pytestmark = pytest.mark.django_db


def refused(kind=errors.Forbidden, status=403):
    return kind("no", status=status, code="C", details=None, trace_id="t-7", method="GET", path="/v1/accounts")


@pytest.fixture
def boss(client, db):
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


@pytest.mark.parametrize("kind", [errors.Forbidden, errors.NotFound])
def test_where_discovery_is_refused_the_first_page_names_the_variable(boss, fake, kind):
    fake.failures["account_groups"] = refused(kind)
    answer = boss.get("/")
    assert answer.status_code == 503
    assert "AUDIENCES_ACCOUNT_GROUPS" in answer.content.decode()
    assert "t-7" in answer.content.decode()


def test_members_are_not_told_that_it_is_about_them(client, fake):
    client.force_login(User.objects.create_user("mia@example.com"))
    fake.failures["account_groups"] = errors.Forbidden("no", status=403)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "AUDIENCES_ACCOUNT_GROUPS" in answer.content.decode()
    assert "Trace id unknown" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (refused(errors.Unauthorized, 401), "AUDIENCES_API_KEY"),
        (refused(errors.TimedOut, None), "did not answer in time"),
    ],
)
def test_other_reasons_are_told_as_they_are(boss, fake, error, says):
    fake.failures["account_groups"] = error
    answer = boss.get("/")
    assert answer.status_code == 503
    assert says in answer.content.decode()


def test_the_rest_works_with_groups_named_by_hand(boss, fake, settings):
    fake.failures["account_groups"] = refused()
    settings.AUDIENCES_ACCOUNT_GROUPS = {"grp": "Group"}
    assert boss.get("/", follow=True).status_code == 200


def test_a_key_without_groups_says_so(boss, fake):
    answer = boss.get("/")
    assert answer.status_code == 200
    assert "reaches no account group" in answer.content.decode()


def test_a_member_of_nothing_is_told_whom_to_ask(client, fake, row):
    client.force_login(User.objects.create_user("mia@example.com"))
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Ask an admin" in answer.content.decode()
    assert "Group" not in answer.content.decode().replace("account group", "").replace("Account group", "")


def test_groups_are_asked_for_again_on_demand(boss, groups):
    AccountGroup.objects.all().delete()
    assert boss.post("/groups/refresh/")["Location"] == "/"
    assert AccountGroup.objects.count() == 3


def test_a_failed_refresh_keeps_the_groups(boss, fake, row):
    fake.failures["account_groups"] = refused()
    assert boss.post("/groups/refresh/")["Location"] == "/"
    assert AccountGroup.objects.count() == 1


def test_a_group_out_of_reach_is_greyed_and_not_where_one_begins(boss, fake, row):
    AccountGroup.objects.create(id="lost", name="Lost GmbH", is_reachable=False)
    assert boss.get("/")["Location"] == "/g/grp/"
    assert 'class="unreachable"' in boss.get("/g/grp/").content.decode()


def test_sample_data_is_marked_and_real_data_is_not(boss, fake, row, settings):
    assert "Sample data" not in boss.get("/g/grp/").content.decode()
    settings.SAMPLE_DATA = True
    assert "Sample data" in boss.get("/g/grp/").content.decode()


def test_admins_by_role_and_by_being_superuser(client, fake, row):
    user = User.objects.create_user("ada@example.com")
    Membership.objects.create(user=user, group=row, role=Membership.Role.ADMIN)
    client.force_login(user)
    assert client.get("/g/grp/").context["is_admin"]
