"""Every method against the real sandbox, over HTTP."""

import time
from dataclasses import replace

import pytest

from audiences.api import errors
from audiences.api.client import WEB, AudiencesClient
from tests.api.wild import encodable
from tests.sandboxed import sandbox

GROUP = "67c956002e0ae32747922f47"
LEADS = "6af318e4fb844a83d58657b2"
STATE = "57a7e500000000000000"


@pytest.fixture(scope="module")
def address():
    with sandbox("--populate-seconds", "0.4") as url:
        yield url


@pytest.fixture
def sign_in(address):
    """Clients by the last word of their key."""
    clients = []

    def make(word="all", **options):
        clients.append(AudiencesClient(address, f"sk_sandbox_{word}", **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(sign_in):
    return sign_in()


def _all(read):
    """Every item of a list, page by page."""
    items, cursor = [], ""
    while True:
        page = read(cursor).value
        assert page.left_out == 0
        items += page.items
        if not (cursor := page.next_cursor):
            return items


def test_account_groups(client):
    answer = client.account_groups()
    assert len(answer.value) == 3
    assert answer.value[0].id == GROUP
    assert all(group.name and group.created_at for group in answer.value)
    assert answer.trace_id


def test_navigation_and_the_list_have_the_same_audiences(client):
    navigation = client.navigation(GROUP).value
    listed = _all(lambda cursor: client.audiences(GROUP, cursor))
    assert navigation.left_out == 0
    assert navigation.count == len(listed)
    assert {audience.id for _, audience in navigation.every()} == {audience.id for audience in listed}
    # The same count, here a number and there a string.
    counts = {audience.id: audience.prospect_count for audience in listed}
    for folder, audience in navigation.every():
        assert audience.prospect_count == counts[audience.id]
        assert audience.folder_id == (folder.id if folder else "")


def test_an_audience(client):
    audience = client.audience(GROUP, LEADS).value
    assert (audience.id, audience.name, audience.prospect_count) == (LEADS, "Nordic RevOps leads", 2340)
    assert client.navigation(GROUP).value.find(LEADS)[1] == audience


def test_prospects_to_the_end(client):
    people = _all(lambda cursor: client.prospects(GROUP, LEADS, cursor))
    assert len({person.id for person in people}) == len(people) == 2340
    assert all(person.id and person.company for person in people)


def test_a_page_size_too_large_is_given_up_once(sign_in):
    client = sign_in(page_size=1000)
    assert len(client.prospects(GROUP, LEADS).value.items) == 25
    assert client._limit_refused
    assert len(client.audiences(GROUP).value.items) == 25


def test_a_cursor_of_another_list_is_refused(client):
    cursor = client.audiences(GROUP).value.next_cursor
    with pytest.raises(errors.ValidationFailed) as caught:
        client.prospects(GROUP, LEADS, cursor)
    assert caught.value.details
    assert caught.value.trace_id
    assert len(client.prospects(GROUP, LEADS).value.items) == 50


def test_creating(client):
    made = client.create_audience(GROUP, name="Test: Zoë & 李", type="monitoring", description="Why\nnot").value
    assert (made.name, made.description) == ("Test: Zoë & 李", "Why\nnot")
    with pytest.raises(errors.NotReady) as caught:
        client.prospects(GROUP, made.id)
    assert caught.value.code == "AUDIENCE_NOT_READY"
    end = time.monotonic() + 5
    while client.navigation(GROUP).value.find(made.id) is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert client.audience(GROUP, made.id).value.name == made.name
    with pytest.raises(errors.Unprocessable):
        client.create_audience(GROUP, name="Test: Zoë & 李", type="monitoring")


def test_creating_something_impossible(client):
    with pytest.raises(errors.ValidationFailed) as caught:
        client.create_audience(GROUP, name="", type="other")
    assert caught.value.details


@pytest.mark.parametrize(
    ("state", "kind", "status"),
    [
        ("0400", errors.ValidationFailed, 400),
        ("0401", errors.Unauthorized, 401),
        ("0403", errors.Forbidden, 403),
        ("0404", errors.NotFound, 404),
        ("0409", errors.NotReady, 409),
        ("0429", errors.RateLimited, 429),
        ("0500", errors.InternalError, 500),
        ("0502", errors.UpstreamError, 502),
        ("a020", errors.TimedOut, None),
        ("c0de", errors.ConnectionLost, 200),
        ("47e1", errors.Unreadable, 200),
    ],
)
@pytest.mark.parametrize("method", ["audience", "prospects"])
def test_documented_states(sign_in, state, kind, status, method):
    with pytest.raises(kind) as caught:
        getattr(sign_in(policy=replace(WEB, total=0.5)), method)(GROUP, STATE + state)
    assert (type(caught.value), caught.value.status) == (kind, status)
    assert getattr(caught.value, "retry_after", 5) == 5


def test_an_empty_audience(client):
    assert client.prospects(GROUP, STATE + "e000").value.items == ()


def test_hostile_records(client):
    cursor, people, left_out = "", [], 0
    while True:
        page = client.prospects(GROUP, "57a7e5000000000000bad000", cursor).value
        assert encodable(page)
        people += page.items
        left_out += page.left_out
        if not (cursor := page.next_cursor):
            break
    assert len(people) > 100
    assert 0 < left_out <= 133 - len(people)


@pytest.mark.parametrize(
    ("key", "kind", "call"),
    [
        ("unknown", errors.Unauthorized, lambda client: client.navigation(GROUP)),
        ("nothing", errors.Forbidden, lambda client: client.navigation(GROUP)),
        ("audiences_only", errors.Forbidden, lambda client: client.prospects(GROUP, LEADS)),
        ("read", errors.Forbidden, lambda client: client.create_audience(GROUP, name="x", type="on_demand")),
        ("no_discovery", errors.Forbidden, lambda client: client.account_groups()),
        ("all", errors.NotFound, lambda client: client.navigation("unknown")),
        ("all", errors.NotFound, lambda client: client.audience(GROUP, "unknown")),
    ],
)
def test_what_keys_may_not(sign_in, key, kind, call):
    with pytest.raises(kind) as caught:
        call(sign_in(key))
    assert caught.value.trace_id
    assert caught.value.message
