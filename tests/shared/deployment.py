"""A dashboard as it is deployed: processes that can be killed, and rows that can be read and moved in time."""

import re
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import psutil
import requests
from django.db import connections, models
from django.utils import timezone

from audiences.models import Notice, Watch
from audiences.schedule import Scheduled
from dashboard import processes
from team.models import AccountGroup, Membership, SignInLink, User
from tests.dashboard.running import ROOT, Running, clean, wait
from tests.shared.api import CountingApi

EMAIL = "boss@example.com"
FIXED = {
    "SECRET_KEY": "a secret of tests that is long enough for everybody, and a little longer",
    "AUDIENCES_API_KEY": "sk_test_shared",
    "DJANGO_SUPERUSER_EMAIL": EMAIL,
}
GROUP = "grp"
DONE = ("ready", ["ready"])  # what became of an audience that somebody created: it is, and they were told once
NEW = f"/g/{GROUP}/audiences/new/"


class Person:
    """Somebody who is signed in, in a browser of their own."""

    def __init__(self, url: str, cookies: dict[str, str]) -> None:
        self.url, self.cookies = url, cookies

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.url + path, cookies=self.cookies, allow_redirects=False, timeout=30, **options)

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        return requests.post(self.url + path, fields, cookies=self.cookies, allow_redirects=False, timeout=30)

    def form(self, name: str) -> dict[str, str]:
        """What a browser would send of a form that was just opened, and in which a name was typed."""
        page = self.get(NEW).text
        hidden = hidden_fields(page)
        assert len(hidden) == 2, page
        return hidden | {"name": name, "type": "on_demand", "description": ""}

    def at(self, url: str) -> "Person":
        """The same session, at another server of the same deployment."""
        return Person(url, self.cookies)

    def led_to(self, path: str) -> str:
        """Where an address leads to in the end."""
        return requests.get(self.url + path, cookies=self.cookies, timeout=30).url.removeprefix(self.url)


