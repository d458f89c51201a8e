"""Readers from outside the team: they see what a link's view allows, and nothing about the team."""

import math
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from audiences import catalog, places, sealed, support
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.api.records import Audience, Page, Prospect
from audiences.models import ShareLink
from audiences.places import Place
from audiences.reasons import Stale
from audiences.shareview import View
from audiences.states import State
from audiences.views import shell
from audiences.views.reader import Reader
from team.models import AccountGroup

_BUSY_SECONDS = 5


class StartAtTheTop(Exception):
    """A cursor that is not this link's: the list is shown from its start, and the API is not asked about it."""


class Outsider(Reader):
    """Somebody who sees an audience through a link's view."""

    is_member = False

    def __init__(self, group: AccountGroup, audience_id: str, view: View, base: str, within: Deadline) -> None:
        self._group, self.audience_id, self.view, self.base, self._within = group, audience_id, view, base, within
        self.fields = view.fields

    @property
    def group(self) -> AccountGroup:
        """The account group that is asked; nothing of it is shown."""
        return self._group

    @property
    def _scope(self) -> str:
        """Of what is counted otherwise than for members; "" when nobody is hidden."""
        return self.variant if self.view.hidden else ""

    def shown(self, page: Page[Prospect]) -> Page[Prospect]:
        """What they see of a page of people."""
        return self.view.page(page)

    def place(self, cursor: str) -> Place | None:
        """Where the page at `cursor` stands, the hidden left out."""
        return places.at(self.group, self.audience_id, cursor, self._scope)

    def went_on(self, cursor: str, shown: int, following: str) -> None:
        """Note where the page at `following` stands, the hidden left out."""
        if self._scope:
            places.note_next(self.group, self.audience_id, cursor, shown, following, self._scope)

    def opened(self, ids: Iterable[str]) -> frozenset[str]:
        """Nobody: nothing is remembered for people outside."""
        return frozenset()

    def audience(self) -> Audience:
        """The audience under the link's own title: its name is the team's affair."""
        known = self._named() or self._asked()
        # beside the number of rows, the API's number would tell how many are hidden
        total = known.prospect_count if known and not self.view.hidden else None
        return Audience("", self.view.title, prospect_count=total)

    def _named(self) -> Audience | None:
        """From the navigation, where members have read it: then nobody waits for it."""
        if catalog.kept_navigation(self.group) is None:
            return None
        try:
            named = catalog.navigation(self.group, self._within).value.find(self.audience_id)
        except errors.ApiError:
            return None
        return named[1] if named else None

    def _asked(self) -> Audience | None:
        try:
            return catalog.audience(self.group, self.audience_id, self._within).value
        except errors.ApiError:
            return None  # the people decide what becomes of the page

    def nobody(self) -> State:
        """What to say of a list that holds nobody."""
        return State(
            "empty", 200, "Nobody is in this list yet", "It may fill later: it shows who is in it at the moment."
        )

    def stale(self, problem: errors.ApiError | None) -> Stale | None:
        """Why they see something old, without a word about the service behind."""
        return Stale("newer ones cannot be had right now", "") if problem else None

    def show(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A whole page, with nothing around it that is the team's."""
        frame = {"outsider": True, "view": self.view, "reader": self}
        return render(request, template, frame | context, status=status)

    def show_state(self, request: HttpRequest, state: State) -> HttpResponse:
        """A page that is one designed state, or the fragment of it."""
        if shell.is_fragment(request):
            return shell.show_fragment(request, state)
        return shell.with_retry_after(self.show(request, "states/page.html", {"state": state}, state.status), state)

    def state_of(self, error: errors.ApiError, cursor: str, here: str) -> State:
        """What to say in the list's place: nothing of the service, its key or its words."""
        if cursor and isinstance(error, errors.ValidationFailed):
            return State(
                "cursor", 404, "This place in the list no longer exists", "The list itself is fine."
            ).leading_to("Start at the top", self.url())
        if isinstance(error, errors.RateLimited):
            wait = min(60, math.ceil(error.retry_after or _BUSY_SECONDS))
            todo = f"It asks again by itself in {wait} s."
            what = "More people read it at once than it allows. Nothing is wrong with it."
            busy = State("limited", 503, "This list is busy", what, todo, retry_after=wait, asks_again=True)
            return busy.leading_to("Try again", here)
        code = support.code_of(error, self.variant)
        what = "It is still there, but its people cannot be had at the moment."
        todo = "Try again later. If it stays so, tell whoever sent it this code."
        down = State("down", 503, "This list cannot be shown right now", what, todo, support_code=code)
        return down.leading_to("Try again", here)


class Visitor(Outsider):
    """Somebody who holds a link's token. Cursors in their addresses are sealed, and are this link's alone.

    `opens`: this request is an opening; `reads`: it gets people, so that it is one if none was noted lately.
    """

    opens, reads = False, True

    def __init__(self, link: ShareLink, view: View, token: str, within: Deadline) -> None:
        super().__init__(link.group, link.audience_id, view, reverse("shared", args=[token]), within)
        self.link = link
        self.variant = f"link {link.pk}"

    def seal(self, cursor: str) -> str:
        """A cursor as it stands in their addresses."""
        return sealed.seal(cursor, self.link.token_hash)

    def cursor_of(self, request: HttpRequest, name: str) -> str:
        """The cursor in an address, "" when there is none. Raises StartAtTheTop for one that is not this link's."""
        text = request.GET.get(name, "")
        cursor = sealed.unseal(text, self.link.token_hash)
        if text and not cursor:
            raise StartAtTheTop
        return cursor
