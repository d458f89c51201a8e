"""Redis as a cache that may fail: what it cannot answer is a miss, and an outage costs one short wait, not one a call.

Django's RedisCache raises when Redis is down and waits out its timeout at every call while Redis is frozen
(RELIABILITY fact 5). It also keeps a client in each thread; here one is shared by the process, so that 64 threads
learn of an outage together.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

R = TypeVar("R")

REST_SECONDS = 5.0
# while one call finds out whether Redis is back, the others go on without it
_PROBE_SECONDS = 1.0
_log = logging.getLogger(__name__)


# tokens grow with time up to the burst; whoever finds none is told when it would be their turn, one after the other
_TAKE_ONE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local rate, burst, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'queue', 'at')
local tokens, queue, at = tonumber(kept[1] or burst), tonumber(kept[2] or 0), tonumber(kept[3] or now)
local grown = math.max(0, now - at) * rate
tokens, queue = math.min(burst, tokens + grown), math.max(0, queue - grown)
local wait = 0
if tokens >= 1 + reserve then
  tokens = tokens - 1
else
  queue = queue + 1
  wait = (queue + reserve) / rate
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'queue', tostring(queue), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 120)
return tostring(wait)
"""


class PlainBytes:
    """Bytes in, bytes out: what lies in Redis is data, and reading it can run nothing."""

    def dumps(self, value: bytes) -> bytes:
        """The value itself. Raises TypeError for anything but bytes."""
        if not isinstance(value, bytes):
            raise TypeError(f"the cache keeps bytes, not {type(value).__name__}")
        return value

    def loads(self, value: bytes) -> bytes:
        """The value itself."""
        return value


class Outage:
    """Whether Redis is left alone for now. Harmless when threads race: at worst two of them probe."""

    def __init__(self) -> None:
        self._until = 0.0  # 0: Redis answers

    def lasts(self) -> bool:
        """True while Redis is skipped; the first call after a rest gets False and finds out."""
        if not self._until:
            return False
        now = time.monotonic()
        if now < self._until:
            return True
        self._until = now + _PROBE_SECONDS
        return False

    def begin(self, error: Exception) -> None:
        """Redis failed: skip it for a while. Logged when it is news."""
        if not self._until:
            _log.warning("Redis does not answer; going on without its cache: %s", error)
        self._until = time.monotonic() + REST_SECONDS

    def end(self) -> None:
        """Redis answered."""
        if self._until:
            self._until = 0.0
            _log.warning("Redis answers again.")


def _or_else(operation: Callable[..., R], answer: Callable[..., R]) -> Callable[..., R]:
    """`operation`, or while Redis is silent what `answer` makes of the same arguments (or the process for itself)."""
    name = operation.__name__.lstrip("_")

    def instead(self: "SteadyClient", *args: Any) -> R:
        result: R = getattr(self.alone, name)(*args) if self.alone else answer(*args)
        return result

    @wraps(operation)
    def attempt(self: "SteadyClient", *args: Any) -> R:
        if self.outage.lasts():
            return instead(self, *args)
        try:
            result = operation(self, *args)
        except (RedisError, OSError) as error:
            self.outage.begin(error)
            return instead(self, *args)
        self.outage.end()
        return result

    return attempt


def _absent(key: str, _delta: int) -> int:
    raise ValueError(f"Key '{key}' not found.")  # as Django's caches say it


