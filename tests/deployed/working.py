"""What people want of a deployment while its parts die: audiences that fill, audiences they create, an export."""

import csv
import io
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import requests
from django.utils import timezone

from audiences.models import Export
from team.models import User
from tests.dashboard.running import wait
from tests.deployed.ensemble import Ensemble
from tests.shared.deployment import GROUP, NEW, Person, hidden_fields

_EVERY = 0.5  # seconds between two forms
_EXPORTS = f"/g/{GROUP}/audiences/aud1/exports/"


@dataclass
class Author:
    """Somebody who creates one audience after the other, in a thread; a form of which nothing came is sent again.

    `refused` counts connections nobody took, which a proxy tries elsewhere; `broken` the forms that broke off.
    """

    people: Sequence[Person]
    names: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    refused: int = 0
    broken: int = 0

    def __enter__(self) -> "Author":
        self._over, self._thread = threading.Event(), threading.Thread(target=self._work)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._last = time.monotonic() + 30
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(_EVERY):
            name = f"Wanted {uuid.uuid4().hex[:8]}"
            form: dict[str, str] = {}
            self.names.append(name)
            # whoever began a form stays with it until they see what became of it
            while not self._sent(name, form):
                if self._over.is_set() and time.monotonic() > self._last:
                    return  # nothing answers any more: the tests say so
                time.sleep(_EVERY)

    def _sent(self, name: str, form: dict[str, str]) -> bool:
        for person in self.people:
            try:
                if not form:
                    form |= person.form(name)
                answer = person.post(NEW, form)
                self.statuses.append(answer.status_code)
                form |= hidden_fields(answer.text)  # what certainly was not sent comes back as a new form
                return answer.status_code == 302
            except requests.ConnectionError as error:
                if "Connection refused" in repr(error):
                    self.refused += 1
                    continue
                self.broken += bool(form)
                return False
            except (AssertionError, requests.RequestException):  # a page that says that it cannot, or half of one
                self.broken += bool(form)
                return False
        return False


def ask_for_export(whole: Ensemble, people: int) -> str:
    """An export of so many people, as a form of the page asks for it; its address."""
    whole.api.does.people = people
    rows = whole.here.rows(Export)
    wish = {"group_id": GROUP, "audience_id": "aud1", "name": "Leads", "columns": ["id", "name"]}
    by = whole.here.rows(User).get(is_superuser=True)
    made = rows.create(form_key=uuid.uuid4().hex, next_check_at=timezone.now(), by=by, **wish)
    return f"{_EXPORTS}{made.form_key}/"


def exported(whole: Ensemble, person: Person, address: str, within: float) -> list[str]:
    """The ids in the file of a whole export, as its reader fetches it."""
    key = address.rstrip("/").rpartition("/")[2]
    end = time.monotonic() + within
    while (row := whole.here.rows(Export).get(form_key=key)).is_under_way:
        assert time.monotonic() < end, (row.state, row.problem, row.rows)
        whole.here.end_leases(Export)
        time.sleep(0.3)
    assert row.state == "whole"
    wait(lambda: person.get(f"{address}file/").status_code == 200)
    file = person.get(f"{address}file/").content.decode("utf-8-sig")
    _, *lines = csv.reader(io.StringIO(file, newline=""), strict=True)
    return [line[0] for line in lines]
