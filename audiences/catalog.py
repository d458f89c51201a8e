"""What pages read. In front of `audiences.api` it is the project's service module: views never see HTTP.

How an answer is kept, shared and aged is reading.py's; here stands what there is to ask, and how long it is good.
People are personal data: a page of them is kept for PROSPECTS_MAX_AGE at most.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import lru_cache

import msgspec
from django.conf import settings

from audiences import apikey, behind, budget, known, places, waiting
from audiences.api.client import WEB, WORKER, Answer, AudiencesClient, Deadline, Policy
from audiences.api.errors import ApiError
from audiences.api.records import AccountGroup, Audience, Navigation, Page, Prospect, Unread
from audiences.budget import Budget
from audiences.kept import Kept
from audiences.question import Question
from audiences.reading import Reading, ask, begin, check, is_kept, peek, read, unkept
from team.models import AccountGroup as GroupRow

__all__ = ["Reading"]

NAMES_FRESH = timedelta(seconds=60)
NAMES_KEPT = timedelta(days=1)
PEOPLE_FRESH = timedelta(seconds=60)

_policy: ContextVar[Policy] = ContextVar("policy", default=WEB)


_NAVIGATION: msgspec.json.Decoder[Kept[Navigation]] = msgspec.json.Decoder(Kept[Navigation])
_AUDIENCE: msgspec.json.Decoder[Kept[Audience]] = msgspec.json.Decoder(Kept[Audience])
_AUDIENCES: msgspec.json.Decoder[Kept[Page[Audience]]] = msgspec.json.Decoder(Kept[Page[Audience]])
_PEOPLE: msgspec.json.Decoder[Kept[Page[Prospect]]] = msgspec.json.Decoder(Kept[Page[Prospect]])


def client() -> AudiencesClient:
    """The one client of this process for the key as it is now."""
    return _client(settings.AUDIENCES_API_URL, apikey.current(), _policy.get())


@lru_cache(maxsize=4)
def _client(url: str, key: str, policy: Policy) -> AudiencesClient:
    # so that none who may wait for the API waits for a line
    lines = settings.WEB_THREADS + behind.THREADS + behind.SENDERS
    size = settings.AUDIENCES_PAGE_SIZE
    return AudiencesClient(url, key, policy=policy, page_size=size, gate=Budget(), bulkhead=lines)


@contextmanager
def as_worker() -> Iterator[Deadline]:
    """What is asked in here nobody waits for: it has more time, comes after people, and may be tried again."""
    token = _policy.set(WORKER)
    try:
        with budget.background():
            yield Deadline(WORKER.total)
    finally:
        _policy.reset(token)


def navigation(group: GroupRow, deadline: Deadline, *, afresh: bool = False) -> Reading[Navigation]:
    """Folders and audiences of a group, at most a minute old; the last good ones, marked, while the API fails.

    `afresh` asks the API in any case. Raises ApiError when there is nothing to show.
    """
    reading = read(_navigation(group), deadline, afresh=afresh, since=group.names_changed_at)
    known.note_once(group, reading.value, reading.read_at)
    return reading


def ask_navigation(group: GroupRow, deadline: Deadline) -> Reading[Navigation]:
    """Folders and audiences as they are now. Raises ApiError whenever the API does not say."""
    reading = ask(_navigation(group), deadline)
    known.note_once(group, reading.value, reading.read_at)
    return reading


def check_navigation(group: GroupRow, deadline: Deadline) -> bool:
    """Ask for the navigation now; whether it has changed. Raises ApiError."""
    return check(_navigation(group), deadline)


def check_prospects(group: GroupRow, audience_id: str, cursor: str, deadline: Deadline) -> bool:
    """Ask for a page of people now; whether it has changed. Raises ApiError."""
    return check(people_question(group, audience_id, cursor), deadline)


def check_audiences(group: GroupRow, cursor: str, deadline: Deadline) -> bool:
    """Ask for a page of audiences now; whether it has changed. Raises ApiError."""
    return check(_audiences(group, cursor), deadline)


def kept_navigation(group: GroupRow) -> Navigation | None:
    """The navigation as last read, whatever its age, without asking the API."""
    found = peek(_navigation(group))
    return found.value if found else None


def audiences(group: GroupRow, cursor: str, deadline: Deadline, *, afresh: bool = False) -> Reading[Page[Audience]]:
    """One page of the audiences that are ready, in the API's own order. Raises ApiError."""
    return read(_audiences(group, cursor), deadline, afresh=afresh, since=group.names_changed_at)


