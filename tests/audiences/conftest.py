"""Pages are tested against the real sandbox, over HTTP."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from audiences import behind, catalog, flight, kept, known, reading
from audiences.api.client import AudiencesClient
from audiences.api.records import Audience
from audiences.views import shell
from team.models import AccountGroup, Membership, User
from tests.audiences.fakes import FakeApi
from tests.audiences.odd import PERSON, TREE, called
from tests.audiences.wire import Wire, client_on, enveloped, page
from tests.sandboxed import sandbox


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """The sandbox's address, the same for all tests: they only read."""
    with sandbox() as url:
        yield url


@pytest.fixture(autouse=True)
def _nothing_ahead(request, monkeypatch) -> None:
    """Nothing is asked for before it is read, but in tests about that: it would come in the midst of the next test."""
    if "ahead" not in request.keywords:
        monkeypatch.setattr(behind, "now", lambda _job: False)


def forget() -> None:
    """An empty catalog, as after a start."""
    until(lambda: not flight._flying)  # a thread of the test before would answer this one's questions
    catalog._client.cache_clear()
    known._noted.clear()
    shell._rendered.clear()
    for name in ("default", "places", "budget"):
        caches[name].clear()


@pytest.fixture
def api(sandbox_url, settings) -> Iterator[AudiencesClient]:
    """The dashboard reads from the sandbox, with nothing kept."""
    settings.AUDIENCES_API_URL = sandbox_url
    settings.AUDIENCES_API_KEY = "sk_sandbox_all"
    forget()
    yield catalog.client()
    catalog.client().close()
    forget()


@pytest.fixture
def groups(api, db) -> list[AccountGroup]:
    """The sandbox's account groups."""
    assert catalog.refresh_account_groups() is None
    return list(AccountGroup.objects.all())


@pytest.fixture
def group(groups) -> AccountGroup:
    """The first of them, where everything is."""
    return groups[0]


@pytest.fixture
def member(client: Client, group) -> Client:
    """The browser of a member of the first group."""
    user = User.objects.create_user("mia@example.com")
    Membership.objects.create(user=user, group=group)
    client.force_login(user)
    return client


@pytest.fixture
def named(api, group):
    """Finds an audience of the first group by how its name begins."""
    everything = [audience for _, audience in api.navigation(group.id).value.every()]

    def find(start: str) -> Audience:
        return next(audience for audience in everything if audience.name.startswith(start))

    return find


@pytest.fixture
def fake(monkeypatch, db) -> Iterator[FakeApi]:
    """The dashboard reads from an API that a test makes up."""
    made = FakeApi()
    forget()
    monkeypatch.setattr(catalog, "client", lambda: made)
    yield made
    monkeypatch.undo()
    forget()


@pytest.fixture
def row(db) -> AccountGroup:
    """An account group's row, without an API behind it."""
    return AccountGroup.objects.create(id="grp", name="Group")


@pytest.fixture
def ada(row) -> User:
    """Somebody who belongs to it."""
    user = User.objects.create_user("ada@example.com")
    row.members.add(user)
    return user


def until(happens):
    """Wait for what a thread behind the page does."""
    deadline = time.monotonic() + 5
    while not happens():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def later(monkeypatch):
    """Lets time pass for the catalog."""

    def pass_by(**span):
        moment = datetime.now(UTC) + timedelta(**span)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment

        monkeypatch.setattr(kept, "datetime", Clock)
        monkeypatch.setattr(reading, "datetime", Clock)

    return pass_by


@pytest.fixture
def wire(monkeypatch, row) -> Iterator[Wire]:
    """The dashboard reads, through the real client, raw answers that a test makes up."""
    made = Wire(
        navigation=enveloped(TREE),
        audiences=page(TREE["ungroupedAudiences"]),
        audience=enveloped(TREE["ungroupedAudiences"][0]),
        prospects=page([called(PERSON, "first")]),
    )
    api = client_on(made)
    forget()
    monkeypatch.setattr(catalog, "client", lambda: api)
    yield made
    monkeypatch.undo()
    forget()


@pytest.fixture
def boss(client: Client) -> Client:
    """The browser of an admin."""
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client
