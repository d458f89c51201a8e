"""Single JSON values made usable. None of these raises, whatever it is given."""

import math
import re

LONGEST_TEXT = 20_000
"""Characters; longer text is cut."""

LARGEST_COUNT = 10**15

_LONGEST_LIST = LONGEST_TEXT // 3
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_CURSOR = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,4096}")
_COUNT = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.0*)?\s*", re.ASCII)
_DIRT = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# the space, and the letters and signs of Unicode that look like one
_BLANK = " \u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


def text(value: object) -> str:
    """Text fit for a page and a database; "" for null, objects, and what shows no sign: it could not be clicked.

    Numbers and booleans are written out, lists of scalars joined. Control characters go (PostgreSQL refuses
    them), a lone surrogate becomes U+FFFD (it cannot be encoded), and 20,000 characters are kept.
    """
    if isinstance(value, str):
        # isprintable() is a quick yes for nearly every field; it says no to line breaks, too.
        if len(value) <= LONGEST_TEXT and value.isprintable() and value.strip(_BLANK):
            return value
        return _clean(value)
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        words = (_scalar(entry) for entry in value[:_LONGEST_LIST])
        return ", ".join(word for word in words if word)[:LONGEST_TEXT]
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""  # str() of thousands of digits raises
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.0f}" if value.is_integer() and abs(value) < LARGEST_COUNT else repr(value)
    return ""


def _clean(value: str) -> str:
    value = value[:LONGEST_TEXT]
    if _DIRT.search(value):
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = _DIRT.sub("", _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value))
    return value if any(sign.isprintable() and sign not in _BLANK for sign in value) else ""


def flag(value: object) -> bool | None:
    """A boolean, also from "true"/"false" and 0/1; None for anything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _FLAGS.get(value[:10].strip().lower())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


def count(value: object) -> int | None:
    """A whole number 0 … 10**15, also from 25.0, "25" and "2,340"; None for anything else."""
    if isinstance(value, str):
        match = _COUNT.fullmatch(value[:40])
        value = int(match[1].replace(",", "")) if match else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST_COUNT else None


def number(value: object) -> float | None:
    """A finite number, also from text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value[:40] if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


NOT_AUDIENCES = frozenset({"navigation", "folders"})
"""Words of the API's own that stand where an audience's id stands in a path."""


def usable_audience_id(value: object) -> str:
    """The id, "" where it is none that a path could hold below `/audiences/`."""
    found = usable_id(value)
    return "" if found in NOT_AUDIENCES else found


def usable_id(value: object) -> str:
    """An id that may enter a path: text (or a whole number) of `[A-Za-z0-9_-]{1,128}`; else ""."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = _scalar(value)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def usable_cursor(value: object) -> str:
    """A cursor that may be sent back: text of 1 … 4,096 characters, no control or surrogate; else ""."""
    return value if isinstance(value, str) and _CURSOR.fullmatch(value) else ""
