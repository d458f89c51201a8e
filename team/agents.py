"""What a browser calls itself, in a few words of ours: whatever a stranger sends, nothing of it is shown."""

import re

# the first that fits: most call themselves by the names of others, too
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrom(e|ium)/|CriOS/", "Chrome"),
    ("Version/.* Safari/", "Safari"),
    ("curl/|Wget/|python-|Go-http|okhttp", "A program"),
)
_SYSTEMS = (
    ("iPhone|iPod", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("Linux|X11", "Linux"),
)
_READ = 400  # characters: what comes after is no browser's


def words(agent: str) -> str:
    """As "Firefox on Windows"; "Unknown browser" when nothing in it is known."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    return f"{browser or 'Unknown browser'} on {system}" if system else browser or "Unknown browser"


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, agent[:_READ])), "")
