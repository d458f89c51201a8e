"""The form of an export: which format, which columns, and the key by which the same form is known again."""

from dataclasses import dataclass
from typing import Any

from django import forms

from audiences.access import Entry
from audiences.exports.columns import COLUMNS, COMPANY, DEFAULT, EMAILS, GROUPS, KEYS, PERSON, STATUS, WORK, AnyColumn
from audiences.exports.order import Export
from audiences.forms import new_key

_FORMATS = {
    Export.Format.CSV: "For any tool. A text file in UTF-8.",
    Export.Format.XLSX: "For Excel, Numbers and LibreOffice.",
}
_HELP = {
    PERSON: "who they are, and where",
    WORK: "what they do, and for whom",
    COMPANY: "what is known of where they work",
    EMAILS: "each address has columns of its own: E-mail 1, E-mail 2 …",
    STATUS: "how LinkedIn says they can be reached",
}
NOT_WHOLE = "This form did not come whole, and nothing was begun. Your choice is still here: start it again."


@dataclass(frozen=True, slots=True)
class Box:
    """A column, as a box to tick."""

    key: str
    label: str
    is_default: bool
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Boxes:
    """The columns that belong together, with a line of help."""

    name: str
    help: str
    boxes: list[Box]


class ExportForm(forms.Form):
    """What is wanted in the file."""

    form_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    format = forms.ChoiceField(
        choices=Export.Format.choices,
        error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
    )
    columns = forms.MultipleChoiceField(
        choices=[(key, key) for key in KEYS],
        error_messages={
            "required": "Choose at least one column.",
            "invalid_choice": "One of the columns is unknown here. Look through the choice and start it again.",
        },
    )

    @property
    def formats(self) -> list[tuple[str, str, str, bool]]:
        """Value, name, help and whether it is chosen, of each format."""
        chosen = self["format"].value()
        return [(one.value, str(one.label), _FORMATS[one], one.value == chosen) for one in Export.Format]

    @property
    def boxes(self) -> list[Boxes]:
        """All columns, group by group."""
        ticked = set(self.ticked)
        return [
            Boxes(group, _HELP[group], [_box(one, ticked) for one in COLUMNS if one.group == group]) for group in GROUPS
        ]

    @property
    def ticked(self) -> list[str]:
        """The keys of the columns that are chosen, as far as there are such columns."""
        chosen = self["columns"].value() or ()
        return [key for key in KEYS if key in chosen]

    @property
    def count(self) -> int:
        """How many columns there are to choose from."""
        return len(COLUMNS)


def _box(column: AnyColumn, ticked: set[str]) -> Box:
    return Box(column.key, label(column), column.is_default, column.key in ticked)


def label(column: AnyColumn) -> str:
    """The heading, without the number that each e-mail's has."""
    return column.header.replace(" {}", "")


def initial(entry: Entry, draft: dict[str, str]) -> dict[str, Any]:
    """A new form: what was chosen before the session ended, or what this person chose last, or what is usual."""
    if draft:
        return {"form_key": new_key(), "format": draft["format"], "columns": draft["columns"].split(",")}
    last = Export.objects.filter(group=entry.group, by=entry.user).values_list("format", "columns").first()
    chosen = dict(zip(("format", "columns"), last or (Export.Format.CSV.value, list(DEFAULT)), strict=True))
    return {"form_key": new_key(), **chosen}


def once_more(form: ExportForm) -> ExportForm:
    """The same choice in a new form, for one that came without its key."""
    return ExportForm(initial={"form_key": new_key(), "format": form["format"].value(), "columns": form.ticked})
