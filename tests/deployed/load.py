"""Readers at a steady rate, whatever becomes of their requests, and what they saw.

A request goes to one address and, as behind a proxy, once to the next one when its connection was refused, or when a
GET broke off before its answer began. With one address (a real proxy's) nothing is tried again.
"""

import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import Self

import requests

from tests.shared.deployment import Person

PATIENCE = (3.05, 20.0)  # seconds to connect, and between two bytes
_AT_ONCE = 256  # an outage of the database holds each for seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request. Times are the monotonic clock's, in seconds; `status` 0: no answer, or a part."""

    path: str
    began: float
    took: float
    status: int
    went_wrong: str = ""  # what the last address did, when `status` is 0
    tried: int = 1

    @property
    def failed(self) -> bool:
        """Whether the reader does not have the page."""
        return self.status != 200


class Load:
    """`rate` requests a second over all addresses, from the start of the block to its end.

    `people` are signed in; each request is of one of them, for one of `paths`, at random.
    """

    def __init__(self, addresses: Sequence[str], people: Sequence[Person], paths: Sequence[str], rate: float = 20.0):
        self._addresses, self._people, self._paths, self._rate = addresses, people, paths, rate
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._pending: list[Future[Answer]] = []
        self._clock = threading.Thread(target=self._go)

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._clock.join()
        self._pool.shutdown()

    def answers(self) -> list[Answer]:
        """Of all that was asked so far, by when; waits for those on their way."""
        return sorted((task.result() for task in list(self._pending)), key=lambda one: one.began)

    def _go(self) -> None:
        began, number = time.monotonic(), 0
        while not self._over.wait(max(0.0, began + number / self._rate - time.monotonic())):
            self._pending.append(self._pool.submit(self._read, number))
            number += 1

    def _read(self, number: int) -> Answer:
        first = number % len(self._addresses)
        order = [*self._addresses[first:], *self._addresses[:first]][:2]
        return read(order, random.choice(self._people).cookies, random.choice(self._paths))


def read(order: Sequence[str], cookies: Mapping[str, str], path: str) -> Answer:
    """Ask the first address, and each further one only while nothing has come of it."""
    began, wrong = time.monotonic(), ""
    for number, address in enumerate(order, start=1):
        begun = False
        try:
            options = {"cookies": cookies, "allow_redirects": False, "timeout": PATIENCE, "stream": True}
            with requests.get(address + path, **options) as answer:
                begun = True
                answer.content  # noqa: B018 - reads it to its end
                return Answer(path, began, time.monotonic() - began, answer.status_code, "", number)
        except requests.Timeout as error:
            wrong, begun = repr(error), not isinstance(error, requests.ConnectTimeout)
        except requests.RequestException as error:
            wrong = repr(error)
        if begun:
            break
    return Answer(path, began, time.monotonic() - began, 0, wrong, number)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the answers of a time. Seconds; `gap` is the longest in which no page came."""

    asked: int
    failed: int
    errors: int  # 5xx
    broken: int  # 500
    gap: float
    worst: float
    p95: float


def figures(answers: Sequence[Answer]) -> Figures:
    """Of some answers, or none."""
    ends = sorted(one.began + one.took for one in answers if not one.failed)
    took = [one.took for one in answers]
    return Figures(
        asked=len(answers),
        failed=sum(one.failed for one in answers),
        errors=sum(one.status >= 500 for one in answers),
        broken=sum(one.status == 500 for one in answers),
        gap=max((later - sooner for sooner, later in pairwise(ends)), default=float("inf")),
        worst=max(took, default=0.0),
        p95=quantiles(took, n=20)[-1] if len(took) > 1 else sum(took),
    )
