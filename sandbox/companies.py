"""The companies people work at: invented, 24 per country and theme, each with the API's fourteen fields."""

import random
from functools import lru_cache
from typing import Any

from sandbox.latin import slug
from sandbox.places import Country
from sandbox.themes import Theme, in_prose, sentences
from sandbox.words import pair, rows

PER_THEME = 24
_WORDS = {
    row[0]: tuple([pair(word.strip()) for word in cell.split(",")] for cell in row[1:]) for row in rows("companies.txt")
}
_SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000", "10001+")
_TYPES = ("Privately Held", "Public Company", "Self-Owned", "Partnership", "Nonprofit", "Government Agency")
_LEADING = ("株式会社", "㈜", "주식회사", "ТОВ", "ООД", "ТОО")
_CJK = "\u2e80"


@lru_cache(maxsize=8192)
def company(country: Country, theme: Theme, number: int) -> tuple[str, str, dict[str, Any]]:
    """Its name, its domain and the `company` object of a prospect (shared: not to be changed)."""
    dice = random.Random(f"{country.code}/{theme.name}/{number}")
    name, stem = _name(country, dice)
    city = dice.choice(country.cities).latin
    industry = dice.choice(theme.industries)
    filling = {"company": name, "industry": in_prose(industry), "city": city, "country": country.name.latin}
    filling["team"] = str(dice.randrange(12, 900))
    fields: dict[str, Any] = {
        "name": name,
        "linkedinIdentifier": stem if dice.random() < 0.5 else str(dice.randrange(10**5, 10**8)),
        "linkedinUrl": f"https://linkedin.example/company/{stem}",
        "industry": industry,
        "website": f"https://{'www.' if dice.random() < 0.6 else ''}{stem}.example{dice.choice(('', '', '/', '/en'))}",
        "size": dice.choice(_SIZES),
        "location": f"{city}, {country.name.latin}",
        "about": _text(dice, "company", dice.randrange(1, 4), filling),
        "logoUrl": f"https://photos.example/logos/{stem}.png",
        "founded": str(dice.randrange(1891, 2025) if dice.random() < 0.2 else dice.randrange(1992, 2025)),
        "type": dice.choice(_TYPES[:2] if dice.random() < 0.8 else _TYPES),
        "specialties": ", ".join(dice.sample(sentences("specialties"), dice.randrange(2, 6))),
        "followerCount": int(10 ** dice.uniform(1.5, 5.6)),
        "tagline": _text(dice, "tagline", 1, filling),
    }
    return name, f"{stem}.example", _thinned(dice, fields)


def _name(country: Country, dice: random.Random) -> tuple[str, str]:
    first, second = (dice.choice(half) for half in _WORDS[country.company_words])
    bare = _joined(first.native, second.native)
    form = dice.choice(country.legal_forms) if dice.random() < 0.6 else ""
    return _with_form(bare, form), slug(_joined(first.latin, second.latin), "-")


def _with_form(bare: str, form: str) -> str:
    """The legal form where the country puts it: before the name, before it in quotes, joined on, or after it."""
    if form in _LEADING[:3]:
        return f"{form}{bare}"
    if form in _LEADING[3:]:
        return f"{form} «{bare}»"
    return f"{bare}{'' if form > _CJK else ' '}{form}".strip()


def _joined(first: str, second: str) -> str:
    return f"{first}{second}".replace("_", " ").strip()


def _text(dice: random.Random, section: str, count: int, filling: dict[str, str]) -> str:
    text = " ".join(dice.sample(sentences(section), count)).format_map(filling).replace("..", ".")
    return text[0].upper() + text[1:]


def _thinned(dice: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with a few null or left out, as companies in life have them; the name nearly always stays."""
    found: dict[str, Any] = {}
    for field, value in fields.items():
        chance = dice.random()
        if field != "name" and chance < 0.06:
            continue
        found[field] = None if field != "name" and chance < 0.14 else value
    return found
