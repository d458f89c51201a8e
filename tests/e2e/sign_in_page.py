"""The sign-in page."""

from playwright.sync_api import Page


class SignIn:
    """The form."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email = page.get_by_label("E-mail")
        self.password = page.get_by_label("Password")
        self.button = page.get_by_role("button", name="Sign in")

    def fill(self, email: str, password: str) -> None:
        """Fill in and send."""
        self.email.fill(email)
        self.password.fill(password)
        self.button.click()
