"""How a question to the API is answered: from what is kept, by asking, or with the last good answer and why.

Fresh: served. Stale: served at once and refreshed behind, by one process. Nothing yet: one asks, the others wait for
it. A failure is remembered for seconds, so that a broken API is not asked by every reader. People are personal data:
once the API refuses them (401, or 403 for that call), what is kept of them is shown no more.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
from django.core.cache import cache

from audiences import behind, budget, flight, kept, measures, waiting
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.kept import TROUBLE, Kept, Trouble
from audiences.question import Question

T = TypeVar("T")
R = TypeVar("R")

TROUBLE_LASTS = timedelta(seconds=3)  # with nothing kept, the next reader is told the same for so long
TROUBLE_TOLD = timedelta(seconds=15)  # beside an old answer: why it is old; nor is the API asked again sooner
JUST_NOW = timedelta(seconds=2)
REFUSAL_KEPT = timedelta(days=1)
BEHIND_SECONDS = 6.0
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """An answer of the API with its age. `problem` says why it is not a newer one; None when there is no reason."""

    value: T
    read_at: datetime
    trace_id: str
    problem: errors.ApiError | None = None


def read(question: Question[T], deadline: Deadline, *, afresh: bool = False, since: datetime = _LONG_AGO) -> Reading[T]:
    """The answer. `afresh` asks the API in any case, `since` where what is kept was read before that.

    Raises ApiError when there is nothing that may be shown.
    """
    name = question.name
    found = _kept(name, question)
    if found and not afresh and found.read_at >= since:
        return _from_kept(name, question, found)
    measures.count("miss")
    try:
        with waiting.place():
            fetched = _fetched(question, deadline, datetime.now(UTC) if afresh else since)
    except errors.ApiError as error:
        if found is None or not _may_stay(error, question):
            raise
        return Reading(found.value, found.read_at, found.trace_id, error)
    return Reading(fetched.value, fetched.read_at, fetched.trace_id)


def ask(question: Question[T], deadline: Deadline) -> Reading[T]:
    """The API's answer now, whatever is kept. Raises ApiError whenever it gives none."""
    with waiting.place():
        fetched = _fetched(question, deadline, datetime.now(UTC))
    return Reading(fetched.value, fetched.read_at, fetched.trace_id)


def unkept(question: Question[Any], ask: Callable[[], R]) -> R:
    """What `ask` gives now, for the caller alone: nothing of it is kept but the question's trouble. Raises ApiError."""
    try:
        with waiting.place():
            answer = ask()
    except errors.ApiError as error:
        _keep_trouble(question.name, question, error)
        raise
    _forget_trouble(question.name, question)
    return answer


def begin(question: Question[Any], *, wanted: bool) -> None:
    """Begin to ask in a thread, where nothing is kept yet and a thread is free: whoever reads it then joins.

    What nobody has asked for (not `wanted`) is only begun while the API's budget has something to spare.
    """
    if question.kept and not is_kept(question):
        behind.now(lambda: _begun(question, wanted))


def _begun(question: Question[Any], wanted: bool) -> None:
    with suppress(errors.ApiError), nullcontext() if wanted else budget.spared():
        _fetched(question, Deadline(BEHIND_SECONDS), _LONG_AGO)


def is_kept(question: Question[Any]) -> bool:
    """Whether there is something to show at once, whatever its age."""
    return cache.has_key(question.name)


def peek(question: Question[T]) -> Kept[T] | None:
    """What is kept, whatever its age, without asking the API."""
    return _kept(question.name, question)


def check(question: Question[Any], deadline: Deadline) -> bool:
    """Ask the API now; whether it gave something else than what was kept. Raises ApiError when it gave nothing.

    What was read a moment ago is not asked for again: a button held down is no reason to spend the API's budget.
    """
    before = peek(question)
    if before and before.age() < JUST_NOW:
        return False
    after = read(question, deadline, afresh=True)
    if after.problem:
        raise after.problem
    return before is None or before.value != after.value


def made_of(question: Question[Any], name: str, decoder: msgspec.json.Decoder[Kept[T]]) -> Kept[T] | None:
    """What was made of an answer and kept beside it, where it is as fresh as a fresh answer and may be shown."""
    refusals = question.refusals()
    found = cache.get_many([name, *refusals])
    value = None if any(refusal in found for refusal in refusals) else kept.opened(name, found.get(name), decoder)
    if value is None or value.age() >= question.fresh:
        return None
    measures.count("hit")
    return value


