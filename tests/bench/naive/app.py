"""The page that the dashboard is held against: Django and htmx as one would write them in an hour.

It asks the API at every request and shows what the dashboard's rows show in a table that grows for ever: nothing is
kept, nothing leaves the document, and the next rows are asked for once the end is on screen.
"""

import os
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode

import django_htmx
import requests
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe

from audiences.api import parsing
from audiences.people import PersonRow
from tests.bench import rendering
from tests.sandbox.running import HUGE, NORDWIND

_API = f"{os.environ['NAIVE_API_URL']}/v1/accounts/{NORDWIND}/audiences/{HUGE}/prospects"
_STATIC = rendering.ROOT / "static"
_CSS = "".join((_STATIC / "css" / name).read_text() for name in ("app.css", "components/controls.css"))
_HTMX = (Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js").read_text()
_INLINE = {"css": mark_safe(_CSS.replace("../../icons/", "/icons/")), "htmx": mark_safe(_HTMX)}
_FIELDS = [field.name for field in fields(PersonRow)]
_session = requests.Session()
_session.headers["Authorization"] = "Bearer sk_sandbox_all"


def page(request: HttpRequest) -> HttpResponse:
    """The first rows, in a plain page."""
    return render(request, "page.html", _people(request) | _INLINE)


def rows(request: HttpRequest) -> HttpResponse:
    """The next rows."""
    return render(request, "rows.html", _people(request))


def icon(request: HttpRequest, name: str) -> HttpResponse:
    """The picture that the dashboard's style sheet cuts its icons from."""
    return HttpResponse(
        (_STATIC / "icons" / name).read_bytes(), "image/svg+xml", headers={"Cache-Control": "max-age=60"}
    )


def _people(request: HttpRequest) -> dict[str, object]:
    offset = int(request.GET.get("offset", 0))
    query = {"limit": "50"} | ({"cursor": request.GET["cursor"]} if offset else {})
    found = parsing.page(_session.get(_API, params=query, timeout=10).json()["data"], parsing.prospect)
    assert found is not None
    people = rendering.people(found, offset)
    # Django's templates ask for a key first, and a dict spares them an exception a field
    people["rows"] = [{field: getattr(row, field) for field in _FIELDS} for row in people["rows"]]
    following = {"cursor": found.next_cursor, "offset": offset + len(found.items)}
    return {"people": people, "more": f"/rows?{urlencode(following)}"}


rendering.configure(Path(__file__).parent, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"])
urlpatterns = [path("", page), path("rows", rows), path("icons/<name>", icon)]
application = get_wsgi_application()
