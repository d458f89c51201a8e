"""The API's budget: one gate a key, shared by all processes through the cache.

After a 429 everybody holds back for as long as the API says. A token bucket (AUDIENCES_API_RATE) keeps 429s rare, and
leaves part of each second to people when background work asks too. A breaker leaves an API alone that keeps failing
(RELIABILITY section 2). Nobody sleeps here: who may not ask now is told when to come back.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import cast

from django.conf import settings
from django.core.cache import caches

from audiences import calls
from audiences.api.errors import ApiError, HeldBack, RateLimited, RateSpent, Resting, Unavailable
from audiences.api.messages import Operation
from audiences.apikey import fingerprint
from audiences.kept import Shared
from audiences.measures import count

UNKNOWN_WAIT = 5.0  # seconds to hold back after a 429 that names no time
BREAKER_SPAN = 20  # seconds over which failures count …
BREAKER_CALLS = 10  # … once there were so many calls …
BREAKER_SHARE = 0.5  # … and so large a part of them failed:
BREAKER_OPEN = 15.0  # then the API is left alone for so long
AT_ONCE = 0.8  # of a second's rate: calls that left one after the other may arrive together
LEFT_TO_PEOPLE = 0.5  # the part of the rate that background work does not touch
VISITORS = 2.0  # calls a second that the visitors of one link may cause, …
VISITORS_BURST = 30.0  # … after so many at once: somebody who scrolls
VISITORS_SHARE = 0.25  # … and never more than this part of the rate
ALL_VISITORS = 20.0  # those of all links together, where there is no rate; of a rate, the half that members leave
_SLICE = 5  # seconds that are counted together

_cache = caches["budget"]
_shared = cast(Shared, _cache)
_in_background: ContextVar[bool] = ContextVar("in_background", default=False)
_admitted: ContextVar[bool] = ContextVar("admitted", default=False)
_link: ContextVar[str] = ContextVar("link", default="")


@contextmanager
def background() -> Iterator[None]:
    """What is asked in here is not what somebody waits for: people come first."""
    token = _in_background.set(True)
    try:
        yield
    finally:
        _in_background.reset(token)


@contextmanager
def spared() -> Iterator[None]:
    """One call that nobody has asked for yet, if the budget has it to spare: it is admitted here, as background work,
    and then is anybody's who joins it. Raises HeldBack or Resting.
    """
    with background():
        Budget().admit()
    token = _admitted.set(True)
    try:
        yield
    finally:
        _admitted.reset(token)


@contextmanager
def visit(link: str) -> Iterator[None]:
    """What is asked in here a visitor of this link asks for: all of its visitors share an allowance below members'."""
    token = _link.set(link)
    try:
        yield
    finally:
        _link.reset(token)


class LinkSpent(RateSpent):
    """The visitors of a link have to wait; nobody else who wants the same."""


def is_visitor() -> bool:
    """Whether a visitor of a link asks, and no member."""
    return bool(_link.get())


def visitors_turn() -> None:
    """Take a call that a visitor is about to cause out of their link's allowance, and out of that of all links.

    Nobody else has one. Raises LinkSpent.
    """
    link, rate = _link.get(), settings.AUDIENCES_API_RATE
    if not link:
        return
    half = rate * (1 - LEFT_TO_PEOPLE) if rate else ALL_VISITORS
    allowed = min(VISITORS, rate * VISITORS_SHARE) if rate else VISITORS
    burst = min(VISITORS_BURST, max(half, 1.0))
    wait = _shared.take_token(_name(f"link-{link}"), allowed, burst, 0.0)
    wait = wait or _shared.take_token(_name("links"), half, max(half, burst), 0.0)
    if wait > 0:
        count("held")
        raise LinkSpent("This link has used up its allowance for now.", retry_after=wait)


def may_refresh() -> bool:
    """Whether something old may be brought up to date: visitors cause no more calls by that than by asking."""
    try:
        visitors_turn()
    except LinkSpent:
        return False
    return True


