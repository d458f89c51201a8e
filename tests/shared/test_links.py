"""Share links on a deployment: guessed many times with Redis off, and nowhere in database or logs."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone

from audiences.models import PasswordTry, ShareLink
from team.models import Event
from tests.conftest import new_database
from tests.shared.conftest import another_port
from tests.shared.deployment import GROUP

SHARE = f"/g/{GROUP}/audiences/aud/share/"
PASSWORD = "lisbon by the river"
ADDRESSES = 100


@pytest.fixture(params=["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.soak)])
def deployment(request, deploy):
    """Without Redis: its address is one where nobody listens. A proxy on this machine says who asks."""
    variables = {"REDIS_URL": f"redis://127.0.0.1:{another_port()}/0", "TRUSTED_PROXIES": "127.0.0.1"}
    if request.param == "PostgreSQL":
        variables["DATABASE_URL"] = new_database(request.getfixturevalue("postgres_url"))
    return deploy(**variables)


@pytest.fixture
def url(deployment):
    return deployment.web(another_port())[0]


def made(deployment, url):
    """The address of a link with a password, as an admin's browser gets it."""
    admin = deployment.person(url)
    page = admin.get(SHARE).text
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', page))
    answer = admin.post(SHARE, hidden | {"title": "Lisbon", "days": "30", "password": PASSWORD})
    return re.search(r'value="(http://[^"]+/s/[\w-]{43}/)"', answer.text)[1]


class Visitor:
    """A browser outside, at a network address of its own."""

    def __init__(self, link, network):
        self.link, self.headers = link, {"X-Forwarded-For": network}
        self.session = requests.Session()
        page = self.session.get(link, headers=self.headers, timeout=30).text
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def try_password(self, password):
        given = {"csrfmiddlewaretoken": self.token, "password": password}
        return self.session.post(self.link, given, headers=self.headers, allow_redirects=False, timeout=60)


@pytest.mark.parametrize("guesses", [300, pytest.param(1000, marks=pytest.mark.soak)])
def test_many_guesses_from_a_hundred_addresses_with_redis_off(deployment, url, guesses):
    link = made(deployment, url)
    with ThreadPoolExecutor(16) as threads:
        visitors = list(threads.map(lambda number: Visitor(link, f"192.0.2.{number}"), range(ADDRESSES)))
        jobs = [(visitors[number % ADDRESSES], f"guess number {number}") for number in range(guesses)]
        statuses = Counter(threads.map(lambda job: job[0].try_password(job[1]).status_code, jobs))
    print(f"{guesses} guesses from {ADDRESSES} addresses: {dict(statuses)}")
    assert set(statuses) == {422, 429}
    assert 1 <= statuses[422] <= 10
    assert deployment.rows(PasswordTry).count() == statuses[422]
    visitor = Visitor(link, "198.51.100.7")
    assert visitor.try_password(PASSWORD).status_code == 429
    deployment.rows(PasswordTry).update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert visitor.try_password(PASSWORD).status_code == 302
    assert "Lisbon" in visitor.session.get(link, headers=visitor.headers, timeout=30).text
    _is_nowhere(deployment, link)
    opened = deployment.rows(Event).get(kind="link-opened")
    assert (opened.network, opened.about) == ("198.51.100.7", "Lisbon")


def _is_nowhere(deployment, link):
    """Neither the token nor the password stands in the database or in what the processes have printed."""
    token = link.rstrip("/").rpartition("/")[2]
    stored = [str(row) for model in (ShareLink, Event, PasswordTry) for row in deployment.rows(model).values()]
    files = [path.read_bytes() for path in Path(deployment.environ["VAR_DIR"]).glob("*.sqlite3*")]
    # what may stand there is found by the same search
    assert [row for row in stored if "Lisbon" in row]
    assert not files or [file for file in files if b"Lisbon" in file]
    assert bool(files) == deployment.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")
    for secret in (token, PASSWORD):
        assert secret not in deployment.said()
        assert [row for row in stored if secret in row] == []
        assert [file for file in files if secret.encode() in file] == []
