"""The API client: what tolerance costs beside `json.loads`, and a call beside a bare `requests` GET."""

import json

import requests

from audiences.api import envelope, parsing
from audiences.api.client import AudiencesClient
from tests.bench.sampling import in_turns, milliseconds
from tests.bench.stage import PROSPECTS, Stage
from tests.bench.table import Line
from tests.sandbox.running import HUGE, NORDWIND

TITLE = "The API client: a page of 50 prospects, the API on the same machine"
_KEY = "sk_sandbox_all"


def run(stage: Stage) -> list[Line]:
    """Reading the same bytes, then fetching the same page."""
    client = AudiencesClient(stage.api, _KEY)
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {_KEY}"
        body = session.get(stage.api + PROSPECTS, params={"limit": "50"}, timeout=10).content
        reading = {"ours": milliseconds(lambda: _read(body), 20), "json": milliseconds(lambda: json.loads(body), 20)}
        calling = {
            "ours": milliseconds(lambda: client.prospects(NORDWIND, HUGE), 10),
            "bare": milliseconds(lambda: session.get(stage.api + PROSPECTS, params={"limit": "50"}).content, 10),
        }
        read, called = in_turns(stage.samples, reading), in_turns(stage.samples, calling)
    client.close()
    return [
        Line.of("50 prospects decoded and coerced / json.loads", read["ours"], "ms", read["json"]),
        Line.of("client.prospects() / requests GET, not decoded", called["ours"], "ms", called["bare"]),
    ]


def _read(body: bytes) -> object:
    answer = envelope.decode(body)
    assert isinstance(answer, dict)
    return parsing.page(answer["data"], parsing.prospect)
