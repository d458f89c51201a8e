"""What no page may do: complain in the console, break the content security policy, fail, or talk to strangers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

_TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# the browser and htmx say once more what the answer or the failed request has told already
_ECHOES = (
    *("Failed to load resource", "Response Status Error Code"),
    *("htmx:afterRequest, ", "htmx:sendError, ", "htmx:responseError, ", "htmx:timeout, "),
)


def prepare(context: BrowserContext) -> None:
    """Have the pages of a context tell of violations in their console."""
    context.add_init_script(_TELL_OF_VIOLATIONS)


class Watch:
    """Collects the faults of every page of the contexts it follows. `allow` names those that a test provokes."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._faults: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, *patterns: str) -> None:
        """Faults that this test expects, as patterns of "503 <address>" or "failed <address>"."""
        self._allowed += [re.compile(pattern) for pattern in patterns]

    @contextmanager
    def following(self, context: BrowserContext, origin: str) -> Iterator[None]:
        """Listen to every page of a context that may talk to `origin` only."""
        listeners: dict[Any, Callable[[Any], None]] = {
            "console": self._console,
            "weberror": lambda error: self._faults.append(f"script: {error.error}"),
            "request": lambda request: self._request(request, origin),
            "requestfailed": self._failed,
            "response": self._response,
        }
        for event, listener in listeners.items():
            context.on(event, listener)
        yield
        for event, listener in listeners.items():
            context.remove_listener(event, listener)

    def faults(self) -> list[str]:
        """What happened and was not allowed."""
        return [fault for fault in self._faults if not any(known.search(fault) for known in self._allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_ECHOES):
            self._faults.append(f"console {message.type}: {message.text} {message.location}")

    def _request(self, request: Request, origin: str) -> None:
        self.requests.append(f"{request.method} {request.url}")
        if not request.url.startswith((f"{origin}/", "data:", "blob:")):
            self._faults.append(f"another origin: {request.url}")

    def _failed(self, request: Request) -> None:
        # the browser drops what a page had asked for when it is left
        if request.failure != "net::ERR_ABORTED":
            self._faults.append(f"failed {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._faults.append(f"{response.status} {response.url}")