def hidden_fields(page: str) -> dict[str, str]:
    """What a form of a page sends without having been typed; nothing, where there is none."""
    return dict(re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', page))


class Deployment:
    """Processes on one database; all are killed at the end, whatever state a test has left them in."""

    def __init__(self, folder: Path, api: CountingApi, alias: str, variables: dict[str, object]) -> None:
        self.api, self._folder, self._alias = api, folder, alias
        self.environ = clean(VAR_DIR=folder, AUDIENCES_API_URL=api.url, **{**FIXED, **variables})
        self._running: list[Running] = []
        command = processes.prepare("http://127.0.0.1:9")
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True, timeout=60)

    def start(self, command: list[str]) -> Running:
        log = self._folder / f"log-{uuid.uuid4().hex}"
        self._running.append(Running(command[1:], self.environ, log))
        return self._running[-1]

    def revive(self) -> None:
        """Start again what has ended, as its supervisor would."""
        for ended in [one for one in self._running if one.process.poll() is not None]:
            self._running.remove(ended)
            self.start(list(ended.process.args))
            print(f"started again after exit code {ended.process.returncode}")

    def worker(self) -> Running:
        return self.start(processes.worker())

    def web(self, port: int) -> tuple[str, Running]:
        """A web server that answers: its address, and its parent process."""
        server, url = self.start(processes.web("127.0.0.1", port)), f"http://127.0.0.1:{port}"
        wait(lambda: answers(url))
        return url, server

    def rows(self, model: type[models.Model]) -> Any:
        """The rows of a model, as this deployment's processes have them."""
        return model._base_manager.using(self._alias)

    def person(self, url: str, email: str = EMAIL, name: str = "") -> Person:
        """Sign somebody in by a link; who is not there yet becomes an admin of the group."""
        user, is_new = self.rows(User).get_or_create(email=email, defaults={"name": name})
        if is_new:
            self.rows(Membership).create(user=user, group=self.rows(AccountGroup).get(pk=GROUP), role="admin")
        token = SignInLink.objects.db_manager(self._alias).issue(user)
        with requests.Session() as session:
            page = session.get(f"{url}/sign-in/{token}/", timeout=10)
            assert {"sessionid", "csrftoken"} <= set(session.cookies.keys()), page.text
            return Person(url, session.cookies.get_dict())

    def fill(self, seconds: Sequence[float | None]) -> list[str]:
        """Audiences that the first admin has created, each ready after so long; None: never. All are due now."""
        by, now = self.rows(User).get(is_superuser=True), timezone.now()
        asked = {"name": f"Filling {uuid.uuid4().hex[:6]}", "type": "on_demand"}
        made = [
            self.api.holdings.make(GROUP, asked | {"name": f"{asked['name']}-{number}"}, after)
            for number, after in enumerate(seconds)
        ]
        rows = [Watch(group_id=GROUP, audience_id=one.id, name=one.name, by=by, next_check_at=now) for one in made]
        self.rows(Watch).bulk_create(rows)
        return [one.id for one in made]

    def filling(self, ids: list[str]) -> int:
        """How many of them are not ready here."""
        return int(self.rows(Watch).filter(audience_id__in=ids).exclude(state=Watch.State.READY).count())

    def outcomes(self, ids: list[str]) -> dict[str, tuple[str, list[str]]]:
        """What became of each: its state, and what people were told of it."""
        told = {one: list[str]() for one in ids}
        for notice in self.rows(Notice).filter(audience_id__in=ids):
            told[notice.audience_id].append(notice.kind)
        states = dict(self.rows(Watch).filter(audience_id__in=ids).values_list("audience_id", "state"))
        return {one: (states[one], told[one]) for one in ids}

    def end_leases(self, model: type[Scheduled]) -> None:
        """As if the minute were over for which dead processes have leased rows: nobody lives who holds one."""
        self.rows(model).filter(lease_until__gt=timezone.now()).update(lease_until=timezone.now())

    def make_due(self, model: type[Scheduled], **which: object) -> None:
        """As if the time had come to look."""
        assert self.rows(model).filter(**which).update(next_check_at=timezone.now() - timedelta(seconds=1))

    def clear(self) -> None:
        for running in self._running:
            running.clear()

    def said(self) -> str:
        """What all processes have printed: nothing, when nothing went wrong."""
        return "".join(running.said for running in self._running)


@contextmanager
def deployed(folder: Path, api: CountingApi, **variables: object) -> Iterator[Deployment]:
    """A prepared deployment without processes. The caller lets the database be used."""
    alias = f"deployed-{uuid.uuid4().hex}"
    address = str(variables.get("DATABASE_URL") or f"sqlite:///{folder}/dashboard.sqlite3")
    variables["DATABASE_URL"] = address
    parsed = dj_database_url.parse(address)
    if parsed["ENGINE"].endswith("sqlite3"):
        parsed["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    connections.settings[alias] = connections.configure_settings({"default": dict(parsed)})["default"]
    here = Deployment(folder, api, alias, variables)
    try:
        yield here
    finally:
        here.clear()
        connections[alias].close()
        del connections[alias], connections.settings[alias]


def kill(process: psutil.Process | subprocess.Popen[bytes]) -> None:
    """As a machine without memory would: no farewell."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def at_once(jobs: list[Any]) -> list[Any]:
    """All of them at the same time, as far as one machine can."""
    with ThreadPoolExecutor(len(jobs)) as people:
        return [task.result() for task in [people.submit(job) for job in jobs]]


def clock_of(monotonic: float) -> datetime:
    """The wall's clock at a moment of the API's."""
    return timezone.now() - timedelta(seconds=time.monotonic() - monotonic)


def answers(url: str) -> bool:
    """Whether a web server is up there."""
    try:
        return requests.get(f"{url}/health/live", timeout=2).status_code == 200
    except requests.ConnectionError:
        return False
