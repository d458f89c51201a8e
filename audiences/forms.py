"""Creating an audience. Which names and descriptions may be is the API's to say: here stops what no API could take."""

import secrets

from django import forms

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
