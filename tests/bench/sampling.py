"""Samples taken in turns, so that whatever else the machine does falls on all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def in_turns(samples: int, subjects: Mapping[str, Callable[[], T]], *, rehearse: bool = True) -> dict[str, list[T]]:
    """`samples` results of each subject, one after the other and every second round backwards.

    `rehearse` runs each once before, uncounted: for subjects that are slow only the first time.
    """
    for subject in subjects.values() if rehearse else ():
        subject()
    found: dict[str, list[T]] = {name: [] for name in subjects}
    for number in range(samples):
        for name in list(subjects)[:: -1 if number % 2 else 1]:
            found[name].append(subjects[name]())
    return found


def milliseconds(action: Callable[[], object], times: int = 1) -> Callable[[], float]:
    """A subject: the median time of `action`, run so many times in a row."""

    def sample() -> float:
        return median(_once(action) for _ in range(times))

    return sample


def _once(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
