"""Signing in, and what people change of their own account."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from team import slowing
from team.models import User

PASSWORD = 1024


def _secret(label: str, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=PASSWORD, strip=False, widget=widget, **more)


def too_many(seconds: int) -> forms.ValidationError:
    """Says when to try again; the same for every account, real or not."""
    minutes = -(-seconds // 60)
    span = f"{minutes} minutes" if minutes > 1 else "a minute"
    return forms.ValidationError(f"Too many tries. Nothing is locked: try again in {span}.", code="slowed")


class Form(forms.Form):
    """A form that comes back with the cursor at its first error."""

    def full_clean(self) -> None:
        """Move the focus, once what is wrong is known."""
        super().full_clean()
        wrong = [name for name in self.fields if name in self.errors]
        if wrong:
            for field in self.fields.values():
                field.widget.attrs.pop("autofocus", None)
            self.fields[wrong[0]].widget.attrs["autofocus"] = True


class EmailForm(Form):
    """An e-mail address, as people are known by theirs."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def clean_email(self) -> str:
        """In lower case."""
        return str(self.cleaned_data["email"]).strip().lower()


class SignInForm(EmailForm):
    """The same answer for an unknown address and a wrong password."""

    password = _secret("Password", "current-password")

    user: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Find the person, or refuse without saying which of the two was wrong."""
        given = self.cleaned_data
        if "email" in given and "password" in given:
            self.user = authenticate(self.request, email=given["email"], password=given["password"])
            if seconds := slowing.wait(self.request):
                raise too_many(seconds)
            if self.user is None:
                raise forms.ValidationError(
                    "This e-mail and password do not belong together. Check both, then try again."
                )
        return given


class NameForm(Form):
    """What others call somebody."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )

    def clean_name(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["name"]).split())


class NewPasswordForm(Form):
    """A password that somebody chooses."""

    new = _secret("New password", "new-password")
    again = _secret("The same again", "new-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        """As Django's validators want it."""
        validate_password(self.cleaned_data["new"], self.user)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        given = self.cleaned_data
        if "new" in given and "again" in given and given["new"] != given["again"]:
            self.add_error("again", "This is not the same as above.")
        return given


class PasswordForm(NewPasswordForm):
    """Another password, for whoever knows the one they have."""

    current = _secret("Current password", "current-password")
    field_order = ("current", "new", "again")

    def __init__(self, request: HttpRequest, user: User, *args: Any, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.request = request
        if not asks_current:
            del self.fields["current"]

    def clean_current(self) -> str:
        """Theirs. A wrong one is a try like any other: an open session is no way around the counting."""
        given = str(self.cleaned_data["current"])
        right = authenticate(self.request, email=self.user.email, password=given)
        if seconds := slowing.wait(self.request):
            raise too_many(seconds)
        if right is None:
            raise forms.ValidationError("This is not your password.")
        slowing.forgive(self.request, self.user)
        return given
