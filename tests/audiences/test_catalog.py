"""What is kept, for how long, and what is shown when the API fails."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from audiences import catalog
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.api.records import AccountGroup as GroupRecord
from audiences.catalog import Place
from team.models import AccountGroup

pytestmark = pytest.mark.django_db
NOW = Deadline(8)
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "three"), "three": ((), "")}


def failure(kind=errors.UpstreamError, status=502):
    return kind("it failed", status=status, code="X", details=None, trace_id="t-1", method="GET", path="/v1/x")


@pytest.fixture
def later(monkeypatch):
    """Lets time pass for the catalog."""

    def pass_by(**span):
        moment = datetime.now(UTC) + timedelta(**span)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment

        monkeypatch.setattr(catalog, "datetime", Clock)

    return pass_by


def read_all(row):
    return (
        catalog.navigation(row, NOW),
        catalog.audience(row, "aud", NOW),
        catalog.audiences(row, "", NOW),
        catalog.prospects(row, "aud", "", NOW),
    )


def test_what_is_fresh_is_not_asked_for_again(fake, row):
    fake.pages = PAGES
    assert read_all(row) == read_all(row)
    assert len(fake.calls) == 4


def test_a_minute_later_it_is(fake, row, later):
    fake.pages = PAGES
    read_all(row)
    later(seconds=61)
    read_all(row)
    assert len(fake.calls) == 8


def test_what_is_kept_is_what_was_read(fake, row):
    fake.pages = PAGES
    first, again = catalog.prospects(row, "aud", "", NOW), catalog.prospects(row, "aud", "", NOW)
    assert first == again
    assert first.trace_id == "trace-prospects"


@pytest.mark.parametrize("kind", [errors.UpstreamError, errors.TimedOut, errors.NotSent, errors.Unreadable])
def test_an_api_that_is_down_leaves_the_last_good_answer_with_its_age(fake, row, later, kind):
    read = catalog.navigation(row, NOW)
    later(minutes=10)
    fake.failures["navigation"] = failure(kind)
    stale = catalog.navigation(row, NOW)
    assert (stale.value, stale.read_at) == (read.value, read.read_at)
    assert isinstance(stale.problem, kind)


@pytest.mark.parametrize("kind", [errors.Unauthorized, errors.Forbidden, errors.NotFound, errors.NotReady])
def test_an_answer_that_says_no_is_not_papered_over(fake, row, later, kind):
    fake.pages = PAGES
    read_all(row)
    later(minutes=2)
    fake.failures["prospects"] = failure(kind, 403)
    with pytest.raises(kind):
        catalog.prospects(row, "aud", "", NOW)


def test_nothing_kept_and_nothing_answered_is_an_error(fake, row):
    fake.failures["navigation"] = failure()
    with pytest.raises(errors.UpstreamError):
        catalog.navigation(row, NOW)


def test_people_are_kept_no_longer_than_the_setting_says(fake, row, later, settings):
    fake.pages = PAGES
    settings.PROSPECTS_MAX_AGE = 120
    catalog.prospects(row, "aud", "", NOW)
    fake.failures["prospects"] = failure()
    later(seconds=119)
    assert catalog.prospects(row, "aud", "", NOW).problem
    later(seconds=121)
    with pytest.raises(errors.UpstreamError):
        catalog.prospects(row, "aud", "", NOW)


def test_zero_keeps_nobody(fake, row, settings):
    fake.pages = PAGES
    settings.PROSPECTS_MAX_AGE = 0
    catalog.prospects(row, "aud", "", NOW)
    catalog.prospects(row, "aud", "", NOW)
    assert len(fake.calls) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"AUDIENCES_API_URL": "http://127.0.0.1:10"},
        {"AUDIENCES_API_KEY": "another"},
    ],
)
def test_another_api_or_key_shares_nothing(fake, row, settings, change):
    catalog.navigation(row, NOW)
    for name, value in change.items():
        setattr(settings, name, value)
    assert catalog.kept_navigation(row) is None


def test_groups_share_nothing(fake, row):
    catalog.navigation(row, NOW)
    assert catalog.kept_navigation(AccountGroup.objects.create(id="other", name="Other")) is None


def test_a_new_generation_makes_everything_old(fake, row):
    catalog.navigation(row, NOW)
    row.generation += 1
    assert catalog.kept_navigation(row) is None


@pytest.mark.parametrize("junk", [b"", b"{", b"\xff\xfe", b"[]", b'{"version":99}', "text", 5])
def test_a_corrupt_or_foreign_value_is_a_miss(fake, row, junk):
    catalog.navigation(row, NOW)
    key = catalog._key(row, "navigation", ())
    caches["default"].set(key, junk)
    assert catalog.navigation(row, NOW).problem is None
    assert len(fake.calls) == 2


def test_a_value_under_a_wrong_key_is_a_miss(fake, row):
    catalog.navigation(row, NOW)
    value = caches["default"].get(catalog._key(row, "navigation", ()))
    other = AccountGroup.objects.create(id="other", name="Other")
    caches["default"].set(catalog._key(other, "navigation", ()), value)
    assert catalog.kept_navigation(other) is None


def test_the_key_is_not_in_the_cache(fake, row, settings):
    settings.AUDIENCES_API_KEY = "sk_live_do_not_keep"
    fake.pages = PAGES
    read_all(row)
    kept = str(caches["default"]._cache) + str(caches["places"]._cache)
    assert "sk_live_do_not_keep" not in kept


def test_places_are_known_along_the_chain(fake, row):
    fake.pages = PAGES
    assert catalog.place(row, "aud", "two") is None
    catalog.prospects(row, "aud", "", NOW)
    catalog.prospects(row, "aud", "two", NOW)
    assert catalog.place(row, "aud", "two") == Place("", 2)
    assert catalog.place(row, "aud", "three") == Place("two", 3)


def test_a_page_whose_chain_is_unknown_tells_no_place(fake, row):
    fake.pages = PAGES
    catalog.prospects(row, "aud", "two", NOW)
    assert catalog.place(row, "aud", "three") is None


def test_groups_named_by_the_setting_are_not_asked_for(fake, db, settings):
    settings.AUDIENCES_ACCOUNT_GROUPS = {"g-1": "One", "g-2": "Two"}
    assert catalog.refresh_account_groups() is None
    assert list(AccountGroup.objects.values_list("name", flat=True)) == ["One", "Two"]
    assert fake.calls == []


def test_groups_last_known_stay_when_the_api_will_not_say(fake, row):
    AccountGroup.objects.note((GroupRecord("grp", "Group", ""),))
    fake.failures["account_groups"] = failure(errors.Forbidden, 403)
    assert isinstance(catalog.refresh_account_groups(), errors.Forbidden)
    assert AccountGroup.objects.get().is_reachable
