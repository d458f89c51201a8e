"""Prospects by index: person `i` of an audience is always the same, and costs no memory until asked for."""

import random
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sandbox import names
from sandbox.companies import PER_THEME, company
from sandbox.contact import connection, emails
from sandbox.latin import slug
from sandbox.places import Country, region
from sandbox.themes import Theme, in_prose, sentences

_ENGLISH_PARTS = ("opening", "work", "work", "past", "outside", "closing")
_NO_TITLES: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
_TONGUES = {
    "DE": "de", "AT": "de", "FR": "fr", "ES": "es", "MX": "es", "CO": "es", "AR": "es", "CL": "es", "BR": "pt",
    "PT": "pt", "JP": "ja", "KR": "ko", "CN": "zh", "AE": "ar", "SA": "ar", "EG": "ar", "IL": "he", "IN": "hi",
    "UA": "uk", "GR": "el",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of one audience: `seed` is its id, the rest says who is drawn."""

    seed: str
    theme: Theme
    region: str


@dataclass(frozen=True, slots=True)
class _Who:
    """What the parts of one prospect share."""

    first: str
    last: str
    full: str
    latin: tuple[str, str]
    handle: str
    native: bool
    country: Country
    title: str
    company: str
    filling: dict[str, str]


def prospects(crowd: Crowd, start: int, stop: int) -> list[dict[str, Any]]:
    """The prospects start … stop-1 of the crowd, as the API shows them."""
    return [_prospect(crowd, index) for index in range(start, stop)]


def prospect_id(seed: str, index: int) -> str:
    """24 hex digits, the same for the same place in the same audience."""
    return blake2b(f"{seed}:{index}".encode(), digest_size=12).hexdigest()


def _prospect(crowd: Crowd, index: int) -> dict[str, Any]:
    identity = prospect_id(crowd.seed, index)
    dice = random.Random(int(identity, 16))
    chance = dice.random
    country = _pick(dice, region(crowd.region))
    employer, domain, company_fields = company(country, crowd.theme, int(chance() * PER_THEME))
    who = _who(dice, crowd.theme, country, employer)
    profile = f"{who.handle}-{identity[:5]}"
    item = {
        "id": identity,
        "firstName": who.first,
        "lastName": who.last,
        "name": who.full,
        "headline": _headline(dice, who),
        "about": _about(dice, who),
        "photoUrl": f"https://photos.example/people/{identity[:10]}.jpg" if chance() < 0.7 else None,
        "linkedinUrl": f"https://linkedin.example/in/{profile}" if chance() < 0.93 else None,
        "publicIdentifier": profile if chance() < 0.9 else None,
        "company": company_fields if chance() < 0.96 else None,
        "title": who.title if chance() < 0.95 else None,
        "location": _location(dice, who),
        "emails": emails(dice, who.latin, domain),
        **connection(dice),
    }
    if chance() < 0.12:
        _lose_a_field(dice, item)
    return item


def _who(dice: random.Random, theme: Theme, country: Country, employer: str) -> _Who:
    pool = names.pool(_pick(dice, country.languages))
    woman = dice.random() < 0.5
    first, last = _pick(dice, pool.first[not woman]), _pick(dice, pool.last[not woman])
    latin = (first.latin, last.latin)
    handle = f"{slug(first.latin, '-')}-{slug(last.latin, '-')}"
    foreign = not first.native.isascii() and first.native[0] > "\u0370"
    native = dice.random() < (0.7 if foreign else 0.3)
    title = _pick(dice, theme.titles)
    if native and (own := theme.native.get(country.code, _NO_TITLES)[not woman]) and dice.random() < 0.6:
        title = _pick(dice, own)
    if native or not foreign:
        shown = (first.native, last.native, pool.full(first.native, last.native))
    else:
        shown = (*latin, " ".join(latin))
    city = _pick(dice, country.cities)
    filling = {
        "title": title,
        "company": employer,
        "industry": in_prose(_pick(dice, theme.industries)),
        "theme": theme.spoken,
        "city": city.native if native else city.latin,
        "years": str(3 + int(dice.random() * 25)),
        "team": str(4 + int(dice.random() * 60)),
    }
    return _Who(*shown, latin, handle, native, country, title, employer, filling)


def _headline(dice: random.Random, who: _Who) -> str | None:
    chance = dice.random()
    if chance < 0.3:
        return who.title
    if chance < 0.4:
        return None if chance < 0.37 else ""
    start = f"{who.title} at {who.company}" if chance < 0.8 else who.title
    if chance < 0.6:
        return start
    suffix: str = _pick(dice, sentences("suffix")).format_map(who.filling)
    return f"{start} | {suffix[0].upper()}{suffix[1:]}"


def _about(dice: random.Random, who: _Who) -> str | None:
    chance = dice.random()
    if chance < 0.22:
        return None if chance < 0.14 else ""
    own = sentences(_TONGUES.get(who.country.code, "")) if who.native else ()
    if own and chance < 0.7:
        chosen = dice.sample(own, 1 + int(dice.random() * len(own)))
    else:
        parts = dict.fromkeys(_ENGLISH_PARTS[: 1 + int(dice.random() * 6)])
        chosen = [_pick(dice, sentences(part)) for part in parts]
        if "work" in parts and dice.random() < 0.4:
            chosen.insert(2, _pick(dice, sentences("work")))
    joint = "\n\n" if chance > 0.94 else " "
    return joint.join(dict.fromkeys(chosen)).format_map(who.filling).replace("..", ".")


def _location(dice: random.Random, who: _Who) -> dict[str, str | None] | None:
    chance = dice.random()
    if chance < 0.05:
        return None
    country = who.country.name.native if who.native else who.country.name.latin
    text: str | None = f"{who.filling['city']}, {country}"
    if chance < 0.15:
        text = country if chance < 0.11 else f"Greater {who.filling['city']} Area"
    if chance > 0.97:
        text = None
    return {"text": text, "countryCode": None if 0.15 < chance < 0.2 else who.country.code}


def _lose_a_field(dice: random.Random, item: dict[str, Any]) -> None:
    """Now and then a field is not null but missing, and an address with it."""
    del item[_pick(dice, ("about", "headline", "photoUrl", "publicIdentifier", "premium", "chatStatus", "location"))]


def _pick(dice: random.Random, options: Any) -> Any:
    # dice.choice costs three times as much, and a page of 50 makes a thousand of these.
    return options[int(dice.random() * len(options))]
