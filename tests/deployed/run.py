"""A run in which each part of a deployment is killed, at 20 requests a second, and what came of it."""

import random
import time
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils import timezone

from audiences.models import Attempt, Watch
from tests.deployed.ensemble import PARTS, Ensemble
from tests.deployed.load import Answer, Load, figures
from tests.deployed.working import Author, ask_for_export
from tests.shared.deployment import GROUP, Person

LIST = f"/g/{GROUP}/"
AUDIENCES = [f"{LIST}audiences/aud{number}/" for number in range(2, 6)]
_WAITED = 7.0  # seconds: longer than a page waits for a connection
_LEFT_ALONE = 20.0  # seconds: the breaker, and what it takes to find out
PAGES = [LIST, f"{LIST}pulse/", *AUDIENCES, *(f"{page}prospects/p1/" for page in AUDIENCES[:2])]


@dataclass(frozen=True)
class Death:
    """One kill of a part: when, and when it was up again; the monotonic clock's seconds."""

    part: str
    at: float
    up: float


@dataclass
class Run:
    """What was done, and what came of it."""

    whole: Ensemble
    person: Person
    author: Author
    people: int
    deaths: list[Death] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def of(self, part: str) -> list[Answer]:
        """What was answered from a kill of this part to the next one."""
        return [one for one in self.answers if (death := self._before(one)) and death.part == part]

    def _before(self, answer: Answer) -> Death | None:
        """The last kill before its end; of what waited for the database, that of the database, whose end takes 5 s."""
        end = answer.began + answer.took
        before = [death for death in self.deaths if death.at < end]
        waited = [death for death in before if death.part == "database" and answer.began < death.up]
        return (waited or before or [None])[-1]

    def back(self, part: str) -> float:
        """Seconds that pages went on to fail after it was up again, at most."""
        late = [one.began - death.up for one in self.of(part) if one.failed and (death := self._before(one))]
        return max([0.0, *late])

    def kills(self, part: str) -> int:
        return sum(death.part == part for death in self.deaths)


def run(whole: Ensemble, rounds: int, seconds: float, people: int) -> Run:
    """Each part is killed `rounds` times in no order, `seconds` apart on average, while `people` are exported."""
    person = whole.here.person(whole.urls[0])
    run = Run(whole, person, Author([person.at(url) for url in whole.urls]), people)
    for page in PAGES:
        assert person.get(page).status_code == 200
    whole.api.does.delay = 0.02  # so that a kill comes in the midst of a call
    never = whole.here.fill([None] * 3)
    run.exports += [ask_for_export(whole, people) for _ in range(2)]
    # The service is left alone for 15 s when it failed too often, and what is not kept then is a page that says so: its
    # kills come first, and nobody else's are counted before that is over
    order = [part for part in PARTS if part != "API" for _ in range(rounds)]
    random.shuffle(order)
    order = ["API"] * rounds + order
    with Load(whole.urls, [person], PAGES) as load, run.author:
        whole.let_pass(seconds, never)
        for number, part in enumerate(order):
            if number == rounds > 1:
                whole.let_pass(_LEFT_ALONE, never)
            run.filled += whole.here.fill([random.uniform(0, 2 * seconds) for _ in range(2)])
            at = time.monotonic()
            whole.kill(part)
            run.deaths.append(Death(part, at, time.monotonic()))
            # who waited for the database for 5 s is in the hands of a process: nobody is killed with all of them
            waited = _WAITED if part == "database" and rounds > 1 else 0.0
            whole.let_pass(random.uniform(0.6, 1.4) * seconds + waited, never)
    run.answers = load.answers()
    settle(run)
    show(run)
    return run


def settle(run: Run) -> None:
    """As if the time were over for which the dead hold what they had in hand."""
    here, api = run.whole.here, run.whole.api
    end = time.monotonic() + 45
    while True:
        open_ones = here.rows(Attempt).filter(state__in=Attempt.UNDER_WAY)
        made = {one.name for one in api.made[GROUP]}
        left = {
            name for name, state in open_ones.values_list("name", "state") if name in made or state != "unconfirmed"
        }
        if not left and not here.filling(run.filled):
            return
        assert time.monotonic() < end, (left, here.filling(run.filled))
        for model in (Watch, Attempt):
            here.end_leases(model)
        open_ones.update(next_check_at=timezone.now())
        time.sleep(1)


def show(run: Run) -> None:
    """The table: a line a part."""
    print(f"\n{'part':12} kills asked failed  5xx  500  gap s  worst s  p95 s  back s")
    for part in PARTS:
        found = figures(run.of(part))
        counts = f"{run.kills(part):5} {found.asked:5} {found.failed:6} {found.errors:4} {found.broken:4}"
        print(f"{part:12} {counts} {found.gap:6.2f} {found.worst:8.2f} {found.p95:6.2f} {run.back(part):7.2f}")
    usual, after = gaps(run)
    print(f"longest time without a look at audiences that fill: {usual:.1f} s, after a kill of the API {after:.1f} s")
    author = run.author
    print(f"{len(author.names)} created, {author.broken} forms broke off, {author.refused} connections were refused")


def gaps(run: Run) -> tuple[float, float]:
    """The longest time in seconds between two looks from the first kill on, and the longest after one of the API's."""
    api = [death for death in run.deaths if death.part == "API"]
    usual, after = [0.0], [0.0]
    for sooner, later in pairwise(run.whole.api.looks.times):
        is_after = any(death.at < later and sooner < death.up + _LEFT_ALONE for death in api)
        if later > run.deaths[0].at:
            (after if is_after else usual).append(later - sooner)
    return max(usual), max(after)
