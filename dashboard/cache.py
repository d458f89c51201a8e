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

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

R = TypeVar("R")

REST_SECONDS = 5.0
# while one call finds out whether Redis is back, the others go on without it
_PROBE_SECONDS = 1.0
_log = logging.getLogger(__name__)


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
    """`operation`, or while Redis is silent what `answer` makes of the same arguments."""

    @wraps(operation)
    def attempt(self: "SteadyClient", *args: Any) -> R:
        if self.outage.lasts():
            return answer(*args)
        try:
            result = operation(self, *args)
        except (RedisError, OSError) as error:
            self.outage.begin(error)
            return answer(*args)
        self.outage.end()
        return result

    return attempt


def _absent(key: str, _delta: int) -> int:
    raise ValueError(f"Key '{key}' not found.")  # as Django's caches say it


class SteadyClient(RedisCacheClient):
    """Django's client; each operation with the answer it gives when Redis doesn't.

    `add` says yes: it is asked by whoever wants to be the one to do something, and with nobody keeping count the
    work must still be done. Several processes may then do it at once; none waits for another that never was.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        # redis-py's own default tries four times
        super().__init__(servers, retry=Retry(NoBackoff(), 0), **options)
        self.outage = Outage()

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


class SteadyRedisCache(RedisCache):
    """Django's Redis cache, made safe to lose. All threads of a process share one client for an address."""

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
