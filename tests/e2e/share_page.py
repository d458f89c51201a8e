"""Sharing an audience by a link: the form with its preview, the register, and what the link's holder sees."""

import re
from urllib.parse import urlencode

from playwright.sync_api import APIRequestContext, Locator, Page, expect

from tests.e2e import known
from tests.e2e.people_page import People

AUDIENCE = known.SHORT
REGISTER = f"{known.group()}links/"
TITLE, SENDER, NOTE = "People to meet in Lisbon", "Ada of sales", "Sixty minutes with each."
PASSWORD = "two-words-lisbon"


def form_of(audience: str) -> str:
    """The address where links to an audience are made."""
    return f"{audience}share/"


class Sharing:
    """The form, as whoever makes a link finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.title = page.get_by_role("textbox", name=re.compile("^Title"))
        self.sender = page.get_by_label("From")
        self.note = page.get_by_label("Note")
        self.days = page.get_by_label("Open for")
        self.password = page.get_by_label("Password")
        self.button = page.locator("#share-form button[data-once]")
        self.show = page.get_by_role("button", name="Show the preview")
        self.preview = page.get_by_role("region", name="What they will see")
        self.made = page.get_by_role("textbox", name="The address of the link")
        self.links = page.locator(".links > li")

    def open(self, audience: str = known.audience(AUDIENCE)) -> "Sharing":
        self.page.goto(form_of(audience))
        return self

    def field(self, label: str) -> Locator:
        """The box of a group of fields."""
        return self.page.get_by_role("checkbox", name=re.compile(f"^{label}"))

    def fill(self, title: str = TITLE, password: str = "") -> "Sharing":
        self.title.fill(title)
        self.sender.fill(SENDER)
        self.note.fill(NOTE)
        self.password.fill(password)
        return self

    def column(self, name: str) -> Locator:
        """The head of a column of the preview."""
        return self.preview.get_by_role("columnheader", name=name)


class Shared(People):
    """The shared page, as whoever holds the link finds it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.rows = page.get_by_role("table", name="People").locator("[data-prospect]")
        self.heading = page.get_by_role("heading", level=1)
        self.password = page.get_by_label("Password")
        self.wrong = page.get_by_role("alert")
        self.bar = page.get_by_role("navigation", name="This person")

    def visit(self, url: str, password: str = "") -> "Shared":
        """Open the link, with its password where it has one."""
        self.page.goto(url)
        if password:
            self.unlock(password)
        return self

    def unlock(self, password: str) -> None:
        self.password.fill(password)
        self.page.get_by_role("button", name="Open the list").click()

    def expect_gone(self) -> None:
        """The plain page of whatever is not shown."""
        expect(self.heading).to_have_text("This list is not here")
        expect(self.page.locator("[data-prospect], dialog")).to_have_count(0)


def make(request: APIRequestContext, audience: str = known.audience(AUDIENCE), **given: object) -> str:
    """A new link, made without a look at the form; `given` are its fields. Gives its address."""
    page = request.get(form_of(audience)).text()
    keys = {name: _value(page, name) for name in ("csrfmiddlewaretoken", "form_key")}
    fields = {"title": TITLE, "sender": SENDER, "note": NOTE, "days": 30, "fields_shown": ["company", "place"]}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = request.post(form_of(audience), data=urlencode(keys | fields | given, doseq=True), headers=headers)
    return re.findall(r'value="([^"]+/s/[^"]+)"', sent.text())[0]


def revoke(request: APIRequestContext, register: str = REGISTER) -> None:
    """End the newest link of the group."""
    page = request.get(register).text()
    token, address = _value(page, "csrfmiddlewaretoken"), re.findall(r'action="([^"]+/links/\d+/)"', page)[0]
    assert request.post(address, form={"csrfmiddlewaretoken": token, "wish": "revoke"}).ok


def _value(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]+)"', page)[0])
