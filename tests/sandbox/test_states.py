"""The folder *States*: each audience does what its name says."""

import pytest
import requests

from sandbox import answers, calls, seeding, states
from sandbox.states import STATES
from sandbox.world import World
from tests.sandbox.running import ROOT, STATE

IDS = {state.name: state.id for state in STATES}
STATUSES = {
    "Answers 400": (400, "VALIDATION_ERROR"),
    "Answers 401": (401, "UNAUTHORIZED"),
    "Answers 403": (403, "FORBIDDEN"),
    "Answers 404": (404, "NOT_FOUND"),
    "Never ready": (409, "AUDIENCE_NOT_READY"),
    "Answers 429": (429, "RATE_LIMIT_EXCEEDED"),
    "Answers 500": (500, "INTERNAL_ERROR"),
    "Answers 502": (502, "UPSTREAM_ERROR"),
}


@pytest.mark.parametrize("tail", ["", "/prospects"])
@pytest.mark.parametrize("name", STATUSES)
def test_each_documented_status(sandbox, name, tail):
    answer = sandbox.get(f"/{IDS[name]}{tail}")
    body = answer.json()
    assert (answer.status_code, body["error"]["code"]) == STATUSES[name]
    assert (body["success"], body["data"]) == (False, None)
    assert ("traceId" in body) == (name != "Answers 502")
    assert answer.headers.get("Retry-After") == ("5" if name == "Answers 429" else None)


def test_all_but_the_one_never_ready_are_listed(sandbox):
    folder = next(folder for folder in sandbox.data("/navigation")["folders"] if folder["name"] == "States")
    shown = {audience["name"] for audience in folder["audiences"]}
    assert shown | {"Flips every 20 s"} == set(IDS) - {"Never ready"}


def test_a_cut_connection(sandbox):
    with pytest.raises(requests.exceptions.RequestException, match=r"IncompleteRead|Connection"):
        sandbox.get(f"/{IDS['Cuts the connection']}")


def test_html_instead_of_json(sandbox):
    answer = sandbox.get(f"/{IDS['HTML instead of JSON']}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")


def test_silence_lasts_20_seconds():
    slept = []
    assert states.misbehaviour(states.SILENT, slept.append) is None
    assert slept == [20]


def test_silence_is_silence(sandbox):
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{sandbox.url}/v1/accounts/67c956002e0ae32747922f47/audiences/{IDS['Answers nothing for 20 s']}",
                     headers={"Authorization": "Bearer sk_sandbox_all"}, timeout=0.3)  # fmt: skip


def test_the_empty_one_is_ready_and_empty(sandbox):
    assert sandbox.data(f"/{IDS['Empty']}")["prospectCount"] == 0
    assert sandbox.data(f"/{IDS['Empty']}/prospects") == {"items": [], "nextCursor": None, "hasMore": False}


def test_the_third_page_fails_every_second_time(sandbox):
    path = f"/{IDS['Third page fails']}/prospects"
    second = sandbox.data(path, limit=50, cursor=sandbox.data(path, limit=50)["nextCursor"])
    third = {"limit": 50, "cursor": second["nextCursor"]}
    assert [sandbox.get(path, params=third).status_code for _ in range(4)] == [500, 200, 500, 200]
    assert len(sandbox.data(path, limit=50)["items"]) == 50


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def world():
    clock = Clock()
    made = World(seeding.groups(), clock=clock)
    made.clock = clock
    return made


@pytest.mark.parametrize(("passed", "ready"), [(0, True), (19.9, True), (20, False), (39.9, False), (40, True)])
def test_flipping_every_20_seconds(world, passed, ready):
    group = next(iter(world.groups.values()))
    flipping = group.audience(IDS["Flips every 20 s"])
    world.clock.now += passed
    assert world.is_ready(flipping) is ready
    assert (flipping in world.ready(group)) is ready


def test_cursors_that_expire(sandbox):
    path = f"/{IDS['Cursors expire']}/prospects"
    first = sandbox.data(path, limit=10)
    second = sandbox.data(path, limit=10, cursor=first["nextCursor"])
    assert second["items"] != first["items"]


def test_an_expired_cursor_is_a_400(world):
    ids = {"group": next(iter(world.groups)), "audience": IDS["Cursors expire"]}
    page = calls.prospects(world, calls.Call(ids, "limit=10"))
    cursor = page.body.split(b'"nextCursor":"')[1].split(b'"')[0].decode()
    world.clock.now += 5
    assert calls.prospects(world, calls.Call(ids, f"cursor={cursor}")).status == 200
    world.clock.now += 1
    with pytest.raises(answers.Problem) as refused:
        calls.prospects(world, calls.Call(ids, f"cursor={cursor}"))
    assert (refused.value.status, refused.value.details[0]["path"]) == (400, "cursor")


def test_the_readme_lists_every_id():
    readme = (ROOT / "sandbox" / "README.md").read_text(encoding="utf-8")
    assert [state.id for state in STATES if f"| `{state.id}` | *{state.name}*" not in readme] == []
    assert f"{STATE}409" in readme
