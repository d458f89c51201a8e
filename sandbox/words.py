"""Reads the raw word lists under data/: plain text, one row a line, `#` for comments."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as its owner writes it, and in Latin letters for addresses."""

    native: str
    latin: str


def rows(name: str) -> list[list[str]]:
    """The rows of a table `a | b | c`, each cell stripped of the blanks around it."""
    return [[cell.strip() for cell in line.split("|")] for line in lines(name)]


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a file that are neither blank nor a comment."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def sections(name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """A file of `[section]` headings with lines `key: value; value` under them."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    section = ""
    for line in lines(name):
        if line.startswith("["):
            section = line.strip("[] ")
            found[section] = {}
            continue
        key, _, values = line.partition(":")
        found[section][key.strip()] = tuple(value.strip() for value in values.split(";"))
    return found


def pair(text: str) -> Word:
    """`"東京=Tokyo"` or a plain Latin word."""
    native, separator, latin = text.partition("=")
    return Word(native, latin if separator else native)
