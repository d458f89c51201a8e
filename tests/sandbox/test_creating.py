"""POST …/audiences: validated, hidden while it is populated, kept."""

import time

import pytest

from tests.sandbox.running import NORDWIND


def wait_ready(sandbox, audience_id):
    for _ in range(50):
        answer = sandbox.get(f"/{audience_id}")
        if answer.status_code == 200:
            return answer.json()["data"]
        assert answer.json()["error"]["code"] == "AUDIENCE_NOT_READY"
        time.sleep(0.05)
    raise AssertionError("never ready")


def names(sandbox):
    return [item["name"] for item in sandbox.data("", limit=5)["items"]]


def test_a_created_audience_is_hidden_then_ready_with_people(sandbox):
    answer = sandbox.post({"name": "  Fresh · ünï ", "type": "on_demand", "description": "Now"})
    made = answer.json()["data"]
    assert (answer.status_code, made["name"], made["type"]) == (201, "Fresh · ünï", "linkedin_search")
    assert (made["prospectCount"], made["folderId"], made["description"]) == (0, None, "Now")
    assert sandbox.get(f"/{made['id']}/prospects").status_code == 409
    assert "Fresh · ünï" not in names(sandbox)
    ready = wait_ready(sandbox, made["id"])
    assert 200 <= ready["prospectCount"] < 600
    people = [person for page in sandbox.pages(f"/{made['id']}/prospects", 100) for person in page["items"]]
    assert len(people) == ready["prospectCount"]
    assert names(sandbox)[0] == "Fresh · ünï"
    assert made["id"] in [item["id"] for item in sandbox.data("/navigation")["ungroupedAudiences"]]


def test_monitoring_stays_monitoring(sandbox):
    made = sandbox.post({"name": "Watched", "type": "monitoring"}).json()["data"]
    assert (made["type"], made["description"]) == ("monitoring", None)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["name", "type"]),
        ({"name": "", "type": "on_demand"}, ["name"]),
        ({"name": " \t", "type": "on_demand"}, ["name"]),
        ({"name": 5, "type": "on_demand"}, ["name"]),
        ({"name": "x" * 201, "type": "on_demand"}, ["name"]),
        ({"name": "x", "type": "linkedin_search"}, ["type"]),
        ({"name": "x", "type": ["on_demand"]}, ["type"]),
        ({"name": "x", "type": "on_demand", "description": 5}, ["description"]),
        ({"name": "x", "type": "on_demand", "description": "x" * 2001}, ["description"]),
        ({"name": None, "type": None, "description": []}, ["name", "description", "type"]),
        ({"name": "lone \ud800", "type": "on_demand"}, ["body"]),
        ([], ["body"]),
        ("text", ["body"]),
    ],
)  # fmt: skip
def test_what_is_not_valid_is_a_400_that_names_the_fields(sandbox, body, paths):
    answer = sandbox.post(body)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json()["error"]["details"]] == paths


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 90_000])
def test_what_is_no_json_is_a_400(sandbox, data):
    answer = sandbox.ask("POST", data=data)
    assert (answer.status_code, answer.json()["error"]["details"][0]["path"]) == (400, "body")


def test_200_characters_are_a_name(sandbox):
    assert sandbox.post({"name": "y" * 200, "type": "on_demand"}).status_code == 201


@pytest.mark.parametrize("name", ["Nordic RevOps leads", "NORDIC REVOPS LEADS ", "Never ready"])
def test_a_name_the_group_has_is_a_422(sandbox, name):
    answer = sandbox.post({"name": name, "type": "on_demand"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY")


def test_the_same_name_may_stand_in_another_group(sandbox):
    path = "/v1/accounts/675946800bdc0e8c0b7c7880/audiences"
    body = {"name": "Nordic RevOps leads", "type": "on_demand"}
    assert sandbox.ask("POST", path, json=body).status_code == 201


def test_a_forbidden_configuration_is_a_422(sandbox):
    assert sandbox.post({"name": "A Forbidden one", "type": "monitoring"}).status_code == 422
    assert sandbox.post({"name": "A Forbidden one", "type": "on_demand"}).status_code == 201


def test_creating_in_an_unknown_group_is_a_404(sandbox):
    path = f"/v1/accounts/{NORDWIND[::-1]}/audiences"
    assert sandbox.ask("POST", path, json={"name": "x", "type": "on_demand"}).status_code == 404
