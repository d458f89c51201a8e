"""Creating an audience: the form, and the page of an attempt whose outcome is still open."""

from concurrent.futures import TimeoutError as StillGoing
from contextlib import suppress
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audiences import access, creation, samename, unconfirmed, waiting
from audiences.access import Entry
from audiences.api.fields import usable_id
from audiences.forms import TYPES, AudienceForm, new_key
from audiences.models import Attempt
from audiences.refusal import key_refusal
from audiences.samename import SameName
from audiences.views import shell
from team import drafts, network

_TOO_OLD = "This form had become too old, and nothing was sent. What you typed is still here: press Create again."
_NOT_WHOLE = "This form did not come whole, and nothing was sent. What you typed is still here: press Create again."
TYPED = ("name", "type", "description")
State = Attempt.State


@drafts.keeps_typed(*TYPED)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, group_id: str) -> HttpResponse:
    """The form, for admins; sending it writes an attempt, sends it, and waits for a moment."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    if request.method != "POST":
        typed = _of_earlier(request, entry) or drafts.take(request) or {"type": TYPES[0][0]}
        return _show(request, entry, AudienceForm(initial=typed | {"form_key": new_key()}))
    form = AudienceForm(request.POST)
    if "form_key" in form.errors:
        return _show(request, entry, AudienceForm(initial=_typed(request)), 422, notice=_NOT_WHOLE)
    if not form.is_valid():
        return _show(request, entry, form, 422)
    try:
        attempt = _write(request, entry, form)
    except SameName as other:
        return _show(request, entry, form, 409, other=other)
    return _send(request, entry, attempt)


def _write(request: HttpRequest, entry: Entry, form: AudienceForm) -> Attempt:
    key, same_name = form.cleaned_data["form_key"], form.cleaned_data["same_name"]
    here = network.address(request)
    return creation.write(entry.group, entry.user, key, form.fields_of_the_api, same_name=same_name, network=here)


def _typed(request: HttpRequest) -> dict[str, str]:
    """What came with the form, for a new one."""
    return {name: request.POST.get(name, "") for name in TYPED} | {"form_key": new_key()}


def _of_earlier(request: HttpRequest, entry: Entry) -> dict[str, str]:
    """What an attempt that was refused had said, to be changed and sent again."""
    key = request.GET.get("from", "")
    earlier = creation.of(entry.group, key) if usable_id(key) else None
    return {name: getattr(earlier, name) for name in TYPED} if earlier else {}


def _send(request: HttpRequest, entry: Entry, attempt: Attempt) -> HttpResponse:
    if attempt.state == State.WRITTEN:
        _begin(attempt)
    if attempt.state in (State.REFUSED, State.UNSENT):
        return _show(request, entry, _form_of(attempt), 422 if attempt.state == State.REFUSED else 503, attempt=attempt)
    return redirect(attempt_url(attempt))


def _begin(attempt: Attempt) -> None:
    """Send it, and wait for a moment, without a database connection, for what comes of it."""
    sending = creation.begin(attempt)
    waiting.release_connection()
    with suppress(StillGoing):
        sending.result(timeout=creation.PAGE_WAITS)
    attempt.refresh_from_db()


def attempt_url(attempt: Attempt) -> str:
    """Where it is followed: its own page, and the audience's once there is one."""
    if attempt.state == State.CREATED:
        return reverse("audience", args=[attempt.group_id, attempt.audience_id])
    return reverse("attempt", args=[attempt.group_id, attempt.form_key])


def _form_of(attempt: Attempt) -> AudienceForm:
    """The form as it was filled in, a new one to the database, with what the API said at its fields."""
    typed = {name: getattr(attempt, name) for name in TYPED} | {"form_key": new_key()}
    form = AudienceForm(typed)
    form.is_valid()
    for field, words in attempt.details:
        form.add_error(field if field in TYPED else None, words)
    return form


def _show(
    request: HttpRequest,
    entry: Entry,
    form: AudienceForm,
    status: int = 200,
    *,
    attempt: Attempt | None = None,
    other: SameName | None = None,
    notice: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "kinds": TYPES, "attempt": attempt, "other": other, "notice": notice}
    if other:
        audience_url = reverse("audience", args=[entry.group.id, other.audience_id]) if other.audience_id else ""
        context["other_url"] = attempt_url(other.attempt) if other.attempt else audience_url
    return shell.show(request, entry, "audiences/new.html", context, current=shell.NEW, status=status)


def typed_again(request: HttpRequest, group_id: str) -> HttpResponse:
    """The form once more, as it was filled in, after its token had become too old. Raises what entering raises."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    return _show(request, entry, AudienceForm(initial=_typed(request)), 403, notice=_TOO_OLD)


@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, group_id: str, form_key: str) -> HttpResponse:
    """What is known of an attempt, and what can be done about it."""
    entry = access.enter(request, group_id)
    found = creation.of(entry.group, form_key)
    if found is None:
        raise Http404("no such attempt")
    if request.method == "POST":
        return _act(request, entry, found)
    return redirect(attempt_url(found)) if found.state == State.CREATED else _page(request, entry, found)


def _page(request: HttpRequest, entry: Entry, found: Attempt, status: int = 200, wrong: str = "") -> HttpResponse:
    refusal = key_refusal()
    context = {
        "attempt": found,
        "wrong": wrong,
        "may_act": entry.is_admin,
        "refused_since": refusal.read_at if refusal else None,
    }
    return shell.show(request, entry, "audiences/attempt.html", context, current=found.form_key, status=status)


def _act(request: HttpRequest, entry: Entry, found: Attempt) -> HttpResponse:
    entry.need_admin()
    wish = request.POST.get("wish", "")
    if wish == "look":
        unconfirmed.look_now(found, shell.within(request))
    elif wish == "give up":
        creation.give_up(found)
    elif wish == "choose":
        unconfirmed.choose(found, request.POST.get("audience", ""))
    elif wish == "send":
        return _send_again(request, entry, found)
    else:
        raise PermissionDenied("nothing of that kind can be done")
    found.refresh_from_db()
    return redirect(attempt_url(found))


def _send_again(request: HttpRequest, entry: Entry, found: Attempt) -> HttpResponse:
    typed = request.POST.get("name", "")
    if found.may_exist and samename.name_key(typed) != found.name_key:
        wrong = "This is not its name. Type it as it stands above: a second audience of that name may come of it."
        return _page(request, entry, found, 422, wrong)
    if not found.may_exist and samename.other(found):
        wrong = "There is an audience of this name by now. Fill in the form with it again if you want a second one."
        return _page(request, entry, found, 409, wrong)
    if creation.send_again(found, entry.user, network.address(request)):
        _begin(found)
    found.refresh_from_db()
    return redirect(attempt_url(found))
