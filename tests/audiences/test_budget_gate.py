"""The gate before the API: holding back, the rate, the breaker."""

import time
from contextlib import suppress
from itertools import count

import pytest
from django.core.cache import caches

from audiences import budget
from audiences.api import errors
from audiences.api.client import AudiencesClient
from audiences.budget import Budget, background


@pytest.fixture(autouse=True)
def nothing_spent(settings):
    settings.AUDIENCES_API_RATE = None
    caches["budget"].clear()
    yield
    caches["budget"].clear()


@pytest.fixture
def clock(monkeypatch):
    """Lets time pass for the gate."""
    start, passed = time.time(), [0.0]

    class Time:
        time = staticmethod(lambda: start + passed[0])

    monkeypatch.setattr(budget, "time", Time)
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


def limited(wait):
    return errors.RateLimited("slow down", status=429, retry_after=wait)


def note(*outcomes):
    for outcome in outcomes:
        Budget().note(outcome)


FAILED = errors.InternalError("no", status=503)


@pytest.mark.parametrize(("wait", "holds"), [(7.0, 7), (None, 5), (0.0, 0)])
def test_after_a_429_everybody_holds_back_as_long_as_the_api_says(clock, wait, holds):
    note(limited(wait))
    if holds:
        with pytest.raises(errors.HeldBack) as held:
            Budget().admit()
        assert not isinstance(held.value, errors.RateSpent)
        assert holds - 1 < held.value.retry_after <= holds
    clock(holds)
    Budget().admit()


def test_a_longer_hold_is_not_shortened(clock):
    note(limited(60.0), limited(1.0))
    clock(10)
    with pytest.raises(errors.HeldBack):
        Budget().admit()


def test_another_key_is_not_held_back(settings):
    note(limited(60.0))
    settings.AUDIENCES_API_KEY = "sk_another"
    Budget().admit()


def test_the_rate_lets_so_many_through_and_tells_the_others_when(settings):
    settings.AUDIENCES_API_RATE = 5.0
    waits = []
    for _ in range(12):
        try:
            Budget().admit()
        except errors.RateSpent as held:
            waits.append(held.retry_after)
    assert len(waits) >= 12 - 6
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_people_come_before_background_work(settings):
    settings.AUDIENCES_API_RATE = 10.0
    admitted = 0
    with background():
        for _ in range(10):
            try:
                Budget().admit()
            except errors.HeldBack:
                break
            admitted += 1
    assert admitted < 10
    Budget().admit()


@pytest.mark.parametrize("rate", [0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 3.3, 3.4, 5.0])
def test_background_work_gets_on_at_any_rate(settings, monkeypatch, rate):
    settings.AUDIENCES_API_RATE = rate
    moments = count(1000.0, 0.5)
    monkeypatch.setattr("dashboard.cache.time.monotonic", lambda: next(moments))
    admitted = 0
    with background():
        for _ in range(200):
            with suppress(errors.HeldBack):
                Budget().admit()
                admitted += 1
    assert admitted >= min(200, 100 * rate) * 0.6


def test_half_of_ten_calls_failing_opens_the_breaker(clock):
    note(*[FAILED, None] * 4)
    Budget().admit()
    note(FAILED, FAILED)
    with pytest.raises(errors.Resting) as resting:
        Budget().admit()
    assert 14 < resting.value.retry_after <= 15


@pytest.mark.parametrize("kind", [errors.NotFound, errors.Forbidden, errors.ValidationFailed, errors.NotReady])
def test_what_the_api_refuses_never_counts(kind):
    note(*[kind("no", status=404)] * 30)
    Budget().admit()


def test_few_failures_are_no_reason():
    note(*[FAILED] * 9)
    Budget().admit()


def test_one_probe_finds_out_whether_the_api_is_back(clock):
    note(*[FAILED] * 10)
    clock(15.1)
    Budget().admit()
    with pytest.raises(errors.Resting):
        Budget().admit()
    note(None)
    Budget().admit()
    Budget().admit()


def test_a_probe_that_fails_opens_it_again(clock):
    note(*[FAILED] * 10)
    clock(15.1)
    Budget().admit()
    note(FAILED)
    with pytest.raises(errors.Resting):
        Budget().admit()
    clock(15.1)
    Budget().admit()


def test_the_client_asks_the_gate_and_sends_nothing_when_held():
    Budget().hold(30)
    client = AudiencesClient("http://127.0.0.1:9", "sk_test", gate=Budget())
    with pytest.raises(errors.HeldBack):
        client.navigation("grp")
    client.close()


def test_the_client_tells_the_gate_how_it_went():
    told = []

    class Gate:
        def admit(self):
            told.append("admit")

        def note(self, error):
            told.append(type(error).__name__)

        def record(self, operation, seconds, error, trace_id):
            told.append(operation.value)

    client = AudiencesClient("http://127.0.0.1:9", "sk_test", gate=Gate())
    with pytest.raises(errors.NotSent):
        client.navigation("grp")
    client.close()
    assert told == ["admit", "NotSent", "navigation"] * 2
