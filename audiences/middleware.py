"""What becomes of an error of the API, or of a missing role, that a view did not expect."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from audiences.api.errors import ApiError, NotFound, NotReady
from audiences.states import NOT_ALLOWED
from audiences.views import again, progress, shell

Answer = Callable[[HttpRequest], HttpResponse]


class DesignedErrors:
    """An error of the API that reaches a view's end becomes the page, or the fragment, that says so."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The designed state of an ApiError; anything else is Django's to answer."""
        entry = getattr(request, "entry", None)
        if isinstance(exception, PermissionDenied) and entry is not None:
            audiences = reverse("group", args=[entry.group.id])
            return shell.show_state(request, entry, NOT_ALLOWED.leading_to("To the audiences", audiences))
        if not isinstance(exception, ApiError) or entry is None:
            return None
        audience_id = request.resolver_match.kwargs.get("audience_id") if request.resolver_match else None
        if isinstance(exception, NotReady) and audience_id:
            return progress.met(request, entry, audience_id, exception)
        if isinstance(exception, NotFound) and audience_id and (state := progress.gone(entry, audience_id, exception)):
            return shell.show_state(request, entry, state)
        return shell.show_state(request, entry, shell.state_of(entry, exception, again.address(request)))
