"""The OpenAPI document is valid, and real answers of every call and status keep to it."""

import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from sandbox import keys
from sandbox.routes import OPENAPI
from tests.sandbox.running import HUGE, NORDWIND, REVOPS, STATE

DOCUMENT = json.loads(OPENAPI.read_text(encoding="utf-8"))
BASE = "/v1/accounts/{accountGroupId}/audiences"
ONE = f"{BASE}/{{audienceId}}"
MANY = f"{ONE}/prospects"
READS = [
    (200, "", BASE), (400, "?limit=0", BASE), (400, "?cursor=x", BASE),
    (200, "/navigation", f"{BASE}/navigation"),
    (200, f"/{REVOPS}", ONE), (404, "/nobody", ONE),
    (200, f"/{REVOPS}/prospects?limit=100", MANY), (200, f"/{HUGE}/prospects?limit=100", MANY),
    (400, f"/{REVOPS}/prospects?limit=0", MANY), (404, "/nobody/prospects", MANY),
    *((status, f"/{STATE}{status}{tail}", path)
      for status in (400, 401, 403, 404, 409, 429, 500, 502) for tail, path in (("", ONE), ("/prospects", MANY))),
]  # fmt: skip


def check(answer, method, path):
    """The answer keeps to what the document says of this call and status."""
    response = DOCUMENT["paths"][path][method]["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = response["content"]["application/json"]["schema"]
    assert set(response.get("headers", {})) <= set(answer.headers)
    whole = {"components": DOCUMENT["components"], **schema}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(answer.json())


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


def test_it_is_served_without_a_key(sandbox):
    assert sandbox.get("/openapi.json", key=None).json() == DOCUMENT


@pytest.mark.parametrize(("status", "path", "documented"), READS)
def test_reads_keep_to_it(sandbox, status, path, documented):
    answer = sandbox.get(path)
    assert answer.status_code == status
    check(answer, "get", documented)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, {"name": "Documented", "type": "monitoring"}),
        (400, {"name": ""}),
        (422, {"name": "Empty", "type": "on_demand"}),
    ],
)
def test_creating_keeps_to_it(sandbox, status, body):
    answer = sandbox.post(body)
    assert answer.status_code == status
    check(answer, "post", BASE)


@pytest.mark.parametrize(("status", "key"), [(200, keys.ALL), (401, "sk_unknown"), (403, keys.NO_DISCOVERY)])
def test_discovery_keeps_to_it(sandbox, status, key):
    answer = sandbox.get("/v1/accounts", key=key)
    assert answer.status_code == status
    check(answer, "get", "/v1/accounts")


@pytest.mark.parametrize(("method", "path"), [("get", BASE), ("post", BASE), ("get", f"{BASE}/navigation")])
@pytest.mark.parametrize(("status", "key"), [(401, None), (403, keys.NOTHING)])
def test_refusals_keep_to_it(sandbox, method, path, status, key):
    answer = sandbox.ask(method.upper(), path.removeprefix(BASE), key)
    assert answer.status_code == status
    check(answer, method, path)


@pytest.mark.parametrize("path", [BASE, f"{BASE}/navigation", ONE, MANY])
def test_an_unknown_group_keeps_to_it(sandbox, path):
    answer = sandbox.get(path.format(accountGroupId="nobody", audienceId=REVOPS))
    assert answer.status_code == 404
    check(answer, "get", path)


def test_failing_and_limited_calls_keep_to_it(start):
    limited = start("--rate-limit", "0.01")
    limited.get("")
    for method, path in (("GET", BASE), ("POST", BASE), ("GET", f"{BASE}/navigation"), ("GET", "/v1/accounts")):
        answer = limited.ask(method, path.format(accountGroupId=NORDWIND))
        assert answer.status_code == 429
        check(answer, method.lower(), path)


def test_each_person_of_many_audiences_keeps_to_it(sandbox):
    ids = [audience["id"] for audience in sandbox.data("", limit=40)["items"]]
    for identity in [identity for identity in ids if not identity.startswith(STATE[:6])]:
        check(sandbox.get(f"/{identity}/prospects?limit=100"), "get", MANY)
