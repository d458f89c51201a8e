"""What the client's tests share."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audiences.api.client import WEB, AudiencesClient

KEY = "sk_live_not_to_be_seen_anywhere"
QUICK = replace(WEB, connect=1, read=5, total=0.4)
"""A total deadline that comes long before the timeout between two bytes."""


@pytest.fixture
def connect() -> Iterator[Callable[..., AudiencesClient]]:
    """Make clients, and end them."""
    clients: list[AudiencesClient] = []

    def make(url: str = "https://api.test", **options: Any) -> AudiencesClient:
        clients.append(AudiencesClient(url, KEY, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def reference() -> Callable[[str, str], Any]:
    """A fresh copy of an example of the reference pages, by page and status."""

    def read(page: str, status: str = "200") -> Any:
        return json.loads((Path(__file__).parent / "reference" / f"{page}.json").read_text())[status]

    return read
