"""Text of strangers in cells: what a spreadsheet would take for a formula, and how that is kept from happening.

Spreadsheets look past blanks and what cannot be seen, and some take full-width and small signs for the ordinary ones.
"""

import re
from string import ascii_letters, digits
from unicodedata import category, normalize

SURROGATE = re.compile(r"[\ud800-\udfff]")  # can be written in no encoding
APOSTROPHE = "'"

_SIGNS = frozenset("=+-@")
_AT_ONCE = frozenset("\t\r\n")
# invisible, though by their category letters, marks or signs
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# nearly every value begins with one of these; they begin no formula
PLAIN = frozenset(ascii_letters + digits)


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet might take it for a formula, or lets it begin with a tab or a line break."""
    first = text[:1]
    if first in PLAIN or not first:
        return False
    return first in _AT_ONCE or _first_seen(text) in _SIGNS


def _first_seen(text: str) -> str:
    """The first sign that is none of space, control, format and what else cannot be seen, in its ordinary form."""
    for sign in text:
        if category(sign)[0] not in "ZC" and not _UNSEEN.match(sign):
            return normalize("NFKC", sign)[0]
    return ""


def encodable(text: str) -> str:
    """The text with U+FFFD for lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text
