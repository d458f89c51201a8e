"""Names of files, which every system takes."""

import re
from unicodedata import category, normalize

from audiences.exports.order import Export

LETTERS = 80
_TABOO = frozenset('<>:"/\\|?*')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_name(export: Export) -> str:
    """Audience and day, without an ending: "Nordic leads 2026-11-22", or "… partial" for one that ended early."""
    day = export.asked_at.date().isoformat()
    return " ".join([_safe(export.name) or export.audience_id, day, *(["partial"] if export.early else [])])


def _safe(text: str) -> str:
    """What of it may stand in a name on any system; "" where that is nothing."""
    signs = (_sign(sign) for sign in normalize("NFC", text))
    name = " ".join("".join(signs).split())[:LETTERS].strip(" .-_'")
    return "" if _RESERVED.fullmatch(name) else name


def _sign(sign: str) -> str:
    if sign in _TABOO or category(sign)[0] in "ZC":
        return " "
    return sign
