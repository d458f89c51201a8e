"""Pages of people as markup, kept beside the answers they were made of and no longer than those.

Rendering rows is the dearest step of a page, so it is done once for all readers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
from django.conf import settings

from audiences import catalog, kept
from audiences.api.client import Deadline
from audiences.api.records import Page, Prospect
from audiences.kept import Kept
from audiences.reading import Reading, begin, made_of
from team.models import AccountGroup


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page of people as markup, with what is needed to go on from it; `reach`: how many are reached by which way."""

    html: str
    ids: tuple[str, ...]
    next_cursor: str
    left_out: int
    reach: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """Which page of people is wanted; `variant` names everything else that changes its markup."""

    group: AccountGroup
    audience_id: str
    cursor: str
    variant: str


_RENDERED: msgspec.json.Decoder[Kept[Rendered]] = msgspec.json.Decoder(Kept[Rendered])


def rendered_prospects(
    asked: PeopleAsked,
    deadline: Deadline,
    render: Callable[[Page[Prospect]], Rendered],
    *,
    afresh: bool = False,
    ahead: bool = False,
) -> Reading[Rendered]:
    """One page of people as markup, rendered once for all readers; `ahead` begins to ask for the next one. Raises
    ApiError.
    """
    at_hand = None if afresh else kept_rendered(asked)
    if at_hand:
        return at_hand
    group, audience_id, cursor = asked.group, asked.audience_id, asked.cursor
    name = _rendered_name(asked)
    answer = catalog.prospects(group, audience_id, cursor, deadline, afresh=afresh)
    following = answer.value.next_cursor
    if ahead and following and following != cursor and not answer.problem:
        begin(catalog.people_question(group, audience_id, following), wanted=False)
    # an older answer, shown while the API fails, has been rendered before
    found = kept.load(name, _RENDERED)
    if found is None or found.read_at != answer.read_at:
        longest = timedelta(seconds=settings.PROSPECTS_MAX_AGE)
        found = kept.save(name, render(answer.value), answer.trace_id, longest, read_at=answer.read_at)
    return Reading(found.value, answer.read_at, answer.trace_id, answer.problem)


def kept_rendered(asked: PeopleAsked) -> Reading[Rendered] | None:
    """A page of people as markup where it is at hand and fresh; the API is not asked."""
    question = catalog.people_question(asked.group, asked.audience_id, asked.cursor)
    found = made_of(question, _rendered_name(asked), _RENDERED)
    return Reading(found.value, found.read_at, found.trace_id) if found else None


def _rendered_name(asked: PeopleAsked) -> str:
    return kept.key(asked.group, "rendered", (asked.audience_id, asked.cursor, asked.variant))