class Budget:
    """The gate of this deployment's key (audiences.api.gate)."""

    def admit(self) -> None:
        """Let an attempt go. Raises HeldBack or Resting, with the seconds to wait."""
        if _admitted.get():
            _admitted.set(False)
            return
        self._obey_hold()
        self._obey_breaker()
        self._take_token()

    def note(self, error: ApiError | None) -> None:
        """Learn from an attempt: a 429 holds everybody back, failures open the breaker, 4xx never count."""
        if isinstance(error, RateLimited):
            self.hold(UNKNOWN_WAIT if error.retry_after is None else error.retry_after)
            count("limited")
            return
        failed = isinstance(error, Unavailable)
        count("failed" if failed else "answered")
        self._count_for_breaker(failed)

    def record(self, operation: Operation, seconds: float, error: ApiError | None, trace_id: str) -> None:
        """Log it, count it, and learn from it what the key may do."""
        calls.record(operation, seconds, error, trace_id)

    def hold(self, seconds: float) -> None:
        """Nobody asks for so long; a hold that lasts longer already stays."""
        until = time.time() + seconds
        if seconds > 0 and until > self.held_until():
            _cache.set(_name("held"), repr(until).encode(), seconds)

    def held_until(self) -> float:
        """When the API may be asked again, in seconds since the epoch; 0 when it may be now."""
        until = _number(_cache.get(_name("held")))
        return until if until > time.time() else 0.0

    def resting_until(self) -> float:
        """Until when the breaker leaves the API alone, in seconds since the epoch; 0 when it is closed."""
        until = _number(_cache.get(_name("open")))
        return until if until > time.time() else 0.0

    def _obey_hold(self) -> None:
        wait = self.held_until() - time.time()
        if wait > 0:
            raise HeldBack("The API asked to wait; it is asked again after that.", retry_after=wait, status=429)

    def _obey_breaker(self) -> None:
        raw = _cache.get(_name("open"))
        if raw is None:
            return
        wait = _number(raw) - time.time()
        # the time is over: one call finds out whether the API is back, the others go on waiting
        if wait <= 0 and _cache.add(_name("probe"), b"1", BREAKER_OPEN):
            return
        raise Resting(
            "The API failed too often just now; it is left alone for a moment.",
            retry_after=max(wait, 1.0),
        )

    def _count_for_breaker(self, failed: bool) -> None:
        if not failed and _cache.get(_name("open")) is not None:
            _cache.delete_many([_name("open"), _name("probe"), *_slices("calls"), *_slices("failures")])
            return
        _add(_slices("calls")[0], BREAKER_SPAN * 2)
        if not failed:
            return
        _add(_slices("failures")[0], BREAKER_SPAN * 2)
        calls, failures = _total("calls"), _total("failures")
        if _cache.get(_name("open")) is not None or (calls >= BREAKER_CALLS and failures >= calls * BREAKER_SHARE):
            self._open()

    def _open(self) -> None:
        # kept longer than it holds: what follows the time is one probe, not everybody
        _cache.set(_name("open"), repr(time.time() + BREAKER_OPEN).encode(), BREAKER_OPEN * 20)
        _cache.delete(_name("probe"))

    def _take_token(self) -> None:
        rate = settings.AUDIENCES_API_RATE
        if not rate:
            return
        burst = max(rate * AT_ONCE, 1.0)
        # what is left may be as much as the bucket holds, and not more: else nothing behind people would ever get on
        reserve = min(rate * LEFT_TO_PEOPLE, burst - 1.0) if _in_background.get() else 0.0
        wait = _shared.take_token(_name("bucket"), rate, burst, reserve)
        if wait > 0:
            count("held")
            raise RateSpent("This dashboard has used up its rate for now.", retry_after=wait)


def _name(what: str) -> str:
    return f"budget-{fingerprint()[:32]}-{what}"


def _number(raw: object) -> float:
    if isinstance(raw, bytes):
        with suppress(ValueError):
            return float(raw)
    return 0.0


def _slices(what: str) -> list[str]:
    """The names under which the last BREAKER_SPAN seconds are counted, the newest first."""
    now = int(time.time()) // _SLICE
    return [_name(f"{what}-{now - back}") for back in range(BREAKER_SPAN // _SLICE)]


def _add(name: str, lifetime: float) -> None:
    _shared.tally(name, 1, lifetime)


def _total(what: str) -> int:
    return sum(int(_number(value)) for value in _cache.get_many(_slices(what)).values())
