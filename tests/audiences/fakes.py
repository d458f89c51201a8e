"""An API that says what a test wants, for what the sandbox never does."""

import time

from audiences.api.client import Answer
from audiences.api.errors import ApiError
from audiences.api.fields import usable_id
from audiences.api.parsing import prospect
from audiences.api.records import Audience, Folder, Navigation, Page, Unread


def person(prospect_id: str, **fields):
    """A prospect with this id."""
    made = prospect({"id": prospect_id, "name": f"Person {prospect_id}"} | fields)
    assert made is not None
    return made


def audience(audience_id: str, name: str = "", **fields) -> Audience:
    """An audience with this id."""
    assert usable_id(audience_id)
    values = {"type": "on_demand", "description": "", "folder_id": "", "prospect_count": 3, "created_at": ""} | fields
    return Audience(audience_id, name or audience_id, **values)


def folder(folder_id: str, *audiences: Audience) -> Folder:
    """A folder that holds these audiences."""
    return Folder(folder_id, folder_id, "on_demand", False, None, "", "", audiences)


class FakeApi:
    """Answers with `pages` of people (or errors) by cursor, with `failures` by call; remembers what it was asked."""

    def __init__(self, pages=None, navigation=None, failures=None):
        self.pages = pages or {}
        self.tree = navigation or Navigation((), (audience("aud"),), 0)
        self.failures = failures or {}
        self.states = {}  # by audience id: an error, or else it is ready
        self.creates = []  # what the next POSTs give: an id, or an error
        self.calls: list[tuple[str, ...]] = []
        self.delay = 0.0
        self.count = 3  # people in an audience, by its own word

    def _asked(self, *call: str) -> None:
        self.calls.append(call)
        time.sleep(self.delay)
        if call[0] in self.failures:
            raise self.failures[call[0]]

    def navigation(self, group_id, *, deadline=None):
        self._asked("navigation")
        return Answer(self.tree, "trace-navigation")

    def audience(self, group_id, audience_id, *, deadline=None):
        self._asked("audience", audience_id)
        if audience_id in self.states:
            raise self.states[audience_id]
        return Answer(audience(audience_id, prospect_count=self.count), "trace-audience")

    def audiences(self, group_id, cursor="", *, deadline=None):
        self._asked("audiences", cursor)
        return Answer(Page(tuple(found for _, found in self.tree.every()), "", 0), "trace-audiences")

    def prospects(self, group_id, audience_id, cursor="", *, deadline=None):
        self._asked("prospects", cursor)
        if audience_id in self.states:
            raise self.states[audience_id]
        page = self.pages[cursor] if cursor or self.pages else ((), "")
        if isinstance(page, ApiError):
            raise page
        if isinstance(page, Page):
            return Answer(page, "trace-prospects")
        ids, following = page
        return Answer(Page(tuple(person(found) for found in ids), following, 0), "trace-prospects")

    def unread_prospects(self, group_id, audience_id, cursor="", *, deadline=None):
        answer = self.prospects(group_id, audience_id, cursor)
        return Answer(Unread(answer.value.next_cursor, lambda: answer.value), answer.trace_id)

    def create_audience(self, group_id, *, name, type, description="", deadline=None):
        self._asked("create", name, type, description)
        made = self.creates.pop(0)
        if isinstance(made, ApiError):
            raise made
        return Answer(audience(made, name), "trace-create")

    def account_groups(self, *, deadline=None):
        self._asked("account_groups")
        return Answer((), "trace-groups")

    def close(self):
        """Nothing to end."""
