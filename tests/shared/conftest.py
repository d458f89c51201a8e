"""The web server as in production, several processes of it, in front of a real Redis and a counting API."""

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from dashboard import processes
from tests.dashboard.running import ROOT, Running, clean, wait
from tests.shared.api import CountingApi
from tests.shared.deployment import EMAIL, Deployment, answers, deployed

PASSWORD = "a password for tests"


@pytest.fixture(scope="session")
def _counting_api() -> Iterator[CountingApi]:
    api = CountingApi()
    yield api
    api.shutdown()
    api.server_close()


@pytest.fixture
def counting_api(_counting_api: CountingApi) -> CountingApi:
    """The API, well again, with nothing counted and nothing made."""
    _counting_api.forget()
    return _counting_api


class Site:
    """A dashboard that runs, and somebody signed in to it."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        self.url, self.cookies = url, cookies
        self.workers: Callable[[], list[psutil.Process]] = list

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.url + path, cookies=self.cookies, allow_redirects=False, timeout=30, **options)

    def get_many(self, paths: list[str], at_once: int = 64) -> list[requests.Response]:
        """All of them at the same time, as far as one machine can."""
        with ThreadPoolExecutor(at_once) as readers:
            return list(readers.map(self.get, paths))


def _environ(folder: Path, api: CountingApi, variables: dict[str, object]) -> dict[str, str]:
    return clean(
        VAR_DIR=folder,
        SECRET_KEY="a secret of tests that is long enough for everybody, and a little longer",
        AUDIENCES_API_URL=api.url,
        DJANGO_SUPERUSER_EMAIL=EMAIL,
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        **{"AUDIENCES_API_KEY": "sk_test_shared"} | variables,
    )


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory, _counting_api: CountingApi) -> Path:
    """What every site begins with: a database with its first person, and the static files."""
    folder = tmp_path_factory.mktemp("prepared")
    command = processes.prepare("http://127.0.0.1:9")
    subprocess.run(command, cwd=ROOT, env=_environ(folder, _counting_api, {}), check=True, capture_output=True)
    return folder


@pytest.fixture
def site(tmp_path: Path, counting_api: CountingApi, _prepared: Path, free_port: int) -> Iterator[Callable[..., Site]]:
    """Starts a site with these variables; `WEB_WORKERS` processes share its port."""
    started: list[Running] = []

    def start(**variables: object) -> Site:
        shutil.copytree(_prepared, tmp_path / "var")
        environ = _environ(tmp_path / "var", counting_api, variables)
        url = f"http://127.0.0.1:{free_port}"
        command = processes.web("127.0.0.1", free_port)[1:]
        started.append(Running(command, environ, tmp_path / "web.log"))
        wait(lambda: answers(url))
        here = Site(url, _sign_in(url))
        here.workers = psutil.Process(started[-1].process.pid).children
        return here

    yield start
    for running in started:
        running.end(signal.SIGTERM, 15)


@pytest.fixture(scope="module")
def deploy(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Callable[..., Deployment]]:
    """Prepares deployments with these variables, each in front of an API of its own that a whole module may use."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())

        def prepare(**variables: object) -> Deployment:
            api = CountingApi()
            stack.callback(api.server_close)
            stack.callback(api.shutdown)
            stack.callback(api.release)
            return stack.enter_context(deployed(tmp_path_factory.mktemp("deployed"), api, **variables))

        yield prepare


def another_port() -> int:
    """A port on 127.0.0.1 that nobody listened on a moment ago, for one more server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sign_in(url: str) -> dict[str, str]:
    with requests.Session() as session:
        form = session.get(f"{url}/sign-in/", timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, form
        fields = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = session.post(f"{url}/sign-in/", fields, headers={"Referer": url}, timeout=20)
        assert answer.status_code == 200
        return session.cookies.get_dict()
