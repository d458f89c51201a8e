"""What becomes of a POST whose outcome nobody knows: one audience, one POST, found again. Real processes and sockets.

All of it is tried at the same time, in front of one API; the tests then look at what came of each.
"""

import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests
from django.utils import timezone

from audiences import behind
from audiences.creation import OVERDUE
from audiences.models import Attempt, Notice, Watch
from audiences.samename import name_key
from team.models import User
from tests.conftest import new_database
from tests.dashboard.running import wait
from tests.shared.conftest import another_port
from tests.shared.deployment import GROUP, NEW, Deployment, Person, at_once, clock_of, kill

# ways to fail once the audience is made; the first hangs
MADE = ("times out", "answers 500", "answers 502", "unreadable", "no id", "cut", "resets", "late")
KILLED, LEFT, LATER = "web process killed", "left before it was sent", "commits after its reader has gone"
FORMS = ["short", pytest.param("long", marks=pytest.mark.soak)]
SENT = [("short", name) for name in (*MADE, KILLED)]
SENT += [pytest.param("long", name, marks=pytest.mark.soak) for name in (*MADE, KILLED, LATER)]


@dataclass
class Trials:
    """What was done, and what came of it, by the name of the audience."""

    here: Deployment
    pages: dict[str, requests.Response] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def attempt(self, name: str) -> Attempt:
        return self.here.rows(Attempt).get(name=name)

    def states(self) -> dict[str, str]:
        return dict(self.here.rows(Attempt).values_list("name", "state"))

    def send(self, person: Person, way: str, name: str) -> None:
        """Sends the form and notes how the page answered, unless its process dies."""
        began = time.monotonic()
        try:
            self.pages[name] = person.post(NEW, person.form(name))
        except requests.ConnectionError:
            return
        self.seconds[name] = time.monotonic() - began
        self.said[name] = person.get(self.pages[name].headers["Location"]).text


def run(here: Deployment, *, patient: bool) -> Trials:
    """Everything, on a deployment that has no process yet. Not patient: time is moved on where nothing happens."""
    api, trials = here.api, Trials(here)
    person = here.person(here.web(another_port())[0])
    doomed_url, doomed = here.web(another_port())
    read_much(person)
    with ThreadPoolExecutor() as senders:
        for way in MADE:
            _send(trials, senders, person, way)
        _send(trials, senders, person.at(doomed_url), "times out", KILLED)
        wait(lambda: trials.attempt(KILLED).state == Attempt.State.SENT)
        for worker in doomed.tree()[1:]:
            kill(worker)
        if patient:
            # it answers 201, but only when nobody listens any more
            api.does.create_delay = 33.0
            _send(trials, senders, person, "", LATER)
            api.does.create_delay = 0.0
        wait(lambda: set(trials.pages) >= set(MADE))
        if not patient:
            api.release()
        wait(lambda: list(here.rows(Attempt).filter(state=Attempt.State.SENT)) == [trials.attempt(KILLED)], 35)
    _leave(here)
    if not patient:
        here.make_due(Attempt, name__in=[KILLED, LEFT])
    _settle(trials, patient)
    return trials


def read_much(person: Person) -> None:
    """So many calls go well that the failures of some do not open the breaker, which is not what is tried here."""
    at_once([lambda n=number: person.get(f"/g/{GROUP}/audiences/aud{n}/prospects/") for number in range(14)])


def _send(trials: Trials, senders: ThreadPoolExecutor, person: Person, way: str, name: str = "") -> None:
    """One after the other, as the API does with each what it was told last."""
    api = trials.here.api
    api.does.creating, before = way, api.does.calls["create"]
    senders.submit(trials.send, person, way, name or way)
    wait(lambda: api.does.calls["create"] > before)


def _leave(here: Deployment) -> None:
    """What a crash leaves after the attempt was written and before it was sent."""
    by, due = here.rows(User).get(is_superuser=True), timezone.now() + OVERDUE
    row = Attempt(group_id=GROUP, by=by, form_key=uuid.uuid4().hex, name=LEFT, type="on_demand")
    row.name_key, row.next_check_at = name_key(LEFT), due
    row.save(using=here.rows(Attempt).db)


