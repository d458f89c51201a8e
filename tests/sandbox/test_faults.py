"""Latency, the rate limit and the share of failing calls."""

import time

import pytest
import requests

from sandbox import answers
from sandbox.faults import Failures, RateLimit


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_bucket_holds_a_second_and_refills():
    clock = Clock()
    limit = RateLimit(4, clock)
    for _ in range(4):
        limit.take("a")
    with pytest.raises(answers.Problem) as refused:
        limit.take("a")
    assert (refused.value.status, refused.value.headers) == (429, (("Retry-After", "1"),))
    limit.take("b")
    clock.now = 0.25
    limit.take("a")
    with pytest.raises(answers.Problem):
        limit.take("a")


def test_a_slow_rate_says_how_long_to_wait():
    limit = RateLimit(0.1, Clock())
    limit.take("a")
    with pytest.raises(answers.Problem) as refused:
        limit.take("a")
    assert refused.value.headers == (("Retry-After", "10"),)


def test_no_rate_is_no_limit():
    limit = RateLimit(None)
    assert [limit.take("a") for _ in range(1000)] == [None] * 1000


def test_failures_come_in_the_same_order_at_every_start():
    first, second = Failures(0.3), Failures(0.3)
    seen = [first.next() for _ in range(2000)]
    assert seen == [second.next() for _ in range(2000)]
    assert set(seen) == {"", *Failures.KINDS}
    assert 0.25 < 1 - seen.count("") / 2000 < 0.35


def test_a_rate_limited_server(start):
    running = start("--rate-limit", "2/s")
    answered = [running.get("/v1/accounts") for _ in range(4)]
    assert [answer.status_code for answer in answered[:3]] == [200, 200, 429]
    assert answered[2].headers["Retry-After"] == "1"
    assert running.get("/v1/accounts", key="sk_sandbox_read").status_code == 200
    assert requests.get(f"{running.url}/openapi.json", timeout=5).status_code == 200


def test_a_failing_server_fails_in_every_way(start):
    running = start("--fail-rate", "1")
    seen = set()
    for _ in range(20):
        try:
            answer = running.get("/v1/accounts")
            seen.add((answer.status_code, answer.headers["Content-Type"].split(";")[0]))
        except requests.exceptions.RequestException:
            seen.add("cut")
    assert seen == {(500, "application/json"), (502, "application/json"), (503, "text/html"), "cut"}


def test_a_creation_may_fail_after_the_deed(start):
    running = start("--fail-rate", "0.5", "--populate-seconds", "0")
    failed = []
    for number in range(20):
        try:
            answer = running.post({"name": f"New {number}", "type": "on_demand"})
            failed += [number] if answer.status_code == 502 else []
        except requests.exceptions.RequestException:
            failed.append(number)
    assert failed
    assert {f"New {number}" for number in failed} <= listed(running)


def listed(running):
    """The newest audiences, however often the list fails first."""
    while True:
        try:
            answer = running.get("", params={"limit": 50})
        except requests.exceptions.RequestException:
            continue
        if answer.status_code == 200:
            return {item["name"] for item in answer.json()["data"]["items"]}


def test_latency_delays_every_call(start):
    running = start("--latency", "150")
    for path in ("/v1/accounts", "/navigation", "/nobody"):
        begun = time.monotonic()
        running.get(path)
        assert time.monotonic() - begun >= 0.15
