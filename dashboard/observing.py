"""Each request, as it is logged and counted: by the view that answered, never by its address, which holds tokens."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audiences import measures
from dashboard import requestid

# seconds; a page answers within 9 (RELIABILITY section 3)
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 9.0)
STATIC, NOWHERE = "static", "nowhere"
_log = logging.getLogger("dashboard.requests")


def observed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Name the request, answer it, and write down how that went."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = requestid.begin(request.META.get("HTTP_X_REQUEST_ID", ""))
        began = time.perf_counter()
        response = get_response(request)
        if not request.path.startswith(
            "/s/"
        ):  # there nothing may tell one 404 from another; outsiders get a support code
            response.headers[requestid.HEADER] = name
        if not request.path.startswith("/health/"):
            _note(request, response, time.perf_counter() - began)
        return response

    return middleware


def view_of(request: HttpRequest) -> str:
    """The name of the view that answered; "static" for a file, "nowhere" where there was none."""
    match = request.resolver_match
    if match is not None:
        return match.url_name or NOWHERE
    return STATIC if request.path.startswith("/static/") else NOWHERE


def family(status: int) -> str:
    """ "2xx" of 204."""
    return f"{status // 100}xx"


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    view = view_of(request)
    counts = {f"requests-{view}-{family(response.status_code)}": 1, "request-us": int(seconds * 1e6)}
    counts |= {f"request-le-{bucket}": 1 for bucket in BUCKETS if seconds <= bucket}
    measures.add(counts)
    method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
    fields = {"view": view, "method": method, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    _log.info("request", extra={"fields": fields})
