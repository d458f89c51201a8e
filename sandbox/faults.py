"""Trouble on purpose: the rate limit, the share of failing calls, and answers that are no envelopes."""

import math
import random
import threading
import time
from collections.abc import Callable

from sandbox.answers import Answer, Problem, internal, rate_limited, upstream

_HTML = "text/html; charset=utf-8"
_SEED = 2026


class RateLimit:
    """A token bucket per key: `rate` tokens a second, at most one second's worth saved up."""

    def __init__(self, rate: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Take one token. Raises the 429 Problem, with the whole seconds until one is there, when none is left."""
        if self._rate is None:
            return
        most = max(1.0, self._rate)
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.get(key, (most, now))
            tokens = min(most, tokens + (now - since) * self._rate)
            if tokens < 1:
                self._buckets[key] = (tokens, now)
                raise rate_limited(math.ceil((1 - tokens) / self._rate))
            self._buckets[key] = (tokens - 1, now)


class Failures:
    """Picks the calls that fail, and how, in a sequence that is the same at every start."""

    KINDS = ("500", "502", "503 html", "cut")

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._dice = random.Random(_SEED)
        self._lock = threading.Lock()

    def next(self) -> str:
        """The failure of the next call ("" for none)."""
        if not self._rate:
            return ""
        with self._lock:
            chance, kind = self._dice.random(), self._dice.choice(self.KINDS)
        return kind if chance < self._rate else ""


def failing(kind: str) -> Answer:
    """The answer (or cut) for one of Failures.KINDS."""
    problems: dict[str, Problem] = {"500": internal(), "502": upstream()}
    if kind in problems:
        return problems[kind].answer()
    return cut() if kind == "cut" else html(503, "Service Unavailable")


def html(status: int, title: str) -> Answer:
    """A page where JSON should be, as a proxy in front of the API would answer."""
    body = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, body.encode(), _HTML)


def cut() -> Answer:
    """The connection ends in mid-body: a head that promises more than comes."""
    return Answer(200, b'{"success":true,"data":{"items":[', cut=True)
