"""Audiences that fill, with all that a deployment has: web servers that share no cache, workers, a broker, mail."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences.models import Notice, Watch
from dashboard import processes
from tests.conftest import start_redis
from tests.dashboard.running import wait
from tests.mail import mailbox
from tests.shared.conftest import another_port
from tests.shared.deployment import DONE, GROUP, NEW, Deployment, Person, at_once, clock_of

State = Watch.State
LIST = f"/g/{GROUP}/"
BACK, DELETED, NEVER = "aud7", "aud8", "aud9"


class Broker:
    """A Redis that can be gone for a while."""

    def __init__(self, folder):
        self._folder, self.redis = folder, start_redis(folder, another_port())

    def back(self):
        self.redis = start_redis(self._folder, self.redis.port)


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.redis.kill()


@pytest.fixture(scope="module")
def post_office():
    with mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def letters(post_office):
    return post_office[1]


@pytest.fixture(scope="module")
def here(deploy, broker, post_office):
    """With two of everything that there may be two of, and two clocks, of which there should be one."""
    here = deploy(BROKER_URL=broker.redis.url, EMAIL_URL=f"smtp://127.0.0.1:{post_office[0]}")
    for command in (processes.worker(), processes.beat()):
        here.start(command), here.start(command)
    return here


@pytest.fixture(scope="module")
def boss(here):
    return here.person(here.web(another_port())[0])


@pytest.fixture(scope="module")
def boss_elsewhere(here, boss):
    """The same person, at a web server that knows nothing of what the first one has read."""
    return boss.at(here.web(another_port())[0])


def watch(here: Deployment, audience_id: str) -> Watch | None:
    return here.rows(Watch).filter(audience_id=audience_id).first()


def is_in(here: Deployment, audience_id: str, state: str) -> bool:
    return here.rows(Watch).filter(audience_id=audience_id, state=state).exists()


def asked_again(here: Deployment, ids: list[str], within: float) -> None:
    """Have them due now, and wait until they were asked for and what came was written."""
    last = max(here.rows(Watch).filter(audience_id__in=ids).values_list("last_check_at", flat=True))
    here.make_due(Watch, audience_id__in=ids)
    rows = here.rows(Watch).filter(audience_id__in=ids, last_check_at__gt=last)
    wait(lambda: rows.count() == len(ids), within)


def told(here: Deployment, audience_id: str) -> Counter[str]:
    return Counter(here.rows(Notice).filter(audience_id=audience_id).values_list("kind", flat=True))


def about(letters, audience_id):
    """Letters that lead to it."""
    return [one for one in letters if f"{LIST}audiences/{audience_id}/" in one.get_content()]


def test_two_clocks_and_two_workers_do_nothing_twice(here, letters):
    ids = here.fill([3.0] * 20)
    wait(lambda: not here.filling(ids), 30)
    assert here.outcomes(ids) == dict.fromkeys(ids, DONE)
    # once not ready, once ready
    assert max(here.api.does.asked[one] for one in ids) <= 2
    wait(lambda: all(about(letters, one) for one in ids), 10)
    assert [len(about(letters, one)) for one in ids] == [1] * len(ids)


def test_who_created_it_gets_one_letter_and_everybody_sees_it_at_once(here, boss, boss_elsewhere, letters):
    ada = here.person(boss.url, "ada@example.com", "Ada")
    for person in (boss, boss_elsewhere):
        assert "A new one" not in person.get(LIST).text
    here.api.does.populate_seconds = None
    address = ada.post(NEW, ada.form("A new one")).headers["Location"]
    made = here.api.made[GROUP][-1]
    assert address == f"{LIST}audiences/{made.id}/"
    assert "being populated" in boss.get(address).text
    here.api.finish(made.id)
    wait(lambda: is_in(here, made.id, State.READY), 15)
    print(
        f"shown {(watch(here, made.id).settled_at - clock_of(made.ready_at)).total_seconds():.1f} s after it was ready"
    )
    for person in (boss, boss_elsewhere):
        assert f'data-audience="{made.id}"' in person.get(LIST).text
        assert "Person 0" in person.get(address).text
    # the creator, and who looked on while it filled
    assert told(here, made.id) == {"ready": 2}
    wait(lambda: about(letters, made.id), 10)
    assert [one["To"] for one in about(letters, made.id)] == ["ada@example.com"]


def test_100_open_tabs_cost_the_api_nothing(here, boss, boss_elsewhere):
    (audience_id,) = here.fill([None])
    wait(lambda: watch(here, audience_id).last_check_at, 10)
    for person in (boss, boss_elsewhere):
        assert "being populated" in person.get(f"{LIST}audiences/{audience_id}/").text
    here.rows(Watch).update(next_check_at=timezone.now() + timedelta(hours=1))
    before = here.api.does.calls.total()
    jobs = [lambda at=at: at.get(f"{LIST}pulse/?audience={audience_id}") for at in [boss, boss_elsewhere] * 50]
    answers = at_once(jobs)
    assert {answer.status_code for answer in answers} == {200}
    assert all("being populated" in answer.text for answer in answers)
    assert here.api.does.calls.total() == before


@pytest.fixture(scope="module")
def vanished(here: Deployment, boss: Person) -> None:
    """Three that were listed are listed no more, and somebody has looked at the list since."""
    boss.get(LIST)
    here.api.unready(BACK)
    here.api.unready(NEVER)
    here.api.delete(DELETED)
    look_again(here, boss, lambda: watch(here, BACK) and watch(here, NEVER) and watch(here, DELETED))


def look_again(here, person, seen):
    """As somebody does who presses Look again, until then."""
    wait(lambda: "checked=" in person.led_to(f"{LIST}?again=1") and seen(), 10)


@pytest.mark.usefixtures("vanished")
def test_one_that_vanished_while_it_fills_is_shown_as_filling_until_it_is_back(here, boss, boss_elsewhere):
    page = f"{LIST}audiences/{BACK}/"
    for _ in range(2):
        wait(lambda: is_in(here, BACK, State.POPULATING), 10)
        assert "being populated" in boss_elsewhere.get(page).text
        here.api.finish(BACK)
        here.make_due(Watch, audience_id=BACK)
        wait(lambda: is_in(here, BACK, State.READY), 10)
        assert "Person 0" in boss_elsewhere.get(page).text
        here.api.unready(BACK)
        look_again(here, boss, lambda: not is_in(here, BACK, State.READY))
    assert told(here, BACK) == {"ready": 2}


@pytest.mark.usefixtures("vanished")
def test_one_that_was_deleted_is_gone_after_two_answers_that_say_so(here, boss):
    wait(lambda: watch(here, DELETED).noes == 1, 10)
    assert watch(here, DELETED).state == State.MISSED
    assert here.api.does.asked[DELETED] == 1
    assert watch(here, DELETED).next_check_at - watch(here, DELETED).last_check_at == timedelta(seconds=20)
    here.make_due(Watch, audience_id=DELETED)
    wait(lambda: is_in(here, DELETED, State.GONE), 10)
    assert here.api.does.asked[DELETED] == 2
    assert "is gone" in boss.get(f"{LIST}audiences/{DELETED}/").text


@pytest.mark.usefixtures("vanished")
def test_one_that_is_never_ready_is_stalled_and_still_asked_for(here, boss):
    wait(lambda: is_in(here, NEVER, State.POPULATING), 10)
    boss.get(f"{LIST}audiences/{NEVER}/")
    here.rows(Watch).filter(audience_id=NEVER).update(since=timezone.now() - timedelta(hours=25))
    for _ in range(2):
        asked_again(here, [NEVER], 10)
    assert is_in(here, NEVER, State.STALLED)
    row = watch(here, NEVER)
    assert timedelta(minutes=47) < row.next_check_at - row.last_check_at < timedelta(minutes=73)
    assert "taking long" in boss.get(LIST).text
    assert told(here, NEVER) == {"stalled": 1}


HARM = [
    ("empty", 0),
    ("kill", 3),
    pytest.param("freeze", 60, marks=pytest.mark.soak),
    pytest.param("kill", 60, marks=pytest.mark.soak),
]


@pytest.mark.parametrize(("harm", "seconds"), HARM)
def test_asking_goes_on_within_15_seconds_of_the_brokers_return(here, boss, broker, harm, seconds):
    ids = here.fill([None] * 6)
    asked = here.rows(Watch).filter(audience_id__in=ids, last_check_at__isnull=False)
    wait(lambda: asked.count() == len(ids), 15)
    getattr(broker.redis, harm)()
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        assert boss.get(LIST).status_code == 200  # pages need no broker
        here.revive()  # Celery's worker sometimes ends when the broker goes while it holds a message
        time.sleep(0.5)
    if harm == "freeze":
        broker.redis.thaw()
    elif harm == "kill":
        broker.back()
    began = time.monotonic()
    asked_again(here, ids, 15)
    print(f"asked again {time.monotonic() - began:.1f} s after {harm} for {seconds} s")
