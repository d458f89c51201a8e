"""The pages of the team, and of an invitation."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e import known

HERE = known.BALTIC
TEAM = f"{known.group(HERE)}team/"
AUDIT = f"{known.group(HERE)}audit/"
PASSWORD = "a quiet harbour"


class Team:
    """Who belongs to the group, as an admin finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.alert = page.get_by_role("main").get_by_role("alert")
        self.link = page.get_by_role("textbox", name="The link")
        self.copy = page.get_by_role("button", name="Copy", exact=True)

    def open(self) -> "Team":
        self.page.goto(TEAM)
        return self

    def line(self, words: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=words)

    def invite(self, email: str, role: str = "Member") -> str:
        """Make an invitation; gives its link."""
        self.open().page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Role", exact=True).select_option(role)
        self.page.get_by_role("button", name="Make an invitation").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"Invitation for {email}")
        return self.link.input_value()

    def remove(self, words: str) -> "Team":
        """To the page that asks what becomes of what they leave behind."""
        self.open().line(words).get_by_role("link", name="Remove").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Remove")
        return self


class Joining:
    """The page of an invitation, as whoever was sent it finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heading = page.get_by_role("heading", level=1)

    def open(self, link: str) -> "Joining":
        self.page.goto(link)
        return self

    def join(self, name: str) -> None:
        """Make the account, and be in the group."""
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Join").click()
        expect(self.heading).to_have_text("All audiences")

    def choose(self, password: str) -> None:
        """Join with the account there is, and another password for it."""
        self.page.get_by_label("New password").fill(password)
        self.page.get_by_label("The same again").fill(password)
        self.page.get_by_role("button", name="Save and join").click()
