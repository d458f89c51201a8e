"""What becomes of an error of the API that a view did not expect."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audiences.api.errors import ApiError
from audiences.views import again, shell

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
        if not isinstance(exception, ApiError) or entry is None:
            return None
        return shell.show_state(request, entry, shell.state_of(entry, exception, again.address(request)))
