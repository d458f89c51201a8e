"""Each endpoint at the wire: what is asked, what comes back."""

import json

import pytest
import responses

from audiences.api import errors
from audiences.api.client import Answer
from audiences.api.records import AccountGroup
from tests.api.conftest import KEY

BASE = "https://api.test/v1/accounts"
LIST = f"{BASE}/g1/audiences"


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        yield mock


def _asked(mock):
    return [(call.request.method, call.request.url) for call in mock.calls]


def test_navigation(connect, wire, reference):
    wire.get(f"{LIST}/navigation", json=reference("get-audience-navigation"))
    answer = connect().navigation("g1")
    assert answer.trace_id == "507f1f77bcf86cd799439011"
    assert answer.value.count == 2
    assert _asked(wire) == [("GET", f"{LIST}/navigation")]


def test_audiences(connect, wire, reference):
    wire.get(LIST, json=reference("list-audiences"))
    page = connect(page_size=7).audiences("g1").value
    assert (page.items[0].prospect_count, page.left_out) == (25, 0)
    assert _asked(wire) == [("GET", f"{LIST}?limit=7")]


def test_a_cursor_goes_back_as_it_came(connect, wire, reference):
    cursor = "a b/+&?#%41=é"
    query = {"cursor": cursor, "limit": "50"}
    wire.get(LIST, json=reference("list-audiences"), match=[responses.matchers.query_param_matcher(query)])
    connect().audiences("g1", cursor)


def test_audience(connect, wire, reference):
    wire.get(f"{LIST}/a1", json=reference("get-audience"))
    assert connect().audience("g1", "a1").value.name == "Avery Stone"
    assert _asked(wire) == [("GET", f"{LIST}/a1")]


def test_prospects(connect, wire, reference):
    wire.get(f"{LIST}/a1/prospects", json=reference("list-audience-prospects"))
    answer = connect().prospects("g1", "a1")
    assert answer.value.items[0].company.name == "Avery Stone"
    assert answer.trace_id == "507f1f77bcf86cd799439011"
    assert _asked(wire) == [("GET", f"{LIST}/a1/prospects?limit=50")]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {"name": "New 李 \ud800", "type": "monitoring"}),
        ({"description": "Why"}, {"name": "New 李 \ud800", "type": "monitoring", "description": "Why"}),
    ],
)
def test_create_audience(connect, wire, reference, given, sent):
    wire.post(LIST, json=reference("create-audience", "201"), status=201)
    answer = connect().create_audience("g1", name="New 李 \ud800", type="monitoring", **given)
    assert answer.value.id == "507f1f77bcf86cd799439011"
    request = wire.calls[0].request
    assert json.loads(request.body) == sent
    assert request.headers["Content-Type"] == "application/json"


def test_every_request_carries_the_key_and_wants_json(connect, wire, reference):
    wire.get(LIST, json=reference("list-audiences"))
    connect().audiences("g1")
    headers = wire.calls[0].request.headers
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["Accept"] == "application/json"


def _groups(*ids, **more):
    return {"success": True, "data": {"items": [{"id": id, "name": id} for id in ids], **more}, "traceId": "t"}


def test_account_groups_of_all_pages(connect, wire):
    wire.get(BASE, json=_groups("g1", nextCursor="c1", hasMore=True))
    wire.get(f"{BASE}?cursor=c1", json=_groups("g1", "g2", nextCursor="c2"))
    wire.get(f"{BASE}?cursor=c2", json=_groups("g3", nextCursor="c1"))
    groups = tuple(AccountGroup(name, name) for name in ("g1", "g2", "g3"))
    assert connect().account_groups() == Answer(groups, "t")
    assert len(wire.calls) == 3


def test_account_groups_without_end(connect, wire):
    cursors = iter(range(1000))
    wire.add_callback("GET", BASE, lambda request: (200, {}, json.dumps(_groups(nextCursor=f"c{next(cursors)}"))))
    assert connect().account_groups().value == ()
    assert len(wire.calls) == 20


def test_account_groups_as_a_bare_list(connect, wire):
    wire.get(BASE, json={"success": True, "data": [{"id": "g1"}]})
    assert connect().account_groups() == Answer((AccountGroup("g1"),), "")


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda client: client.audience("g1", "a1"), "/a1"),
        (lambda client: client.prospects("g1", "a1"), "/a1/prospects"),
    ],
)
def test_any_conflict_on_reading_an_audience_means_not_ready(connect, wire, reference, call, path):
    wire.get(LIST + path, json=reference("get-audience", "409"), status=409)
    with pytest.raises(errors.NotReady) as caught:
        call(connect())
    assert caught.value.code == "string"


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("GET", "", lambda client: client.audiences("g1")),
        ("GET", "/navigation", lambda client: client.navigation("g1")),
        ("POST", "", lambda client: client.create_audience("g1", name="x", type="on_demand")),
    ],
)
def test_a_conflict_elsewhere_is_refused(connect, wire, reference, method, path, call):
    wire.add(method, LIST + path, json=reference("get-audience", "409"), status=409)
    with pytest.raises(errors.Refused) as caught:
        call(connect())
    assert (caught.value.status, caught.value.method) == (409, method)


@pytest.mark.parametrize(
    ("data", "call", "path"),
    [
        ({"items": "x"}, lambda client: client.audiences("g1"), ""),
        ([], lambda client: client.navigation("g1"), "/navigation"),
        ("x", lambda client: client.audience("g1", "a1"), "/a1"),
        (None, lambda client: client.prospects("g1", "a1"), "/a1/prospects"),
    ],
)
def test_data_of_another_kind_is_unreadable(connect, wire, data, call, path):
    wire.get(LIST + path, json={"success": True, "data": data, "error": None, "traceId": "t9"})
    with pytest.raises(errors.Unreadable) as caught:
        call(connect())
    error = caught.value
    assert (error.trace_id, error.status, error.path) == ("t9", 200, f"/v1/accounts/g1/audiences{path}")


@pytest.mark.parametrize("data", [None, {}, {"id": None, "name": "x"}, {"id": "a/b"}])
def test_created_without_a_readable_id_is_unreadable(connect, wire, data):
    wire.post(LIST, json={"success": True, "data": data}, status=201)
    with pytest.raises(errors.Unreadable):
        connect().create_audience("g1", name="x", type="on_demand")


def test_an_audience_that_lost_its_id_is_the_one_asked_for(connect, wire):
    wire.get(f"{LIST}/a1", json={"success": True, "data": {"id": None, "name": "Kept"}})
    audience = connect().audience("g1", "a1").value
    assert (audience.id, audience.name) == ("a1", "Kept")


def test_a_closed_client_says_so(connect):
    client = connect()
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.audiences("g1")
