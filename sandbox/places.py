"""Countries, their cities and languages, and the regions an audience draws its people from."""

from dataclasses import dataclass, replace
from functools import cache

from sandbox.words import Word, pair, rows


@dataclass(frozen=True, slots=True)
class Country:
    """A country as the people of the sandbox live in it; `languages` are pools of names (sandbox.names)."""

    code: str
    name: Word
    languages: tuple[str, ...]
    cities: tuple[Word, ...]
    company_words: str
    legal_forms: tuple[str, ...]
    weight: int

    def __hash__(self) -> int:
        return hash(self.code)


@cache
def countries() -> dict[str, Country]:
    """Every country by its code."""
    found = {}
    for code, name, languages, cities, words, forms, weight in rows("countries.txt"):
        places = tuple(pair(city) for city in _list(cities))
        found[code] = Country(code, pair(name), _list(languages), places, words, _list(forms), int(weight))
    return found


@cache
def region(name: str) -> tuple[Country, ...]:
    """The countries of a region, each as often as its weight says. Raises KeyError for an unknown region.

    `"PL:Kraków+Łódź"` is a country with only these of its cities.
    """
    code, _, cities = name.partition(":")
    if cities:
        country = countries()[code]
        return (replace(country, cities=tuple(city for city in country.cities if city.native in cities.split("+"))),)
    codes = {row[0]: row[1].split() for row in rows("regions.txt")}[name]
    return tuple(country for code in codes for country in [countries()[code]] * countries()[code].weight)


def languages() -> set[str]:
    """The pools of names that all countries together need."""
    return {language for country in countries().values() for language in country.languages}


@cache
def region_names() -> tuple[str, ...]:
    """Every region there is."""
    return tuple(row[0] for row in rows("regions.txt"))


def _list(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(","))
