"""How somebody likes the dashboard to look and behave: kept with the person, so that it is theirs in every browser.

It stands in `User.preferences` as JSON: whatever reads it takes nothing for granted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from audiences.api.fields import usable_id

if TYPE_CHECKING:
    from team.models import User

THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
DENSITIES = {"comfortable": "Comfortable", "compact": "Compact"}
COLUMNS = {"role": "Role and company", "place": "Place", "mail": "E-mail", "reach": "Reach"}
FOLDS = 300  # folders; they are read with every page


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody chose; the defaults for whatever they did not.

    `hidden` are columns of the people's table; `folds` the folders they closed; `keys` whether single keys act (WCAG
    2.1.4); `folded` whether the sidebar is away.
    """

    theme: str = "system"
    density: str = "comfortable"
    hidden: tuple[str, ...] = ()
    folds: tuple[str, ...] = ()
    keys: bool = True
    folded: bool = False

    @property
    def table(self) -> str:
        """What the table of people is to look like, as its classes."""
        dense = ["dense"] if self.density == "compact" else []
        return " ".join([*(f"no-{column}" for column in self.hidden), *dense])

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        """Each column of the people's table, what it is called, and whether it shows."""
        return [(column, name, column not in self.hidden) for column, name in COLUMNS.items()]


def read(stored: object) -> Preferences:
    """What is stored, as far as it can be understood."""
    given: Mapping[str, Any] = stored if isinstance(stored, dict) else {}
    return Preferences(
        theme=_one_of(THEMES, given.get("theme")),
        density=_one_of(DENSITIES, given.get("density")),
        hidden=tuple(column for column in COLUMNS if column in _ids(given.get("hidden"))),
        folds=_ids(given.get("folds"))[-FOLDS:],
        keys=given.get("keys") is not False,
        folded=given.get("folded") is True,
    )


def change(user: "User", **chosen: Any) -> Preferences:
    """Store what somebody chose beside what they chose before, also when two of their tabs choose at once."""
    with transaction.atomic():
        row = user.__class__.objects.select_for_update(no_key=True).get(pk=user.pk)
        stored = row.preferences if isinstance(row.preferences, dict) else {}
        preferences = read(stored | chosen)
        wanted = {name: getattr(preferences, name) for name in Preferences.__slots__}
        usual = {name: getattr(Preferences(), name) for name in Preferences.__slots__}
        user.preferences = {name: value for name, value in wanted.items() if value != usual[name]}
        user.__class__.objects.filter(pk=user.pk).update(preferences=user.preferences)
    return preferences


def fold(user: "User", closed: Iterable[str], opened: Iterable[str]) -> Preferences:
    """Note folders that somebody closed and others that they opened; what another tab of theirs closed stays so."""
    with transaction.atomic():
        was = user.__class__.objects.select_for_update(no_key=True).get(pk=user.pk).chosen.folds
        now = dict.fromkeys([*closed])
        over = {*opened} - {*now}
        return change(user, folds=[*(one for one in was if one not in now and one not in over), *now])


def _one_of(words: Mapping[str, str], given: object) -> str:
    return given if isinstance(given, str) and given in words else next(iter(words))


def _ids(given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        return ()
    return tuple(text for text in given if isinstance(text, str) and usable_id(text))
