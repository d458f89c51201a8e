"""Names in Latin letters, for e-mail addresses and profile links."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe",
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "yo", "ж": "zh",
        "з": "z", "и": "i", "і": "i", "ї": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
        "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
        "щ": "shch", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
        "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
        "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
        "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
    }
)  # fmt: skip
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng",
    "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_OTHER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16384)
def slug(text: str, joint: str = "") -> str:
    """`"Zoë Mårtensson"` → `"zoemartensson"`; other marks and blanks become `joint`. "" when nothing is left."""
    lowered = "".join(_hangul(letter) for letter in unicodedata.normalize("NFC", text.lower()))
    plain = unicodedata.normalize("NFKD", lowered.translate(_LETTERS))
    bare = "".join(letter for letter in plain.translate(_LETTERS) if not unicodedata.combining(letter))
    return _OTHER.sub(joint, bare).strip(joint or None)


def _hangul(letter: str) -> str:
    """A Korean syllable by the Revised Romanization, letter by letter; anything else as it is."""
    number = ord(letter) - 0xAC00
    if not 0 <= number < 11172:
        return letter
    initial, rest = divmod(number, 588)
    vowel, final = divmod(rest, 28)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]
