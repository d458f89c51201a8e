"""Exports that a worker takes up, in front of an API that a test makes up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences.api.client import Deadline
from audiences.exports import spool, turns, walking
from audiences.exports.order import Export
from audiences.schedule import NOT_LEASED
from tests.audiences.conftest import ada, fake, row  # noqa: F401
from tests.audiences.fakes import FakeApi
from tests.exports.conftest import table


class Worker:
    """Asks for exports, and gives them their turns."""

    def __init__(self, group, by, api: FakeApi, monkeypatch) -> None:
        self.group, self.by, self.api, self._monkeypatch = group, by, api, monkeypatch

    def ask(self, **changes) -> Export:
        """Somebody's wish, due now."""
        values = {"audience_id": "aud", "columns": ["id", "name"], "name": "Leads", "group": self.group, "by": self.by}
        values |= {"form_key": f"form-{Export.objects.count()}", "next_check_at": timezone.now()}
        return Export.objects.create(**values | changes)

    def ring(self, seconds: float = 30.0) -> int:
        """As the clock does, every second."""
        return turns.due(Deadline(seconds))

    def turn(self, export: Export) -> Export:
        """A ring once it is due, and its holder, if there was one, is dead."""
        here = Export.objects.filter(pk=export.pk)
        here.filter(next_check_at__isnull=False).update(next_check_at=timezone.now(), lease_until=NOT_LEASED)
        self.ring()
        return here.get()

    def people(self, *pages: str, last: str = "") -> None:
        """The API has these people, a letter each; `last` is the cursor that its last page gives."""
        cursors = ["", *(f"c{number}" for number in range(1, len(pages)))]
        following = [*cursors[1:], last]
        self.api.pages = {at: (tuple(page), to) for at, page, to in zip(cursors, pages, following, strict=True)}

    def asked(self) -> list[str]:
        """The cursors at which people were asked for, in order."""
        return [call[1] for call in self.api.calls if call[0] == "prospects"]

    def at(self, person: str, action: Callable[[], object]) -> None:
        """Do something, once, in the midst of the turn that reads this person."""
        made, done = walking.record, []

        def record(prospect, columns):
            if prospect.id == person and not done:
                done.append(person)
                action()
            return made(prospect, columns)

        self._monkeypatch.setattr(walking, "record", record)


@pytest.fixture
def worker(row, ada, fake, settings, tmp_path, monkeypatch) -> Worker:  # noqa: F811
    settings.EXPORTS_DIR = tmp_path
    monkeypatch.setattr(walking.time, "sleep", lambda _seconds: None)
    made = Worker(row, ada, fake, monkeypatch)
    made.people("ab", "cd", "e")
    return made


def ids(export: Export) -> str:
    """Who stands in the file, in order; who was spooled, where there is none yet."""
    if export.archive:
        return "".join(line[0] for line in table(export)[1:])
    return "".join(one.id for one in spool.records(export.path(), export.segments))


def waits(export: Export) -> float:
    """Seconds until it goes on."""
    return (export.next_check_at - timezone.now()).total_seconds()


def names(export: Export) -> list[str]:
    """What lies in its folder."""
    return sorted(path.name for path in export.path().iterdir()) if export.path().exists() else []


def long_ago(export: Export, **span) -> None:
    """Nothing has come of it for so long, but failures."""
    then = timezone.now() - timedelta(**span)
    Export.objects.filter(pk=export.pk).update(moved_at=then, waits_since=then)
