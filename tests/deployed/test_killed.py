"""Every part of a deployment, killed under load (RELIABILITY section 3): what readers see, and that nothing is lost."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from audiences.models import Attempt, Watch
from tests.dashboard.running import wait
from tests.deployed.ensemble import Ensemble
from tests.deployed.load import Answer, Figures, Load, figures
from tests.deployed.working import Author, ask_for_export, exported
from tests.shared.deployment import DONE, GROUP, Person

PAGES = [f"/g/{GROUP}/", f"/g/{GROUP}/pulse/", *(f"/g/{GROUP}/audiences/aud{number}/" for number in range(2, 6))]
PAGES += [f"{page}prospects/p1/" for page in PAGES[2:4]]


@dataclass
class Death:
    """One kill of a part: when, and when it was up again; the monotonic clock's."""

    part: str
    at: float
    up: float


@dataclass
class Run:
    """What was done, and what came of it."""

    whole: Ensemble
    person: Person
    deaths: list[Death] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    author: Author | None = None
    end: float = 0.0


def warm(person: Person) -> None:
    for page in PAGES:
        assert person.get(page).status_code == 200


def run(whole: Ensemble, rounds: int, seconds: float, people: int) -> Run:
    person = whole.here.person(whole.urls[0])
    here = Run(whole, person)
    warm(person)
    whole.api.does.delay = 0.02
    never = whole.here.fill([None] * 6)
    order = [part for part in whole.parts for _ in range(rounds)]
    random.shuffle(order)
    here.author = Author([person.at(url) for url in whole.urls])
    here.exports.append(ask_for_export(whole, people))
    with Load(whole.urls, [person], PAGES) as load, here.author:
        whole.let_pass(2, never)
        for part in order:
            here.filled += whole.here.fill([random.uniform(0, 3) for _ in range(4)])
            at = time.monotonic(); print("kill", part, flush=True)
            whole.parts[part]()
            here.deaths.append(Death(part, at, time.monotonic())); print("up", time.monotonic()-at, flush=True)
            whole.let_pass(random.uniform(0.5, 1.5) * seconds, never)
        here.end = time.monotonic()
    here.answers = load.answers()
    return here


def test_x(whole):
    began = time.monotonic()
    here = run(whole, 1, 3.0, 1500)
    print("ran", time.monotonic() - began)
    for death, after in zip(here.deaths, [*(d.at for d in here.deaths[1:]), here.end], strict=True):
        window = [a for a in here.answers if death.at <= a.began < after]
        print(death.part, f"up after {death.up - death.at:.1f}", figures(window), Counter(a.status for a in window))
        late = [a.began - death.up for a in window if a.failed]
        print("   last failure after up", max(late, default=None), {a.went_wrong for a in window if a.went_wrong})
    print(here.author)
    print(Counter(a.tried for a in here.answers))
    print([round(b - a, 1) for a, b in zip(whole.looks, whole.looks[1:]) if b - a > 3])
    print(Counter(whole.here.rows(Attempt).values_list("state", flat=True)))
    t = time.monotonic()
    def settled():
        whole.here.end_leases(Watch); whole.here.end_leases(Attempt)
        return not whole.here.filling(here.filled)
    wait(settled, 60)
    print("filled", time.monotonic() - t)
    assert whole.here.outcomes(here.filled) == dict.fromkeys(here.filled, DONE)
    ids = exported(whole, here.person, here.exports[0], 60)
    print("exported", time.monotonic() - t, len(ids))
    assert ids == [f"p{n}" for n in range(1500)]
    print(Counter(whole.here.rows(Attempt).values_list("state", flat=True)), whole.api.does.calls["create"], len(whole.api.made[GROUP]))
    print(whole.here.said()[:6000])