def _audiences(group: GroupRow, cursor: str) -> Question[Page[Audience]]:
    return Question(
        group,
        "audiences",
        (cursor,),
        _AUDIENCES,
        NAMES_FRESH,
        NAMES_KEPT,
        lambda left: client().audiences(group.id, cursor, deadline=left),
    )


def audience(group: GroupRow, audience_id: str, deadline: Deadline, *, afresh: bool = False) -> Reading[Audience]:
    """One audience, also one that the navigation does not name; NotReady while it is being populated."""
    return read(_audience(group, audience_id), deadline, afresh=afresh)


def ask_audience(group: GroupRow, audience_id: str, deadline: Deadline) -> Reading[Audience]:
    """The audience as it is now; NotReady while it is being populated. Raises ApiError whenever the API gives none."""
    return ask(_audience(group, audience_id), deadline)


def _audience(group: GroupRow, audience_id: str) -> Question[Audience]:
    return Question(
        group,
        "audience",
        (audience_id,),
        _AUDIENCE,
        NAMES_FRESH,
        NAMES_KEPT,
        lambda left: client().audience(group.id, audience_id, deadline=left),
    )


def create_audience(group: GroupRow, name: str, type: str, description: str) -> Answer[Audience]:
    """The one POST, up to 30 s long and never repeated; nothing of it is kept. Raises ApiError."""
    return client().create_audience(group.id, name=name, type=type, description=description)


def prospects(
    group: GroupRow, audience_id: str, cursor: str, deadline: Deadline, *, afresh: bool = False
) -> Reading[Page[Prospect]]:
    """One page of an audience's people, kept no longer than PROSPECTS_MAX_AGE. Raises ApiError."""
    reading = read(people_question(group, audience_id, cursor), deadline, afresh=afresh)
    places.note_next(group, audience_id, cursor, len(reading.value.items), reading.value.next_cursor)
    return reading


def take_prospects(group: GroupRow, audience_id: str, cursor: str, deadline: Deadline) -> Answer[Unread[Prospect]]:
    """One page of an audience's people for a file: asked for now, by nobody else, and kept nowhere. Raises ApiError."""
    question = people_question(group, audience_id, cursor)
    return unkept(question, lambda: client().unread_prospects(group.id, audience_id, cursor, deadline=deadline))


def ask_prospects(group: GroupRow, audience_id: str, deadline: Deadline) -> None:
    """Its first people as they are now. Raises ApiError whenever the API gives none."""
    ask(people_question(group, audience_id, ""), deadline)


def begin_prospects(group: GroupRow, audience_id: str, cursor: str) -> None:
    """Begin to ask for a page of people where the navigation must be asked for, too: one wait instead of two."""
    if not is_kept(_navigation(group)):
        begin(people_question(group, audience_id, cursor), wanted=True)


def people_question(group: GroupRow, audience_id: str, cursor: str) -> Question[Page[Prospect]]:
    """What asks for a page of people, and what is made of its answer (rendered.py) is kept beside."""
    longest = timedelta(seconds=settings.PROSPECTS_MAX_AGE)
    return Question(
        group,
        "prospects",
        (audience_id, cursor),
        _PEOPLE,
        min(PEOPLE_FRESH, longest),
        longest,
        lambda left: client().prospects(group.id, audience_id, cursor, deadline=left),
        secret_of=("prospects", audience_id),
    )


def refresh_account_groups() -> ApiError | None:
    """Bring the account groups up to date: AUDIENCES_ACCOUNT_GROUPS where set, else `GET /v1/accounts`.

    Gives the error when the API would not say; the groups last known stay then.
    """
    named = settings.AUDIENCES_ACCOUNT_GROUPS
    if named:
        GroupRow.objects.note(tuple(AccountGroup(id, name, "") for id, name in named.items()))
        return None
    try:
        with waiting.place():
            answer = client().account_groups()
    except ApiError as error:
        return error
    GroupRow.objects.note(answer.value)
    return None


def _navigation(group: GroupRow) -> Question[Navigation]:
    return Question(
        group,
        "navigation",
        (),
        _NAVIGATION,
        NAMES_FRESH,
        NAMES_KEPT,
        lambda left: client().navigation(group.id, deadline=left),
    )
