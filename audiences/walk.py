"""Finding one person. No call of the API gets one prospect, so pages are read until they turn up."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from audiences import catalog
from audiences.api.client import Deadline
from audiences.api.errors import NotSent, TimedOut, ValidationFailed
from audiences.api.records import Page, Prospect
from audiences.catalog import Reading
from team.models import AccountGroup

Shown = Callable[[Page[Prospect]], Page[Prospect]]  # what a reader sees of a page


def _everything(page: Page[Prospect]) -> Page[Prospect]:
    return page


# a page that comes late must still leave time to render
ENOUGH = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """The person, on the page at cursor `at`."""

    reading: Reading[Page[Prospect]]
    at: str
    index: int

    @property
    def person(self) -> Prospect:
        """Who was looked for."""
        return self.reading.value.items[self.index]


@dataclass(frozen=True, slots=True)
class LookFurther:
    """Not among the first `looked` people; the walk can go on at `cursor`."""

    looked: int
    cursor: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Not in the audience: all `looked` people of it were looked at."""

    looked: int


@dataclass(frozen=True, slots=True)
class Search:
    """Whom to look for, where they were last seen, and how far an earlier walk came."""

    group: AccountGroup
    audience_id: str
    prospect_id: str
    at: str = ""
    start: str = ""
    looked: int = 0
    afresh: bool = False  # ask the API for the page looked at first, whatever is kept
    shown: Shown = _everything  # nobody else is found, or counted


def find(search: Search, deadline: Deadline) -> Found | LookFurther | Gone:
    """Look on the page of the hint first, then walk from the top (or where the last walk stopped).

    Raises ApiError when the API gives no page at all.
    """
    return (search.at and _on_hinted_page(search, deadline)) or _walk(search, deadline)


def _on_hinted_page(search: Search, deadline: Deadline) -> Found | None:
    try:
        reading = catalog.prospects(search.group, search.audience_id, search.at, deadline, afresh=search.afresh)
    except ValidationFailed:
        return None  # the cursor is too old: it was only a hint
    return _on(reading, search.at, search)


def _walk(search: Search, deadline: Deadline) -> Found | LookFurther | Gone:
    cursor, looked, passed = search.start, search.looked, {search.start}
    while True:
        try:
            # a walk that follows a hint has asked for its page already
            afresh = search.afresh and not search.at and cursor == search.start
            reading = catalog.prospects(search.group, search.audience_id, cursor, deadline, afresh=afresh)
        except ValidationFailed:
            if not search.start or cursor != search.start:
                raise
            # the place where the last walk stopped is no place any more
            return _walk(replace(search, start="", looked=0), deadline)
        except (NotSent, TimedOut):
            # a slow API, and it is this page whose time is over: what was looked at still counts
            if looked == search.looked or deadline.left() > ENOUGH:
                raise
            return LookFurther(looked, cursor)
        found = _on(reading, cursor, search)
        if found:
            return found
        looked += len(search.shown(reading.value).items)
        cursor = reading.value.next_cursor
        # a cursor that comes again would go round for ever
        if not cursor or cursor in passed:
            return Gone(looked)
        if deadline.left() < ENOUGH:
            return LookFurther(looked, cursor)
        passed.add(cursor)


def _on(reading: Reading[Page[Prospect]], cursor: str, search: Search) -> Found | None:
    page = search.shown(reading.value)
    for index, person in enumerate(page.items):
        if person.id == search.prospect_id:
            return Found(replace(reading, value=page), cursor, index)
    return None


def first_from(
    group: AccountGroup, audience_id: str, cursor: str, deadline: Deadline, shown: Shown
) -> tuple[str, Prospect] | None:
    """The first person on the page at `cursor` or on a later one, with the cursor of their page; None at the end."""
    passed: set[str] = set()
    while cursor not in passed and deadline.left() > ENOUGH:
        passed.add(cursor)
        page = shown(catalog.prospects(group, audience_id, cursor, deadline).value)
        if page.items:
            return cursor, page.items[0]
        if not page.next_cursor:
            return None
        cursor = page.next_cursor
    return None


def last_on(
    group: AccountGroup, audience_id: str, cursor: str, deadline: Deadline, shown: Shown
) -> tuple[str, Prospect] | None:
    """The last person on the page at `cursor`; None when it is empty."""
    page = shown(catalog.prospects(group, audience_id, cursor, deadline).value)
    return (cursor, page.items[-1]) if page.items else None
