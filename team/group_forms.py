"""The forms of a group's team: inviting, joining, and who may do what."""

from typing import Any

from django import forms
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password

from team.forms import Form, NewPasswordForm
from team.models import AccountGroup, Membership, User


class InviteForm(Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(choices=Membership.Role.choices, initial=Membership.Role.MEMBER)


class GroupSettingsForm(forms.ModelForm):
    """Who in an account group may take people out of it."""

    class Meta:
        model = AccountGroup
        fields = ("sharing", "exporting")


class JoinForm(Form):
    """What an invited person adds to their address: a name and a password."""

    name = forms.CharField(
        max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}), label="Your name"
    )
    password = forms.CharField(
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, and none of the common ones.",
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean(self) -> dict[str, Any]:
        """A password that is not easily guessed from who this is."""
        given = self.cleaned_data
        if "password" in given:
            try:
                validate_password(given["password"], User(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class JoinAgainForm(NewPasswordForm):
    """What somebody who has an account adds to it: another password than the one that others may know."""

    def clean_new(self) -> str:
        """As Django's validators want it, and not the one they have."""
        given = super().clean_new()
        if check_password(given, self.user.password):
            raise forms.ValidationError("This is the password you have. Choose another one.")
        return given