class SteadyClient(RedisCacheClient):
    """Django's client; each operation with the answer it gives when Redis doesn't.

    `add` says yes: it is asked by whoever wants to be the one to do something, and with nobody keeping count the
    work must still be done. Several processes may then do it at once; none waits for another that never was.

    `alone`: what must not be lost with Redis, only shared no longer, is kept in the process meanwhile.
    """

    def __init__(self, servers: list[str], *, alone: bool = False, **options: Any) -> None:
        # redis-py's own default tries four times
        super().__init__(servers, retry=Retry(NoBackoff(), 0), **options)
        self.outage = Outage()
        self.alone = ProcessCache("alone", {}) if alone else None

    get = _or_else(RedisCacheClient.get, lambda _key, default: default)
    get_many = _or_else(RedisCacheClient.get_many, lambda *_: {})
    has_key = _or_else(RedisCacheClient.has_key, lambda *_: False)
    add = _or_else(RedisCacheClient.add, lambda *_: True)
    set = _or_else(RedisCacheClient.set, lambda *_: None)
    set_many = _or_else(RedisCacheClient.set_many, lambda *_: None)
    touch = _or_else(RedisCacheClient.touch, lambda *_: False)
    delete = _or_else(RedisCacheClient.delete, lambda *_: False)
    delete_many = _or_else(RedisCacheClient.delete_many, lambda *_: None)
    incr = _or_else(RedisCacheClient.incr, _absent)
    clear = _or_else(RedisCacheClient.clear, lambda *_: False)

    def _tally(self, key: str, delta: int, lifetime: float) -> int:
        pipeline = self.get_client(key, write=True).pipeline(transaction=False)
        pipeline.incrby(key, delta)
        pipeline.expire(key, int(lifetime) + 1)
        return int(pipeline.execute()[0])

    def _tally_many(self, amounts: dict[str, int], lifetime: float) -> None:
        pipeline = self.get_client(write=True).pipeline(transaction=False)
        for key, delta in amounts.items():
            pipeline.incrby(key, delta)
            pipeline.expire(key, int(lifetime) + 1)
        pipeline.execute()

    def _take_token(self, key: str, rate: float, burst: float, reserve: float) -> float:
        return float(self.get_client(key, write=True).eval(_TAKE_ONE, 1, key, rate, burst, reserve))

    tally = _or_else(_tally, lambda _key, delta, _lifetime: delta)
    tally_many = _or_else(_tally_many, lambda *_: None)
    take_token = _or_else(_take_token, lambda *_: 0.0)


class SteadyRedisCache(RedisCache):
    """Django's Redis cache, made safe to lose. All threads of a process share one client for an address."""

    shown_as = "Redis, shared by all processes"

    _clients: ClassVar[dict[str, SteadyClient]] = {}
    _making: ClassVar[Lock] = Lock()

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        address = f"{server} {params.get('OPTIONS')}"
        with self._making:
            if address not in self._clients:
                self._clients[address] = SteadyClient([server], **params.get("OPTIONS", {}))
        self._client = self._clients[address]

    @property
    def _cache(self) -> SteadyClient:
        return self._client

    def tally(self, key: str, delta: int, lifetime: float) -> int:
        """Add to a count that is forgotten `lifetime` seconds after the last addition; gives the new count."""
        return self._cache.tally(self.make_and_validate_key(key), delta, lifetime)

    def tally_many(self, amounts: dict[str, int], lifetime: float) -> None:
        """Add to several counts at once."""
        self._cache.tally_many({self.make_and_validate_key(key): delta for key, delta in amounts.items()}, lifetime)

    def take_token(self, key: str, rate: float, burst: float, reserve: float) -> float:
        """0 when a token was there and is taken now, else the seconds until it would be one's turn."""
        return self._cache.take_token(self.make_and_validate_key(key), rate, burst, reserve)


class ProcessCache(LocMemCache):
    """Django's cache in the process, with the two operations that must not be torn apart."""

    shown_as = "in each process, for itself"

    _buckets: ClassVar[dict[str, tuple[float, float, float]]] = {}
    _counting: ClassVar[Lock] = Lock()

    def tally(self, key: str, delta: int, lifetime: float) -> int:
        """As SteadyRedisCache's."""
        with self._counting:
            count = int(self.get(key) or b"0") + delta
            self.set(key, str(count).encode(), lifetime)
            return count

    def tally_many(self, amounts: dict[str, int], lifetime: float) -> None:
        """As SteadyRedisCache's."""
        for key, delta in amounts.items():
            self.tally(key, delta, lifetime)

    def take_token(self, key: str, rate: float, burst: float, reserve: float) -> float:
        """As SteadyRedisCache's."""
        with self._counting:
            now = time.monotonic()
            tokens, queue, at = self._buckets.get(key, (burst, 0.0, now))
            grown = (now - at) * rate
            tokens, queue = min(burst, tokens + grown), max(0.0, queue - grown)
            taken = tokens >= 1 + reserve
            self._buckets[key] = (tokens - 1, queue, now) if taken else (tokens, queue + 1, now)
            return 0.0 if taken else (queue + 1 + reserve) / rate

    def clear(self) -> None:
        """Forget everything, tokens too."""
        super().clear()
        self._buckets.clear()
