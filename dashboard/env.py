"""Reads environment variables strictly: a wrong value stops the start with one sentence that names the variable."""

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)?", re.ASCII)
_UNITS = {None: 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TEN_YEARS = 3650 * 86400
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


class Misconfigured(SystemExit):
    """A sentence for the terminal. Being a SystemExit, it ends the start without a traceback."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} {sentence}")


def refuse(name: str, sentence: str) -> NoReturn:
    """Stop the start because of variable `name`; `sentence` goes on after it ("must be …")."""
    raise Misconfigured(name, sentence)


def text(name: str, default: str = "") -> str:
    """The variable, stripped; `default` when unset or blank."""
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str:
    """The variable, or the content of the file that `<name>_FILE` points to; "" when neither is set."""
    value, path = text(name), text(f"{name}_FILE")
    if value and path:
        refuse(name, f"and {name}_FILE are both set; keep one of them.")
    if not path:
        return value
    try:
        content = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        refuse(f"{name}_FILE", "names a file that cannot be read.")
    # going on without a secret that somebody meant to give would, for the API key, show sample data
    return content or refuse(f"{name}_FILE", "names an empty file.")


def folder(name: str, default: Path) -> Path:
    """A folder, made for its owner alone when it is missing."""
    path = Path(text(name, str(default)))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, f"names a folder that cannot be used: {error.strerror}.")
    return path


def _parsed(name: str, default: T, parse: Callable[[str], T | None], wanted: str) -> T:
    value = text(name)
    if not value:
        return default
    parsed = parse(value)
    if parsed is None:
        refuse(name, f"must be {wanted}.")
    return parsed


def whole(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number between `least` and `most`."""

    def parse(value: str) -> int | None:
        # isascii: int() would also take digits of other scripts
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None
        return number if number is not None and least <= number <= most else None

    return _parsed(name, default, parse, f"a whole number from {least} to {most}")


def rate(name: str) -> float | None:
    """A positive number, or None when unset."""

    def parse(value: str) -> float | None:
        return float(value) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value) and float(value) > 0 else None

    return _parsed(name, None, parse, "a positive number of requests per second")


def seconds(name: str, default: int, *, least: int = 0) -> int:
    """A duration in seconds: `900`, `900s`, `15m`, `12h` or `7d`, at least `least` and at most ten years."""

    def parse(value: str) -> int | None:
        found = _DURATION.fullmatch(value.lower())
        duration = int(found[1]) * _UNITS[found[2]] if found and len(found[1]) < 10 else -1
        return duration if least <= duration <= _TEN_YEARS else None

    return _parsed(name, default, parse, f"a duration such as 900, 15m, 12h or 7d, from {least} s to ten years")


def flag(name: str, default: bool = False) -> bool:
    """Yes or no: 1/true/yes/on, 0/false/no/off."""

    def parse(value: str) -> bool | None:
        word = value.lower()
        return True if word in _YES else False if word in _NO else None

    return _parsed(name, default, parse, "1 or 0")


def choice(name: str, default: str, others: tuple[str, ...]) -> str:
    """One of some words."""
    wanted = (default, *others)

    def parse(value: str) -> str | None:
        return value.lower() if value.lower() in wanted else None

    return _parsed(name, default, parse, " or ".join(wanted))


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list; blanks left out."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def command(name: str) -> list[str]:
    """A command and its arguments, as a shell would split them; no shell runs it. [] when unset."""
    try:
        return shlex.split(text(name))
    except ValueError:
        refuse(name, "must be a command: a quotation mark in it is not closed.")


def account_groups(name: str, is_id: Callable[[str], object]) -> dict[str, str]:
    """`id=name,id=name` as a dict of ids and names, in order; a name that is left out is the id."""
    groups: dict[str, str] = {}
    for entry in words(name):
        group_id, _, group_name = entry.partition("=")
        if not is_id(group_id.strip()) or group_id.strip() in groups:
            refuse(name, "must be id=name,id=name, each id once, of letters, digits, - and _ (1 to 128).")
        groups[group_id.strip()] = group_name.strip() or group_id.strip()
    return groups
