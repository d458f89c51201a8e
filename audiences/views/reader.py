"""Who reads the people of an audience: where their addresses lead, and what of a record they see.

The same views and templates serve a member, who sees everything, and an outsider with a link (public.py), who sees
what the link's view allows.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from audiences import catalog, failures, opened, places, reasons, shareview, states, visits
from audiences.access import Entry
from audiences.api.errors import ApiError, ValidationFailed
from audiences.api.fields import usable_cursor
from audiences.api.records import Audience, Page, Prospect
from audiences.places import Place
from audiences.reach import NEEDS
from audiences.reasons import Stale
from audiences.states import State
from audiences.views import shell
from audiences.visits import Here
from team.models import AccountGroup


class Reader:
    """A member. `variant` names what makes their rows differ from everybody else's, "" when nothing does."""

    fields: frozenset[str] = shareview.EVERYTHING
    variant = ""
    is_member = True

    def __init__(self, entry: Entry, audience_id: str) -> None:
        self.entry, self.audience_id = entry, audience_id
        self.base = reverse("audience", args=[entry.group.id, audience_id])

    @property
    def group(self) -> AccountGroup:
        """The account group that is asked."""
        return self.entry.group

    # --- What they see --------------------------------------------------------------------------------

    @property
    def lacks(self) -> str:
        """The columns they do not see, as classes of the table."""
        return lacks(self.fields)

    def shown(self, page: Page[Prospect]) -> Page[Prospect]:
        """What they see of a page of people."""
        return page

    def place(self, cursor: str) -> Place | None:
        """Where the page at `cursor` stands, as they count."""
        return places.at(self.group, self.audience_id, cursor)

    def went_on(self, cursor: str, shown: int, following: str) -> None:
        """They have read the page at `cursor` and saw so many: note where the next one stands, as they count."""

    def audience(self) -> Audience | None:
        """The audience, as far as it is known without asking the API."""
        known = catalog.kept_navigation(self.group)
        named = known.find(self.audience_id) if known else None
        return named[1] if named else None

    def total(self) -> int | None:
        """About how many people they may see; None where the API does not say."""
        audience = self.audience()
        return audience.prospect_count if audience else None

    def nobody(self) -> State:
        """What to say of an audience that holds nobody."""
        return states.empty_audience()

    def stale(self, problem: ApiError | None) -> Stale | None:
        """Why they see something old; None when there is no reason."""
        return reasons.stale(problem)

    # --- What is remembered for them alone ---------------------------------------------------------------

    def opened(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of these people whom they have opened."""
        return opened.among(self.entry.user, self.group, self.audience_id, ids)

    def here(self) -> Here:
        """What they have left in the audience."""
        return visits.here(self.entry.user, self.group, self.audience_id)

    # --- Addresses ------------------------------------------------------------------------------------

    def seal(self, cursor: str) -> str:
        """A cursor as it stands in their addresses."""
        return cursor

    def cursor_of(self, request: HttpRequest, name: str) -> str:
        """The cursor in an address, "" when there is none; Http404 for one the API could not have made."""
        return cursor_of(request, name)

    def url(self, at: str = "") -> str:
        """The address of the list, opened at the page of cursor `at`."""
        return f"{self.base}?{urlencode({'at': self.seal(at)})}" if at else self.base

    def prospects_url(self, *, cursor: str = "", **parameters: str) -> str:
        """The address of a page of people as a fragment."""
        given = {"cursor": self.seal(cursor)} | parameters
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{self.base}prospects/" + (f"?{query}" if query else "")

    def hint(self, cursor: str) -> str:
        """What follows a person's id in their address: the cursor of their page."""
        return f"/?at={quote(self.seal(cursor), safe='')}" if cursor else "/"

    def person_url(self, person_id: str, at: str) -> str:
        """The address of one person, with the cursor of their page as a hint."""
        return f"{self.base}prospects/{person_id}{self.hint(at)}"

    # --- Pages ----------------------------------------------------------------------------------------

    def show(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A whole page around what they read."""
        return shell.show(request, self.entry, template, context, current=self.audience_id, status=status)

    def show_state(self, request: HttpRequest, state: State) -> HttpResponse:
        """A page that is one designed state, or the fragment of it."""
        return shell.show_state(request, self.entry, state)

    def state_of(self, error: ApiError, cursor: str, here: str) -> State:
        """What to say in the list's place; a refused cursor leads back to the top."""
        if cursor and isinstance(error, ValidationFailed):
            return failures.lost_cursor(error, self.url())
        return shell.state_of(self.entry, error, here)


def cursor_of(request: HttpRequest, name: str) -> str:
    """The cursor in an address, "" when there is none; Http404 for one the API could not have made."""
    cursor = request.GET.get(name, "")
    if cursor and not usable_cursor(cursor):
        raise Http404("not a cursor")
    return cursor


def lacks(fields: frozenset[str]) -> str:
    """The columns that rows with these fields do not have, as classes of the table; "best" is the badge in the last."""
    columns = {"place": {"place"}, "mail": {"emails"}, "status": {"status"}, "reach": {"emails", "status"}}
    lacking = [column for column, needs in columns.items() if not needs & fields]
    return " ".join(f"no-{column}" for column in [*lacking, *([] if fields >= NEEDS else ["best"])])
