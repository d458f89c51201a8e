"""The reading calls: shapes, orders, pages."""

import json

import pytest

from sandbox import seeding
from sandbox.people import prospects
from tests.sandbox.running import HUGE, NORDWIND, REVOPS

AUDIENCE = ["id", "name", "type", "description", "folderId", "prospectCount", "createdAt"]
HUGE_CROWD = seeding.groups()[0].audience(HUGE).crowd
FLIPPING = "57a7e500000000000000f11b"
FOLDER = ["id", "name", "audienceType", "isPinned", "position", "createdAt", "updatedAt", "audiences"]


def test_the_account_groups(sandbox):
    page = sandbox.data("/v1/accounts")
    assert [group["name"] for group in page["items"]] == ["Nordwind GmbH", "Baltic Loop", "Casa Verde Studios"]
    assert (page["items"][0]["id"], page["nextCursor"], page["hasMore"]) == (NORDWIND, None, False)


def test_the_list_shows_each_ready_audience_once_and_newest_first(sandbox):
    items = [item for page in sandbox.pages("", 20) for item in page["items"]]
    assert all(list(item) == AUDIENCE for item in items)
    assert len({item["id"] for item in items}) == len(items) >= 150
    dates = [item["createdAt"] for item in items]
    assert dates == sorted(dates, reverse=True)


def test_pages_are_25_long_where_nothing_is_asked(sandbox):
    assert len(sandbox.data("")["items"]) == 25
    assert len(sandbox.data(f"/{REVOPS}/prospects")["items"]) == 25


def test_navigation_holds_what_the_list_holds(sandbox):
    listed = {item["id"] for page in sandbox.pages("", 100) for item in page["items"]}
    found = sandbox.data("/navigation")
    assert all(list(folder) == FOLDER for folder in found["folders"])
    inside = [audience for folder in found["folders"] for audience in folder["audiences"]]
    assert all(audience["folderId"] is None for audience in found["ungroupedAudiences"])
    shown = {audience["id"] for audience in inside + found["ungroupedAudiences"]}
    assert shown >= listed - {FLIPPING}
    assert {type(audience["prospectCount"]) for audience in inside} == {int, str}


def test_folders_are_as_a_team_has_them(sandbox):
    folders = sandbox.data("/navigation")["folders"]
    assert len(folders) == 12
    assert sum(folder["isPinned"] for folder in folders) == 2
    assert {folder["audienceType"] for folder in folders} == {"on_demand", "monitoring"}
    assert [folder["position"] for folder in folders] == list(range(12))


def test_one_audience(sandbox):
    found = sandbox.data(f"/{REVOPS}")
    assert list(found) == AUDIENCE
    assert (found["name"], found["prospectCount"]) == ("Nordic RevOps leads", 2340)


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_any_limit_gives_the_same_people_in_the_same_order(sandbox, limit):
    pages = sandbox.pages(f"/{HUGE}/prospects", limit)
    found = [person for page, _ in zip(pages, range(3), strict=False) for person in page["items"]]
    assert found == [json.loads(json.dumps(person)) for person in prospects(HUGE_CROWD, 0, 3 * limit)]


def test_the_last_page_says_so(sandbox):
    pages = list(sandbox.pages(f"/{REVOPS}/prospects", 100))
    assert [len(page["items"]) for page in pages] == [100] * 23 + [40]
    assert (pages[-1]["nextCursor"], pages[-1]["hasMore"]) == (None, False)


@pytest.mark.parametrize(
    "path",
    ["/v1", "/", "/v2/accounts", "/v1/accounts/", f"/v1/accounts/{NORDWIND}", "/nobody", "/nobody/prospects",
     f"/{REVOPS}/signals", "/v1/accounts/nobody/audiences", "/v1/accounts/nobody/audiences/navigation",
     f"/v1/accounts/nobody/audiences/{REVOPS}", f"/%2e%2e/{REVOPS}", "/navigation/prospects",
     f"/v1/accounts/67f629005f86f70cc3e8008a/audiences/{REVOPS}"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(sandbox, path):
    answer = sandbox.get(path) if path != "/" else sandbox.get("/v")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "", "GET, POST"), ("POST", "/navigation", "GET"), ("PUT", f"/{REVOPS}", "GET"),
     ("PATCH", f"/{REVOPS}/prospects", "GET"), ("POST", "/v1/accounts", "GET")],
)  # fmt: skip
def test_another_method_is_a_405(sandbox, method, path, allowed):
    answer = sandbox.ask(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_every_answer_has_a_trace_id_of_its_own(sandbox):
    seen = {sandbox.get(path).json()["traceId"] for path in ("", "", "/nobody", "/v1/accounts")}
    assert len(seen) == 4
