"""The forms of creating an audience and of sharing one.

Which names and descriptions an audience may have is the API's to say: here stops what no API could take.
"""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from audiences import shareview
from audiences.shareview import View

TYPES = (
    ("on_demand", "On demand", "Found once, for this list."),
    ("monitoring", "Monitoring", "Kept watch over, so that people can be added later."),
)


class AudienceForm(forms.Form):
    """What the API asks for (create-audience), and the key by which the same form is known again."""

    form_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    name = forms.CharField(max_length=5_000, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}))
    type = forms.ChoiceField(
        choices=[(value, label) for value, label, _ in TYPES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
    )
    description = forms.CharField(
        required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 4}), label="Description"
    )
    same_name = forms.BooleanField(required=False)

    @property
    def fields_of_the_api(self) -> dict[str, str]:
        """Name, type and description, once the form is valid."""
        return {name: self.cleaned_data[name] for name in ("name", "type", "description")}


def new_key() -> str:
    """A key for a form that is shown for the first time."""
    return secrets.token_hex(16)


class ShareForm(forms.Form):
    """What a link shows, how long, and behind which password; the key by which the same form is known again."""

    form_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    title = forms.CharField(max_length=shareview.TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    sender = forms.CharField(required=False, max_length=shareview.SENDER, label="From")
    note = forms.CharField(required=False, max_length=shareview.NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    fields_shown = forms.MultipleChoiceField(
        required=False, choices=[(group.name, group.label) for group in shareview.GROUPS]
    )
    hidden = forms.CharField(
        required=False, max_length=100_000, label="People left out", widget=forms.Textarea(attrs={"rows": 2})
    )
    days = forms.IntegerField(label="Open for", min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    password = forms.CharField(
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_days(self) -> int:
        """How long it lasts; the deployment says how long at most."""
        days: int = self.cleaned_data["days"]
        if days > settings.SHARE_DAYS_MOST:
            raise forms.ValidationError(f"A link lasts {settings.SHARE_DAYS_MOST} days at most.")
        return days

    def clean_hidden(self) -> frozenset[str]:
        """The ids of the people who are left out. What names nobody is said: they would be seen."""
        typed = [word.strip() for word in self.cleaned_data["hidden"].replace(",", "\n").splitlines()]
        ids = {word: shareview.person_id(word) for word in typed if word}
        if wrong := next((word for word, found in ids.items() if not found), ""):
            raise forms.ValidationError(f"“{wrong[:60]}” is neither a person’s id nor their address.")
        if len(ids) > shareview.HIDDEN:
            raise forms.ValidationError(f"At most {shareview.HIDDEN} people can be left out.")
        return frozenset(ids.values())

    def clean_password(self) -> str:
        """Long enough, and none that everybody tries first; "" for none."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password

    def take_focus(self) -> None:
        """Have the browser begin at the first field that wants mending; in a new form at the title."""
        name = next((name for name in self.fields if name in self.errors and name != "form_key"), "title")
        self.fields[name].widget.attrs["autofocus"] = True

    @property
    def shown(self) -> View | None:
        """For the preview: nothing while it is not clear who is left out, or what is shown."""
        return None if {"hidden", "fields_shown"} & set(self.errors) else self.view

    @property
    def view(self) -> View:
        """What outsiders will see, as far as the form says so in earnest."""
        given = self.cleaned_data
        return View(
            title=given.get("title", ""),
            note=given.get("note", ""),
            sender=given.get("sender", ""),
            fields=frozenset(given.get("fields_shown", ())) | {shareview.PERSON},
            hidden=given.get("hidden", frozenset()),
        )


def share_initial(view: View) -> dict[str, Any]:
    """A new form that shows what an earlier link shows."""
    return {
        "form_key": new_key(),
        "title": view.title,
        "sender": view.sender,
        "note": view.note,
        "fields_shown": sorted(view.fields),
        "hidden": "\n".join(sorted(view.hidden)),
        "days": min(settings.SHARE_DAYS, settings.SHARE_DAYS_MOST),
    }
