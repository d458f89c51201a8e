"""Sample exports for the page that shows every component in every state. Nobody in them exists."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from audiences.components import AS_OF, TRACE
from audiences.exports.cards import Card, Cards, Facts
from audiences.exports.columns import DEFAULT
from audiences.exports.form import ExportForm
from audiences.exports.order import Export
from team.models import AccountGroup, User

State = Export.State
_FACTS = Facts(47, TRACE, "6a1f77bcf86cd79943901f99", "5" * 64, 2, 12, 3, 1)


def card(number: int, ahead: int = 0, facts: Facts | None = None, may_go_on: bool = True, **values: Any) -> Card:
    """One that is being read, where nothing else is said."""
    given: dict[str, Any] = {
        "name": "Nordic RevOps leads",
        "audience_id": "nordic",
        "columns": list(DEFAULT),
        "started_at": AS_OF,
    }
    given |= {"asked_at": AS_OF, "moved_at": AS_OF, "next_check_at": AS_OF, "expected": 2340, "rows": 984, "pages": 20}
    given["by"] = User(pk=number % 2 + 1, email="ada@example.com", name="Ada")
    group = AccountGroup(id="nordwind", name="Nordwind GmbH")
    return Card(Export(group=group, form_key=f"{number:032x}", **given | values), ahead, facts, may_go_on)


def cards() -> Cards:
    """One in every state, and some that are more than usual."""
    closed: dict[str, Any] = {
        "ended_at": AS_OF,
        "expires_at": AS_OF + timedelta(days=1),
        "archive": "7.zip",
        "size": 480_213,
    }
    closed |= {"sha256": "c" * 64, "next_check_at": None}
    partial = closed | {"state": State.PARTIAL, "cursor": "x", "trace_id": TRACE}
    waits: dict[str, Any] = {"problem": "the service asks us to slow down (429)", "trace_id": TRACE}
    hostile = "<script>alert(1)</script> " + "W" * 120
    return Cards(
        [
            card(1, ahead=3, started_at=None),
            card(2, started_at=None, rows=0),
            card(3),
            card(4, rows=3000),
            card(6, **waits),
            card(7, state=State.CLOSING, rows=2340, closed_rows=936),
            card(8, facts=_FACTS, state=State.WHOLE, rows=2340, **closed),
            card(9, facts=_FACTS, state=State.WHOLE, rows=2337, twice=2, nameless=1, format="xlsx", **closed),
            card(
                10,
                facts=_FACTS,
                early="For 24 hours no more could be read: the service did not answer in time.",
                **partial,
            ),
            card(11, facts=replace(_FACTS, bare=""), early=hostile, name=hostile, **partial | {"cursor": ""}),
            card(14, facts=_FACTS, may_go_on=False, early="Ada stopped it.", **partial),
            card(12, state=State.WHOLE, **closed),
            card(13, state=State.CANCELLED, by=None),
        ]
    )


def form() -> ExportForm:
    """As it comes back, with all that can be wrong."""
    return ExportForm({"form_key": "a" * 32, "format": "pdf", "columns": []})


def specimens(around: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Title, template and context of each."""
    return [
        ("Export: not begun", "exports/_form.html", around | {"form": form(), "trouble": "Too many."}),
        ("Exports, none", "exports/_list.html", around | {"exports": Cards([]), "kept_for": "24 hours"}),
        ("Exports, in every state", "exports/_list.html", around | {"exports": cards(), "me": User(pk=1)}),
    ]
