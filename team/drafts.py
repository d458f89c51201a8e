"""What somebody had typed when their session ended: it travels through the sign-in form, sealed, and comes back."""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest

_SALT = "team.drafts"
_HOURS = 12 * 3600  # seconds
_SESSION = "draft"
_FIELDS = "keeps_typed"


def keeps_typed(*fields: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view whose form must not be lost with the session: these of its fields are kept, boxes with commas."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        vars(view)[_FIELDS] = fields
        return view

    return mark


def of(request: HttpRequest, view: object) -> str:
    """What was typed into the form of a marked view, sealed; "" for any other request."""
    fields: tuple[str, ...] = getattr(view, _FIELDS, ())
    if request.method != "POST" or not fields:
        return ""
    typed = {name: ",".join(request.POST.getlist(name)) for name in fields}
    draft = {"at": request.path, "typed": typed, "of": request.POST.get("typed_by", "")}
    return signing.dumps(draft, salt=_SALT, compress=True)


def restore(request: HttpRequest, sealed: str) -> None:
    """Keep what comes back with the sign-in form for the page it was typed into; anything forged or old is nothing, and
    so is what somebody else has typed.
    """
    try:
        draft = signing.loads(sealed, salt=_SALT, max_age=_HOURS)
    except signing.BadSignature:
        return
    if draft["of"] == str(request.user.pk):
        request.session[_SESSION] = draft


def take(request: HttpRequest) -> dict[str, str]:
    """What was typed into this page before the session ended, once."""
    draft = request.session.get(_SESSION)
    if not isinstance(draft, dict) or draft.get("at") != request.path:
        return {}
    del request.session[_SESSION]
    typed: dict[str, str] = draft.get("typed", {})
    return typed
