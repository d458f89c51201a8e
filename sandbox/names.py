"""Pools of names per language: Faker's lists, and data/names.txt where Faker has no spelling in Latin letters."""

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sandbox.latin import slug
from sandbox.words import Word, pair, rows

_MOST = 200
_FAMILY_FIRST = frozenset({"zh", "ja_JP", "ko_KR", "hu_HU"})
_JOINED = frozenset({"zh", "ko_KR"})


@dataclass(frozen=True, slots=True)
class Pool:
    """First and family names by sex, for one language and the order its speakers write them in."""

    first: tuple[tuple[Word, ...], tuple[Word, ...]]
    last: tuple[tuple[Word, ...], tuple[Word, ...]]
    family_first: bool
    between: str

    def full(self, first: str, last: str) -> str:
        """The whole name as it is written."""
        return f"{last}{self.between}{first}" if self.family_first else f"{first} {last}"


@cache
def pool(language: str) -> Pool:
    """The names of a Faker locale (`sv_SE`) or of a language in data/names.txt (`zh`)."""
    own = _own()
    first, last = own[language] if language in own else _from_faker(language)
    between = "" if language in _JOINED else " "
    return Pool(first, last, language in _FAMILY_FIRST, between)


_Both = tuple[tuple[Word, ...], tuple[Word, ...]]


@cache
def _own() -> dict[str, tuple[_Both, _Both]]:
    found = {}
    for language, women, men, families in rows("names.txt"):
        last = _pairs(families)
        found[language] = ((_pairs(women), _pairs(men)), (last, last))
    return found


def _pairs(cell: str) -> tuple[Word, ...]:
    return tuple(pair(text.strip()) for text in cell.split(","))


def _from_faker(locale: str) -> tuple[_Both, _Both]:
    # The lists of the provider's module alone: building a Faker per locale would cost seconds at every start.
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    if locale == "ja_JP":
        families = _romanized(provider.last_name_pairs)
        first = (_romanized(provider.first_name_female_pairs), _romanized(provider.first_name_male_pairs))
        return first, (families, families)
    women = _listed(provider, "first_names_female", "first_names")
    men = _listed(provider, "first_names_male", "first_names")
    her = _listed(provider, "last_names_female", "unisex_last_names", "last_names")
    his = _listed(provider, "last_names_male", "male_last_names", "unisex_last_names", "last_names")
    return (women, men), (her, his)


def _romanized(pairs: Iterable[tuple[str, str, str]]) -> tuple[Word, ...]:
    return tuple(Word(native, latin) for native, _, latin in pairs)


def _listed(provider: type, *attributes: str) -> tuple[Word, ...]:
    """The first of the attributes that the locale has, thinned evenly to at most 200 names."""
    for attribute in attributes:
        names = getattr(provider, attribute, None)
        if isinstance(names, tuple | list | dict) and len(names) > 1:
            every = list(dict.fromkeys(names))
            chosen = every[:: max(1, len(every) // _MOST)][:_MOST]
            return tuple(Word(name, slug(name).capitalize() or "X") for name in chosen)
    raise LookupError(f"no names in {provider.__module__}")
