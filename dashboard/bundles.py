"""The style sheets and scripts that every page needs, joined into one file each where static files are collected.

Over HTTP/1 a browser asks a server for six files at once, and there are more parts than that: joined, none waits for
its turn. Written they stay apart; joined, scripts are shortened.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from whitenoise.storage import CompressedManifestStaticFilesStorage

try:
    import minify
except ImportError:  # no Linux: somebody's own machine
    minify = None

# in the folder whose relative addresses the parts use
BUNDLES = {
    "css/components/all.css": (
        *("css/app.css", "css/layout.css"),
        *(
            f"css/components/{name}.css"
            for name in (
                *(
                    "controls",
                    "states",
                    "forms",
                    "sidebar",
                    "table",
                    "view",
                    "person",
                    "panel",
                    "share",
                    "exports",
                    "keys",
                ),
            )
        ),
    ),
    "js/all.js": tuple(
        f"js/{name}.js"
        for name in (
            *(
                "tell",
                "append",
                "match",
                "time",
                "say",
                "prefer",
                "sidebar",
                "hits",
                "tree",
                "menu",
                "keys",
                "palette",
                "help",
            ),
            *("fold", "list", "find", "far", "near", "move"),
            *(
                "place",
                "panel",
                "mark",
                "opened",
                "keep",
                "reach",
                "coming",
                "person",
                "copy",
                "progress",
                "failures",
                "offline",
                "once",
                "pulse",
                "ready",
                "attempt",
                "share",
                "cards",
                "exports",
                "columns",
                "star",
                "view",
            ),
        )
    ),
}

register = template.Library()


class BundledStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with the bundles beside their parts."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Write the bundles before they are hashed and compressed like any other file."""
        for name, parts in {} if dry_run else BUNDLES.items():
            joined = "\n".join(Path(self.path(part)).read_text() for part in parts)
            Path(self.path(name)).write_text(shortened(joined) if name.endswith(".js") else joined)
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def shortened(script: str) -> str:
    """A script without comments and space, its own names short."""
    return minify.string("application/javascript", script) if minify else script


@register.simple_tag
def styles() -> SafeString:
    """The style sheets of every page."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', _addresses("css/components/all.css"))


@register.simple_tag
def scripts() -> SafeString:
    """The scripts of every page that has some."""
    return format_html_join("\n", '<script src="{}" defer></script>', _addresses("js/all.js"))


def _addresses(name: str) -> list[tuple[str]]:
    files = (name,) if isinstance(staticfiles_storage._wrapped, BundledStorage) else BUNDLES[name]  # type: ignore[attr-defined]
    return [(staticfiles_storage.url(file),) for file in files]
