"""Names of files, which every system takes."""

import re
from datetime import UTC
from unicodedata import category, normalize

from audiences.exports.order import Export

LETTERS, BYTES = 80, 200  # of an audience's name; the day, a word and an ending come to it
_TABOO = frozenset('<>:"/\\|?*')
# devices for Windows, whatever comes after a full stop
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)", re.IGNORECASE)


def file_name(export: Export) -> str:
    """Audience and day, without an ending: "Nordic leads 2026-11-22", or "… partial" for one that ended early."""
    day = export.asked_at.astimezone(UTC).date().isoformat()
    return " ".join([_safe(export.name) or export.audience_id, day, *(["partial"] if export.early else [])])


def _safe(text: str) -> str:
    """What of it may stand in a name; "" where that is nothing."""
    signs = (" " if _is_bad(sign) else sign for sign in normalize("NFC", text))
    name = " ".join("".join(signs).split())[:LETTERS].encode()[:BYTES].decode(errors="ignore")
    name = name.strip(" .-_'~")
    return "" if _DEVICE.match(name) else name


def _is_bad(sign: str) -> bool:
    return sign in _TABOO or category(sign)[0] in "ZC"
