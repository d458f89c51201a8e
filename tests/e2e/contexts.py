"""Browser contexts, as good as new for every test, but with the static files of the one before in their cache.

Fetching those anew would be half of the suite's time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.e2e.watching import Watch, prepare


class Contexts:
    """Lends contexts, and cleans them when they come back."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def one(self, watch: Watch, cookies: Sequence[Any], **options: Any) -> Iterator[BrowserContext]:
        """A context with these options that nobody else has now."""
        idle = self._idle[repr(sorted(options.items()))]
        context = idle.pop() if idle else self._made(options)
        context.add_cookies(cookies)
        with watch.following(context, options["base_url"]):
            yield context
            _clean(context, options["base_url"])
        idle.append(context)

    def _made(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**options)
        context.set_default_timeout(10_000)
        prepare(context)
        return context


def _clean(context: BrowserContext, origin: str) -> None:
    context.set_offline(False)
    context.clear_cookies()
    forgotten = {"origin": origin, "storageTypes": "local_storage"}
    context.new_cdp_session(context.pages[0]).send("Storage.clearDataForOrigin", forgotten)
    for page in context.pages:
        page.close()
