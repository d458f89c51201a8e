"""Fetching an export: archive, file, manifest. All of it was made before, and what is sent says how long it is.

Who fetches slowly holds a thread for as long: a quarter of those that may wait for the API are for that, and none of
them keeps a database connection.
"""

import json
import logging
import threading
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, wraps
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audiences import access, waiting
from audiences.exports import desk, files
from audiences.exports.order import Export
from audiences.states import State
from audiences.views import shell
from team import network

Serve = Callable[[HttpRequest, Export], HttpResponseBase]
Fetch = Callable[..., HttpResponseBase]

_NO_ROOM = State(
    "down",
    503,
    "There is no room to make this file",
    "The dashboard's disk takes no more, and a file without its BOM is made when it is fetched.",
    "The one with its BOM can be fetched all the same. Whoever runs the dashboard makes room.",
    retry_after=60,
)
_CROWDED = State(
    "limited",
    503,
    "Many files are being fetched just now",
    "As many as this dashboard sends at once. Nothing is wrong with yours.",
    "Fetch it again in a moment.",
    retry_after=10,
)
_log = logging.getLogger(__name__)


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
        except (FileNotFoundError, files.NoRoom, _Crowded) as error:
            back = reverse("exports", args=[group_id, audience_id])
            return shell.show_state(request, entry, _state(export, error).leading_to("To the exports", back))
        with ExitStack() as unless_noted:
            unless_noted.callback(answer.close)
            if request.method == "GET":
                desk.fetched(export, entry.user, network.address(request))
            unless_noted.pop_all()
        return answer

    return require_safe(view)


def _state(export: Export, error: Exception) -> State:
    if isinstance(error, _Crowded):
        return _CROWDED
    if isinstance(error, files.NoRoom):
        return _NO_ROOM
    if export.is_under_way:
        what, todo = "This export is not finished yet.", "Its page says how far it is."
        return State("not-found", 404, "There is no file", what, todo)
    if error.__cause__:
        _log.warning("The file of an export cannot be read: %s", type(error.__cause__).__name__)
    what = "The file of this export is not there any more: it was deleted, or the server has lost or damaged it."
    return State("not-found", 404, "There is no file", what, "Export the audience again.")


@_fetched
def download(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The archive: the file and its manifest; `?bom=0` without the mark that Excel knows UTF-8 by."""
    if request.method == "HEAD" and not _with_bom(request):
        answer = _sent(lambda: (*files.open_archive(export), "application/zip"))
        del answer["Content-Length"]  # nobody knows before it is made
        return answer
    make = files.open_archive if _with_bom(request) else files.archive_without_bom
    return _sent(lambda: (*make(export), "application/zip"))


@_fetched
def file(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The CSV or XLSX alone."""
    return _sent(lambda: files.open_file(export, _with_bom(request)))


@_fetched
def manifest(request: HttpRequest, export: Export) -> HttpResponseBase:
    """What is known of the file."""
    text = json.dumps(files.manifest(export), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = content_disposition_header(True, "manifest.json")
    return answer


def _with_bom(request: HttpRequest) -> bool:
    return request.GET.get("bom") != "0"


# --- Sending ------------------------------------------------------------------------------------------


class _Crowded(Exception):
    """As many files as may be are being sent."""


@cache
def places() -> threading.BoundedSemaphore:
    """Of those that send a file, in this process."""
    return threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))


def _sent(opened: Callable[[], tuple[IO[bytes], int, str, str]]) -> HttpResponseBase:
    """The file that is opened, in a place that is held until the last byte. Raises _Crowded."""
    free = places()
    if not free.acquire(blocking=False):
        raise _Crowded
    try:
        waiting.release_connection()  # what is made anew first takes seconds
        answer = _Sent(*opened())
    except BaseException:
        free.release()
        raise
    # once: when it is closed, or when what failed after this has left it behind
    answer.over = weakref.finalize(answer, free.release)
    return answer


class _Unhurried:
    """A file that may take an hour to send: no database connection waits for that (RELIABILITY fact 14)."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes, b"" at the end."""
        waiting.release_connection()
        return self._source.read(size)

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


class _Sent(FileResponse):
    """A file that says how long it is: whoever gets less knows that something is missing."""

    block_size = 64 * 1024

    def __init__(self, source: IO[bytes], length: int, name: str, kind: str) -> None:
        self.over: Callable[[], Any] = lambda: None
        said = {"Content-Length": str(length)}
        super().__init__(_Unhurried(source), as_attachment=True, filename=name, content_type=kind, headers=said)

    def close(self) -> None:
        """All is sent, or the browser has gone away."""
        try:
            super().close()
        finally:
            self.over()
