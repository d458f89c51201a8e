"""Signing in by e-mail and password."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from team.models import User


class SignInForm(forms.Form):
    """The same answer for an unknown address and a wrong password."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    user: User | None = None

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Find the person, or refuse without saying which of the two was wrong."""
        given = self.cleaned_data
        if "email" in given and "password" in given:
            credentials = {"email": given["email"].strip().lower(), "password": given["password"]}
            self.user = authenticate(self.request, **credentials)
            if self.user is None:
                raise forms.ValidationError(
                    "This e-mail and password do not belong together. Check both, then try again."
                )
        return given
