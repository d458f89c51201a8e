"""Fetching an export: archive, file, manifest. All of it was made before, and what is sent says how long it is."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audiences import access
from audiences.exports import desk, files
from audiences.exports.order import Export
from audiences.states import State
from audiences.views import shell
from team import network

Serve = Callable[[HttpRequest, Export], HttpResponseBase]
Fetch = Callable[..., HttpResponseBase]


def _fetched(serve: Serve) -> Fetch:
    """A view that sends something of an export to its maker or an admin, and notes so before the first byte."""

    @wraps(serve)
    def view(request: HttpRequest, group_id: str, audience_id: str, form_key: str) -> HttpResponseBase:
        entry = access.enter(request, group_id)
        if not entry.may_export:
            raise PermissionDenied("Only admins of this account group export people.")
        export = desk.find(entry, audience_id, form_key)
        try:
            answer = serve(request, export)
        except FileNotFoundError:
            back = reverse("exports", args=[group_id, audience_id])
            return shell.show_state(request, entry, _gone(export, back))
        if request.method == "GET":
            desk.fetched(export, entry.user, network.address(request))
        return answer

    return require_safe(view)


def _gone(export: Export, back: str) -> State:
    if export.is_under_way:
        what, todo = "This export is not finished yet.", "Its page says how far it is."
    else:
        what = "The file of this export is not there any more: it was deleted, or the server lost it."
        todo = "Export the audience again."
    return State("not-found", 404, "There is no file", what, todo, "To the exports", back)


@_fetched
def download(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The archive: the file and its manifest; `?bom=0` without the mark that Excel knows UTF-8 by."""
    make = files.open_archive if _with_bom(request) else files.archive_without_bom
    source, length, name = make(export)
    return _Sent(source, length, name, "application/zip")


@_fetched
def file(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The CSV or XLSX alone."""
    return _Sent(*files.open_file(export, _with_bom(request)))


@_fetched
def manifest(request: HttpRequest, export: Export) -> HttpResponseBase:
    """What is known of the file."""
    text = json.dumps(files.manifest(export), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = content_disposition_header(True, "manifest.json")
    return answer


def _with_bom(request: HttpRequest) -> bool:
    return request.GET.get("bom") != "0"


class _Sent(FileResponse):
    """A file that says how long it is: whoever gets less knows that something is missing."""

    block_size = 64 * 1024

    def __init__(self, source: Any, length: int, name: str, kind: str) -> None:
        super().__init__(
            source, as_attachment=True, filename=name, content_type=kind, headers={"Content-Length": str(length)}
        )
