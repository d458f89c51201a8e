"""The rule by which the web server gives up on its workers; what they survive is tested in test_up.py."""

import pytest

from dashboard.server import Respawned, sizes

GRANIANS_RULE = 5.5


@pytest.mark.parametrize(("deaths", "apart", "gives_up"), [(50, 0.6, False), (9, 0.01, False), (10, 0.01, True)])
def test_gives_up_only_when_workers_die_at_once(deaths, apart, gives_up):
    respawned = Respawned()
    for number in range(deaths):
        respawned[0] = number * apart
    now = (deaths - 1) * apart + 0.01
    assert (now - respawned.get(0, 0) <= GRANIANS_RULE) is gives_up


@pytest.mark.parametrize(
    ("redis", "workers", "expected"),
    [
        ("", "", (1, 64)),
        ("redis://127.0.0.1/0", "", (2, 64)),
        ("redis://127.0.0.1/0", "3", (3, 64)),
        ("", "4", (4, 64)),
    ],
)
def test_one_worker_unless_the_cache_is_shared(monkeypatch, redis, workers, expected):
    monkeypatch.setenv("REDIS_URL", redis)
    monkeypatch.setenv("WEB_WORKERS", workers)
    monkeypatch.delenv("WEB_THREADS", raising=False)
    assert sizes() == expected
