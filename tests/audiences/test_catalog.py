"""What is kept, for how long, and what is shown when the API fails."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache, caches

from audiences import catalog, flight, kept, measures, places
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.api.records import AccountGroup as GroupRecord
from audiences.places import Place
from team.models import AccountGroup
from tests.audiences.conftest import until

pytestmark = pytest.mark.django_db
NOW = Deadline(7200)  # made when tests are collected, long before this one runs
HELD_BACK = (errors.HeldBack, errors.RateSpent)
REFUSED = (errors.Unauthorized, errors.Forbidden)
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "three"), "three": ((), "")}


def failure(kind=errors.UpstreamError, status=502):
    return kind("it failed", status=status, code="X", details=None, trace_id="t-1", method="GET", path="/v1/x")


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


def test_a_minute_later_the_old_is_served_and_the_new_fetched_behind(fake, row, later):
    fake.pages = PAGES
    first = read_all(row)
    later(seconds=61)
    assert read_all(row) == first
    until(lambda: len(fake.calls) == 8)
    until(lambda: catalog.navigation(row, NOW).read_at > first[0].read_at)


def test_one_refreshes_for_all(fake, row, later):
    catalog.navigation(row, NOW)
    later(seconds=61)
    fake.delay = 0.1
    for _ in range(20):
        catalog.navigation(row, NOW)
    until(lambda: len(fake.calls) == 2)
    time.sleep(0.15)
    assert len(fake.calls) == 2


def test_who_looked_before_it_was_refreshed_does_not_ask_once_more(fake, row, later, monkeypatch):
    catalog.navigation(row, NOW)
    later(seconds=61)
    acquire = flight.acquire

    def others_first(key):
        monkeypatch.setattr(flight, "acquire", acquire)
        catalog.ask_navigation(row, NOW)
        return acquire(key)

    monkeypatch.setattr(flight, "acquire", others_first)
    catalog.navigation(row, NOW)
    until(lambda: cache.get(f"lock-{kept.key(row, 'navigation')}") is None)
    assert len(fake.calls) == 2


@pytest.mark.parametrize("max_age", [900, 0])
def test_many_who_ask_at_once_cost_one_call(fake, row, settings, max_age):
    settings.PROSPECTS_MAX_AGE = max_age
    fake.pages, fake.delay = PAGES, 0.2 if max_age else 1.0  # where nothing is kept, who comes after the answer asks
    with ThreadPoolExecutor(20) as threads:
        readings = list(threads.map(lambda _: catalog.prospects(row, "aud", "", Deadline(8)), range(20)))
    assert len(fake.calls) == 1
    assert all(found.value == readings[0].value for found in readings)


def test_many_who_ask_at_once_fail_together(fake, row):
    fake.failures["navigation"], fake.delay = failure(), 0.2

    def ask(_):
        with pytest.raises(errors.UpstreamError):
            catalog.navigation(row, Deadline(8))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(ask, range(20)))
    assert len(fake.calls) == 1


def test_a_failure_is_remembered_for_seconds(fake, row, later):
    fake.failures["navigation"] = failure()
    for _ in range(3):
        with pytest.raises(errors.UpstreamError, match="it failed"):
            catalog.navigation(row, NOW)
    assert len(fake.calls) == 1
    later(seconds=4)
    with pytest.raises(errors.UpstreamError):
        catalog.navigation(row, NOW)
    assert len(fake.calls) == 2


def test_trying_again_really_asks(fake, row):
    fake.failures["navigation"] = failure()
    for _ in range(2):
        with pytest.raises(errors.UpstreamError):
            catalog.navigation(row, NOW, afresh=True)
    assert len(fake.calls) == 2


def test_asking_afresh_gives_the_new_answer_or_the_old_with_why(fake, row):
    first = catalog.navigation(row, NOW)
    assert catalog.navigation(row, NOW, afresh=True).read_at > first.read_at
    fake.failures["navigation"] = failure()
    assert isinstance(catalog.navigation(row, NOW, afresh=True).problem, errors.UpstreamError)


@pytest.mark.parametrize("kind", HELD_BACK)
def test_a_refresh_that_was_held_back_says_why_and_is_no_error_of_the_api(fake, row, later, kind):
    read = catalog.navigation(row, NOW)
    fake.failures["navigation"] = kind("not now", retry_after=0.5)
    later(seconds=61)
    until(lambda: type(catalog.navigation(row, NOW).problem) is kind)
    assert catalog.navigation(row, NOW).value == read.value
    assert measures.last_errors() == []


@pytest.mark.parametrize("kind", HELD_BACK)
def test_whoever_has_nothing_to_show_is_not_told_that_others_were_held_back(fake, row, kind):
    fake.failures["navigation"] = kind("not now", retry_after=0.5)
    with pytest.raises(kind):
        catalog.navigation(row, NOW)
    fake.failures.clear()
    assert catalog.navigation(row, NOW).problem is None


def test_a_lock_whose_holder_died_costs_its_lifetime_and_not_more(fake, row, monkeypatch):
    monkeypatch.setattr(flight, "LOCK_SECONDS", 0.3)
    assert flight.acquire(kept.key(row, "navigation"))
    began = time.monotonic()
    catalog.navigation(row, Deadline(8))
    assert 0.2 < time.monotonic() - began < 1


def test_a_lock_held_too_long_is_a_time_out(fake, row):
    assert flight.acquire(kept.key(row, "navigation"))
    with pytest.raises(errors.TimedOut):
        catalog.navigation(row, Deadline(0.1))


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
    until(lambda: isinstance(catalog.navigation(row, NOW).problem, kind))
    stale = catalog.navigation(row, NOW)
    assert (stale.value, stale.read_at) == (read.value, read.read_at)
    assert stale.problem.trace_id == "t-1"
    assert len(fake.calls) == 2


@pytest.mark.parametrize("kind", [errors.Unauthorized, errors.Forbidden])
def test_names_stay_when_the_key_is_refused(fake, row, kind):
    catalog.navigation(row, NOW)
    fake.failures["navigation"] = failure(kind, 401)
    assert isinstance(catalog.navigation(row, NOW, afresh=True).problem, kind)
    assert catalog.kept_navigation(row) is not None


@pytest.mark.parametrize(("kind", "refused"), [(errors.Unauthorized, True), (errors.Forbidden, False)])
def test_people_go_when_the_key_is_refused_anywhere(fake, row, kind, refused):
    fake.pages = PAGES
    catalog.prospects(row, "aud", "", NOW)
    fake.failures["audience"] = fake.failures["prospects"] = failure(kind, 401)
    with pytest.raises(kind):
        catalog.audience(row, "aud", NOW)
    if not refused:  # a 403 is about one call only
        assert catalog.prospects(row, "aud", "", NOW).value.items
        return
    with pytest.raises(kind):
        catalog.prospects(row, "aud", "", NOW)


def test_people_refused_on_one_page_are_gone_on_all_of_that_audience(fake, row):
    fake.pages = PAGES
    catalog.prospects(row, "aud", "", NOW)
    catalog.prospects(row, "other", "", NOW)
    fake.failures["prospects"] = failure(errors.Forbidden, 403)
    with pytest.raises(errors.Forbidden):
        catalog.prospects(row, "aud", "two", NOW)
    with pytest.raises(errors.Forbidden):
        catalog.prospects(row, "aud", "", NOW)
    assert catalog.prospects(row, "other", "", NOW).value.items


def test_people_are_back_once_the_api_gives_them_again(fake, row):
    fake.pages = PAGES
    fake.failures["prospects"] = failure(errors.Unauthorized, 401)
    with pytest.raises(errors.Unauthorized):
        catalog.prospects(row, "aud", "", NOW)
    fake.failures.clear()
    assert catalog.prospects(row, "aud", "", NOW, afresh=True).value.items
    assert catalog.prospects(row, "aud", "", NOW).problem is None


@pytest.mark.parametrize("kind", [errors.Unauthorized, errors.Forbidden, errors.NotFound, errors.NotReady])
def test_an_answer_that_says_no_is_not_papered_over(fake, row, later, kind):
    fake.pages = PAGES
    read_all(row)
    later(minutes=2)
    fake.failures["prospects"] = failure(kind, 403)
    catalog.prospects(row, "aud", "", NOW)
    until(lambda: len(fake.calls) == 5)
    until(lambda: kept.load(kept.key(row, "prospects", ("aud", "")), catalog._PEOPLE) is None or kind in REFUSED)
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
    until(lambda: catalog.prospects(row, "aud", "", NOW).problem)
    later(seconds=140)
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
    key = kept.key(row, "navigation")
    caches["default"].set(key, junk)
    assert catalog.navigation(row, NOW).problem is None
    assert len(fake.calls) == 2


def test_a_value_under_a_wrong_key_is_a_miss(fake, row):
    catalog.navigation(row, NOW)
    value = caches["default"].get(kept.key(row, "navigation"))
    other = AccountGroup.objects.create(id="other", name="Other")
    caches["default"].set(kept.key(other, "navigation"), value)
    assert catalog.kept_navigation(other) is None


def test_the_key_is_not_in_the_cache(fake, row, settings):
    settings.AUDIENCES_API_KEY = "sk_live_do_not_keep"
    fake.pages = PAGES
    read_all(row)
    kept = str(caches["default"]._cache) + str(caches["places"]._cache)
    assert "sk_live_do_not_keep" not in kept


def test_places_are_known_along_the_chain(fake, row):
    fake.pages = PAGES
    assert places.at(row, "aud", "two") is None
    catalog.prospects(row, "aud", "", NOW)
    catalog.prospects(row, "aud", "two", NOW)
    assert places.at(row, "aud", "two") == Place("", 2)
    assert places.at(row, "aud", "three") == Place("two", 3)


def test_a_page_whose_chain_is_unknown_tells_no_place(fake, row):
    fake.pages = PAGES
    catalog.prospects(row, "aud", "two", NOW)
    assert places.at(row, "aud", "three") is None


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