def _settle(trials: Trials, patient: bool) -> None:
    """A worker is killed while it looks; another one goes on."""
    here, does = trials.here, trials.here.api.does
    before, does.delay = does.calls["navigation"], 1.0
    if not patient:
        here.make_due(Attempt, name=MADE[1])
    worker = here.worker()
    wait(lambda: does.calls["navigation"] > before, 60)
    kill(worker.process)
    does.delay = 0.0
    if not patient:
        here.end_leases(Attempt)
    here.worker()
    under_way = here.rows(Attempt).filter(state__in=Attempt.UNDER_WAY)
    wait(lambda: not under_way.exists(), 180 if patient else 25)


@pytest.fixture(scope="module")
def short(deploy):
    """On SQLite, without a broker."""
    return run(deploy(), patient=False)


@pytest.fixture(scope="module")
def long(deploy, postgres_url):
    """On PostgreSQL, each thing in its own time."""
    return run(deploy(DATABASE_URL=new_database(postgres_url)), patient=True)


@pytest.fixture
def trials(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("trials", "name"), SENT, indirect=["trials"])
def test_one_audience_comes_of_it_and_is_found_soon_after_it_is_listed(trials, name):
    attempt = trials.attempt(name)
    made = [one for one in trials.here.api.made[GROUP] if one.name == name]
    assert len(made) == attempt.sends == 1
    assert (attempt.state, attempt.audience_id) == (Attempt.State.CREATED, made[0].id)
    assert trials.here.rows(Watch).filter(audience_id=made[0].id, name=name).count() == 1
    seconds = (attempt.settled_at - max(clock_of(made[0].ready_at), attempt.sent_at)).total_seconds()
    print(f"{name}: adopted {seconds:.1f} s after it was listed")
    assert seconds < 150


@pytest.mark.parametrize("trials", FORMS, indirect=True)
def test_nothing_was_sent_twice(trials):
    made = Counter(one.name for one in trials.here.api.made[GROUP])
    assert trials.here.api.does.calls["create"] == made.total() == len(made)


@pytest.mark.parametrize("trials", FORMS, indirect=True)
@pytest.mark.parametrize("name", MADE)
def test_the_page_does_not_wait_for_it(trials, name):
    assert trials.pages[name].status_code == 302
    assert trials.pages[name].headers["Location"].startswith(NEW)
    assert trials.seconds[name] < 6


@pytest.mark.parametrize("trials", FORMS, indirect=True)
def test_who_waits_is_told_that_no_answer_came_yet(trials):
    assert "no answer yet" in trials.said["times out"]


@pytest.mark.parametrize("trials", FORMS, indirect=True)
def test_everybody_is_told_once_that_nobody_knows(trials):
    told = Counter(trials.here.rows(Notice).filter(kind="unconfirmed").values_list("name", flat=True))
    assert told == dict.fromkeys(trials.states().keys() - {LEFT}, 1)


@pytest.mark.parametrize("trials", FORMS, indirect=True)
def test_what_nobody_sent_stays_unsent(trials):
    left = trials.attempt(LEFT)
    assert (left.state, left.sends) == (Attempt.State.UNSENT, 0)
    assert LEFT not in [one.name for one in trials.here.api.made[GROUP]]
    assert trials.here.rows(Notice).filter(kind="unsent", name=LEFT).count() == 1


@pytest.mark.soak
def test_what_has_waited_too_long_for_its_turn_is_never_sent(deploy):
    here = deploy(WEB_WORKERS=1)
    person, does = here.person(here.web(another_port())[0]), here.api.does
    read_much(person)
    does.creating = "hangs before"
    names = [f"In line {number}" for number in range(behind.SENDERS + 1)]
    forms = [person.form(name) for name in names]
    answers = at_once([lambda f=form: person.post(NEW, f) for form in forms])
    assert {answer.status_code for answer in answers} == {302}
    assert does.calls["create"] == behind.SENDERS
    last = here.rows(Attempt).get(state=Attempt.State.WRITTEN)
    here.make_due(Attempt, pk=last.pk)
    here.worker()
    wait(lambda: here.rows(Attempt).filter(pk=last.pk, state=Attempt.State.UNSENT).exists())
    does.creating = ""
    here.api.release()
    # its turn comes before that of one more
    after = person.post(NEW, person.form("After it"))
    assert after.headers["Location"].endswith(f"{here.api.made[GROUP][0].id}/")
    assert [one.name for one in here.api.made[GROUP]] == ["After it"]
    assert does.calls["create"] == behind.SENDERS + 1
