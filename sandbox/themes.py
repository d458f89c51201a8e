"""What an audience is about: its titles, its industries, and the sentences people write about themselves."""

from dataclasses import dataclass
from functools import cache

from sandbox.words import lines, sections


@dataclass(frozen=True, slots=True)
class Theme:
    """`native` holds titles by country code, in that country's language: women's and men's."""

    name: str
    spoken: str
    titles: tuple[str, ...]
    industries: tuple[str, ...]
    native: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def __hash__(self) -> int:
        return hash(self.name)


_SPOKEN = {
    "revops": "revenue operations", "founders": "company building", "people": "people and culture",
    "it": "enterprise IT", "success": "customer success", "commerce": "digital commerce", "data": "data and AI",
    "health": "digital health", "security": "information security",
}  # fmt: skip


@cache
def theme(name: str) -> Theme:
    """A theme of data/themes.txt. Raises KeyError for any other."""
    found = dict(sections("themes.txt")[name])
    titles, industries = found.pop("titles"), found.pop("industries")
    native = {code: (_without("(m)", every), _without("(f)", every)) for code, every in found.items()}
    return Theme(name, _SPOKEN.get(name, name), titles, industries, native)


def _without(mark: str, titles: tuple[str, ...]) -> tuple[str, ...]:
    """The titles of one sex: those marked for the other are left out, marks removed."""
    return tuple(title.split(" (")[0] for title in titles if not title.endswith(mark))


@cache
def in_prose(industry: str) -> str:
    """`"Health care"` → `"health care"`, but `"SaaS"` and `"IT services"` as they are."""
    return industry if industry[1:] != industry[1:].lower() else industry.lower()


@cache
def theme_names() -> tuple[str, ...]:
    """Every theme there is."""
    return tuple(sections("themes.txt"))


@cache
def sentences(section: str) -> tuple[str, ...]:
    """The lines of one section of data/sentences.txt; () for an unknown one."""
    return _sentences().get(section, ())


@cache
def _sentences() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in lines("sentences.txt"):
        if line.startswith("["):
            section = line.strip("[] ")
            found[section] = []
        else:
            found[section].append(line)
    return {name: tuple(every) for name, every in found.items()}
