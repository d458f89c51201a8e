"""The style sheets and scripts that every page needs, joined into one file each where static files are collected.

Over HTTP/1 a browser asks a server for six files at once, and there are more parts than that: joined, none waits for
its turn. Written and tested they stay apart. Scripts leave comments and space behind, with care rather than by parsing:
what runs is what was written, word by word.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from whitenoise.storage import CompressedManifestStaticFilesStorage

# in the folder whose relative addresses the parts use
BUNDLES = {
    "css/components/all.css": (
        *("css/app.css", "css/layout.css"),
        *(
            f"css/components/{name}.css"
            for name in (
                *("controls", "states", "forms", "sidebar", "table", "view", "person", "panel", "share", "keys"),
            )
        ),
    ),
    "js/all.js": tuple(
        f"js/{name}.js"
        for name in (
            *("append", "match", "time", "say", "prefer", "sidebar", "hits", "tree", "menu", "keys", "palette", "help"),
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
                "once",
                "pulse",
                "ready",
                "attempt",
                "share",
                "star",
                "view",
            ),
        )
    ),
}

# a comment behind code: where no quote stands before or after it on its line, it is in no string
_COMMENT = re.compile(r"""^(?:([^"'`]*)\s// .*|(.*)\s// [^"'`]*)$""")
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|`[^`]*`)""")
_UNCLEAR = re.compile("['/`]")  # a regular expression, a comment, or strings that are not as ours are
_SPACED = re.compile(r"\s*([=(){}\[\],;:?<>|&]+)\s*")
_GOES_ON = re.compile(r"(?<=[;{,(\[])\n")

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
    """A script of ours without comments and needless space.

    Our strings end on their line, and hold no strings with strings in them (a test sees to it). Lines stay lines where
    a semicolon might be meant; a line that is not clear loses its indentation only.
    """
    lines = (_COMMENT.sub(r"\1\2", line.strip()).rstrip() for line in script.splitlines())
    kept = (_tight(line) for line in lines if line and not line.startswith("//"))
    return _GOES_ON.sub("", "\n".join(kept)) + "\n"


def _tight(line: str) -> str:
    if _UNCLEAR.search(_STRING.sub("", line)):
        return line
    parts = enumerate(_STRING.split(line))
    return "".join(part if place % 2 else _SPACED.sub(r"\1", part) for place, part in parts)


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