def _kept(name: str, question: Question[T]) -> Kept[T] | None:
    if not question.kept:
        return None
    refusals = question.refusals()
    found = cache.get_many([name, *refusals]) if refusals else {name: cache.get(name)}
    if any(refusal in found for refusal in refusals):
        return None
    value = kept.opened(name, found.get(name), question.decoder)
    return value if value and value.age() < question.kept else None


def _from_kept(name: str, question: Question[T], found: Kept[T]) -> Reading[T]:
    if found.age() < question.fresh:
        measures.count("hit")
        return Reading(found.value, found.read_at, found.trace_id)
    measures.count("stale")
    if (trouble := _trouble(name, TROUBLE_TOLD)) is None:
        _refresh_behind(name, question)
    return Reading(found.value, found.read_at, found.trace_id, trouble)


def _may_stay(error: errors.ApiError, question: Question[T]) -> bool:
    """Whether the last good answer may be shown beside this error: not if the error is news about the thing itself."""
    if isinstance(error, errors.Unavailable | errors.RateLimited):
        return True
    return isinstance(error, errors.Unauthorized | errors.Forbidden) and not question.secret_of


def _fetched(question: Question[T], deadline: Deadline, since: datetime) -> Kept[T]:
    name = question.name
    while True:
        try:
            return flight.once(
                name, deadline, lambda: _ready(name, question, since), lambda: _ask(name, question, deadline)
            )
        except budget.LinkSpent:
            # a visitor led, and may not ask now: who is none asks instead
            if budget.is_visitor():
                raise


def _ready(name: str, question: Question[T], since: datetime) -> Kept[T] | None:
    """What another process has left meanwhile: an answer, or the trouble it had, which is raised."""
    found = _kept(name, question)
    if found and found.read_at >= since and found.age() < question.fresh:
        return found
    trouble = kept.load(_trouble_name(name), TROUBLE)
    if trouble and trouble.read_at >= since and trouble.age() < TROUBLE_LASTS:
        error = trouble.value.error(trouble.trace_id)
        # whether one may ask by now the gate knows, and it lets people pass where it held back work behind a page
        if not isinstance(error, errors.HeldBack):
            raise error
    return None


def _ask(name: str, question: Question[T], deadline: Deadline) -> Kept[T]:
    budget.visitors_turn()
    try:
        answer = question.ask(deadline)
    except errors.ApiError as error:
        _keep_trouble(name, question, error)
        raise
    _forget_trouble(name, question)
    return kept.save(name, answer.value, answer.trace_id, question.kept)


def _forget_trouble(name: str, question: Question[Any]) -> None:
    cache.delete_many([_trouble_name(name), kept.key(None, "refused"), *question.refusals()])


def _keep_trouble(name: str, question: Question[Any], error: errors.ApiError) -> None:
    # held back, the API was not asked; not ready is how things are
    if not isinstance(error, errors.HeldBack | errors.NotReady):
        measures.remember(error)
    kept.save(_trouble_name(name), Trouble.of(error), error.trace_id, TROUBLE_TOLD)
    if isinstance(error, errors.NotFound | errors.NotReady | errors.ValidationFailed):
        cache.delete(name)
    if isinstance(error, errors.Unauthorized):
        kept.save(kept.key(None, "refused"), Trouble.of(error), error.trace_id, REFUSAL_KEPT)
    if isinstance(error, errors.Forbidden) and question.secret_of:
        refusal = kept.key(question.group, "refused", question.secret_of)
        kept.save(refusal, Trouble.of(error), error.trace_id, REFUSAL_KEPT)


def _trouble(name: str, within: timedelta) -> errors.ApiError | None:
    found = kept.load(_trouble_name(name), TROUBLE)
    return found.value.error(found.trace_id) if found and found.age() < within else None


def _trouble_name(name: str) -> str:
    return f"{name}-trouble"


def _refresh_behind(name: str, question: Question[Any]) -> None:
    holder = flight.acquire(name)
    if holder and not (budget.may_refresh() and behind.soon(lambda: _refresh(name, question, holder))):
        flight.release(name, holder)


def _refresh(name: str, question: Question[Any], holder: bytes) -> None:
    try:
        found = _kept(name, question)  # the one who asked may have finished between our look and the lock
        with budget.background(), suppress(errors.ApiError):  # which is kept as the trouble of this question
            if not found or found.age() >= question.fresh:
                _ask(name, question, Deadline(BEHIND_SECONDS))
    finally:
        flight.release(name, holder)
