"""The API of the tests' own does to a POST, and to what was made, exactly what a test asks of it."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.dashboard.running import wait
from tests.shared.api import Behaviour

PATH = "/v1/accounts/grp/audiences"
ASKED = {"name": "Buyers", "type": "on_demand", "description": "All of them"}
NOTHING = ["400", "401", "403", "408", "409", "422", "429"]


@pytest.fixture
def post(counting_api):
    """Asks for an audience, once, without going where a redirect leads."""

    def ask(asked=ASKED, group="grp", seconds=5.0):
        url = f"{counting_api.url}/v1/accounts/{group}/audiences"
        return requests.post(url, json=asked, timeout=seconds, allow_redirects=False)

    return ask


@pytest.fixture
def get(counting_api):
    """Reads what is below the audiences of a group."""

    def ask(path="", group="grp"):
        return requests.get(f"{counting_api.url}/v1/accounts/{group}/audiences{path}", timeout=5)

    return ask


@pytest.fixture
def shown(get):
    """The ids in the list and in the navigation of a group."""

    def ids(group="grp"):
        listed = get(group=group).json()["data"]["items"]
        navigation = get("/navigation", group).json()["data"]["ungroupedAudiences"]
        return [{one["id"] for one in found} for found in (listed, navigation)]

    return ids


def test_makes_what_is_asked_for_and_says_so(counting_api, post):
    before = time.monotonic()
    answer = post()
    assert answer.status_code == 201
    envelope = answer.json()
    assert envelope["success"] is True
    data = envelope["data"]
    made = counting_api.made["grp"][0]
    assert len(data["id"]) == 24
    assert int(data["id"], 16)
    assert data.pop("createdAt").endswith("Z")
    assert data == {
        "id": made.id,
        "name": "Buyers",
        "type": "linkedin_search",
        "description": "All of them",
        "folderId": None,
        "prospectCount": 0,
    }
    assert before < made.made_at < time.monotonic()
    assert made.ready_at - made.made_at == pytest.approx(2.0, abs=0.1)
    assert (made.name, made.state) == ("Buyers", "populating")
    assert counting_api.does.calls["create"] == 1
    assert counting_api.does.answered[201] == 1


def test_makes_many_at_once(counting_api, post):
    with ThreadPoolExecutor(16) as askers:
        answers = list(askers.map(lambda number: post(group=("grp", "oth")[number % 2]), range(60)))
    assert {answer.status_code for answer in answers} == {201}
    made = [one.id for group in ("grp", "oth") for one in counting_api.made[group]]
    assert sorted(made) == sorted({answer.json()["data"]["id"] for answer in answers})
    assert len(counting_api.made["grp"]) == len(counting_api.made["oth"]) == 30
    assert counting_api.does.calls["create"] == 60


@pytest.mark.parametrize("asked", [[], {"name": "Buyers"}, {"type": "monitoring"}, {**ASKED, "description": 1}])
def test_refuses_what_the_real_one_would(counting_api, post, asked):
    answer = post(asked)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert not counting_api.made["grp"]


@pytest.mark.parametrize("status", NOTHING)
def test_refuses_and_makes_nothing(counting_api, post, status):
    counting_api.does.creating = status
    answer = post()
    assert answer.status_code == int(status)
    assert answer.json()["success"] is False
    assert (answer.headers.get("Retry-After") == "1") == (status == "429")
    dull = [{"path": "name", "message": "Too dull."}]
    assert answer.json()["error"]["details"] == (dull if status == "400" else None)
    assert counting_api.does.calls["create"] == 1
    assert not counting_api.made["grp"]


def test_redirects_and_makes_nothing(counting_api, post):
    counting_api.does.creating = "redirect"
    answer = post()
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(counting_api.url)
    assert not counting_api.made["grp"]


def test_a_misspelt_way_fails_where_it_is_asked_for():
    for wrong in ("time out", "200", "answers 700", "answers"):
        with pytest.raises(ValueError, match=wrong):
            Behaviour(creating=wrong)


@pytest.mark.parametrize("status", [500, 502])
def test_fails_after_making_it(counting_api, post, status):
    counting_api.does.creating = f"answers {status}"
    assert post().status_code == status
    assert len(counting_api.made["grp"]) == 1


def test_says_201_in_a_way_nobody_can_read(counting_api, post):
    counting_api.does.creating = "unreadable"
    with pytest.raises(requests.JSONDecodeError):
        post().json()
    counting_api.does.creating = "no id"
    answer = post()
    assert answer.status_code == 201
    assert "id" not in answer.json()["data"]
    assert len(counting_api.made["grp"]) == 2


@pytest.mark.parametrize("way", ["cut", "resets"])
def test_ends_the_connection_after_making_it(counting_api, post, way):
    counting_api.does.creating = way
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post()
    assert len(counting_api.made["grp"]) == 1


@pytest.mark.parametrize(("way", "made"), [("times out", 1), ("hangs before", 0)])
def test_hangs_until_it_is_released(counting_api, post, way, made):
    counting_api.does.creating = way
    with pytest.raises(requests.ReadTimeout):
        post(seconds=0.3)
    assert len(counting_api.made["grp"]) == made
    with ThreadPoolExecutor(1) as asker:
        waiting = asker.submit(post)
        wait(lambda: counting_api.does.calls["create"] == 2)
        counting_api.does.creating = ""  # for the next ones only
        assert post().status_code == 201
        assert not waiting.done()
        counting_api.release()
        assert isinstance(waiting.exception(5), requests.ConnectionError)
    assert len(counting_api.made["grp"]) == 2 * made + 1


@pytest.mark.parametrize("released", [True, False])
def test_makes_it_late(counting_api, post, released):
    counting_api.does.creating = "late"
    counting_api.does.late_seconds = 30 if released else 0.6
    with pytest.raises(requests.ConnectionError):
        post()
    assert not counting_api.made["grp"]
    if released:
        counting_api.release()
    wait(lambda: counting_api.made["grp"], 5)


def test_acts_after_its_delay_though_nobody_waits(counting_api, post):
    counting_api.does.create_delay = 0.5
    with pytest.raises(requests.ReadTimeout):
        post(seconds=0.2)
    assert not counting_api.made["grp"]
    wait(lambda: counting_api.made["grp"], 5)


def test_forgets_between_tests_also_what_is_on_its_way(counting_api, post):
    counting_api.does.creating = "late"
    counting_api.does.late_seconds = 30
    with pytest.raises(requests.ConnectionError):
        post()
    old = counting_api.made
    counting_api.forget()
    wait(lambda: old["grp"], 5)
    assert not counting_api.made["grp"]
    assert counting_api.does == Behaviour()


def test_hides_what_is_made_until_it_is_populated(counting_api, post, get, shown):
    counting_api.does.populate_seconds = 1.0
    found = post().json()["data"]["id"]
    for path in (f"/{found}", f"/{found}/prospects"):
        answer = get(path)
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "AUDIENCE_NOT_READY"
    assert not any(found in ids for ids in shown())
    wait(lambda: get(f"/{found}").status_code == 200, 5)
    assert all(found in ids for ids in shown())
    assert not any(found in ids for ids in shown("oth"))
    assert get(f"/{found}", "oth").status_code == 404
    data = get(f"/{found}").json()["data"]
    assert (data["name"], data["prospectCount"]) == ("Buyers", 9)
    assert len(get(f"/{found}/prospects").json()["data"]["items"]) == 3
    assert counting_api.made["grp"][0].state == "ready"


@pytest.mark.parametrize("never", [None, math.inf])
def test_what_is_never_ready_is_finished_by_hand(counting_api, post, get, shown, never):
    counting_api.does.populate_seconds = never
    found = post().json()["data"]["id"]
    assert counting_api.made["grp"][0].ready_at == math.inf
    assert get(f"/{found}").status_code == 409
    counting_api.finish(found)
    assert get(f"/{found}").status_code == 200
    assert counting_api.made["grp"][0].ready_at <= time.monotonic()
    assert all(found in ids for ids in shown())


@pytest.mark.parametrize("fixed", [True, False])
def test_turns_unready_and_gone(counting_api, post, get, shown, fixed):
    counting_api.does.populate_seconds = 0
    found = "aud1" if fixed else post().json()["data"]["id"]
    turns = [(counting_api.unready, 409), (counting_api.delete, 404), (counting_api.finish, 200)]
    for turn, status in turns:
        turn(found)
        assert [get(path).status_code for path in (f"/{found}", f"/{found}/prospects")] == [status] * 2
        assert [found in ids for ids in shown()] == [status == 200] * 2
    with pytest.raises(KeyError):
        counting_api.delete("nobody's")


def test_an_id_nobody_made_is_an_audience_unless_it_is_strict(counting_api, get):
    assert get("/anything").json()["data"]["name"] == "Audience anything"
    counting_api.does.strict = True
    assert [get(path).status_code for path in ("/anything", "/anything/prospects", "/aud1")] == [404, 404, 200]


def test_counts_reads_by_audience(counting_api, post, get, shown):
    found = post().json()["data"]["id"]
    for path in (f"/{found}", f"/{found}", f"/{found}/prospects", "/aud2"):
        get(path)
    shown()
    assert counting_api.does.asked == {found: 2, "aud2": 1}
    assert counting_api.does.calls["prospects"] == counting_api.does.calls["navigation"] == 1


def test_limits_posts_with_everything_else(counting_api, post):
    counting_api.does.rate = 1.0
    counting_api.tokens = 0.0
    counting_api.at = time.monotonic()
    assert post().status_code == 429
    assert not counting_api.made["grp"]
