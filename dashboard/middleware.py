"""What every answer carries, and what of a request is believed."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from dashboard import addresses

Answer = Callable[[HttpRequest], HttpResponse]


def headers(get_response: Answer) -> Answer:
    """RELIABILITY section 2: pages have people in them, so nobody but the reader may keep one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" in response.headers and request.path.startswith(settings.STATIC_URL):
            return response  # a file is everybody's, and WhiteNoise has said for how long it may be kept
        response.headers.setdefault("Cache-Control", "no-store, private")
        if request.path.startswith("/s/"):  # nothing that somebody was sent a link to is for a search engine
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # one address has two bodies: a page and the fragment of it
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response

    return middleware


class Compressed(GZipMiddleware):
    """Django's, but for what is streamed: a download says how long it is, and one that breaks off must not look whole
    (RELIABILITY fact 13).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """As Django's."""
        return response if response.streaming else super().process_response(request, response)


def forwarded(get_response: Answer) -> Answer:
    """Forget X-Forwarded-* and X-Request-Id unless one of TRUSTED_PROXIES sent it: anybody can say that they came by
    https. The proxy has to drop names with underscores (deploy/Caddyfile does): X_Forwarded_For has the same name here,
    and the last of the two would count.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        claims = [name for name in request.META if name.startswith(("HTTP_X_FORWARDED_", "HTTP_X_REQUEST_ID"))]
        if claims and not addresses.is_within(request.META.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
            for name in claims:
                del request.META[name]
        return get_response(request)

    return middleware
