"""The audiences somebody comes back to, as their sidebar shows them: by id, so that none is lost with its name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from audiences import known, visits
from audiences.api.records import Navigation
from audiences.models import Visit, Watch
from audiences.reading import Reading
from team.models import AccountGroup

FILLS = "being populated"
AWAY = "cannot be reached right now"
GONE = "no longer there"


@dataclass(frozen=True, slots=True)
class Line:
    """One audience. `words` say why it is not as the others are, "" when it is."""

    audience_id: str
    name: str
    url: str
    words: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether the sidebar has it in its tree, too, or among what is on its way."""
        return self.words in ("", FILLS)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What stands above the tree."""

    recent: list[Line]
    starred: list[Line]


def of(
    group: AccountGroup, mine: list[Visit], reading: Reading[Navigation] | None, watches: Iterable[Watch]
) -> Remembered:
    """Somebody's visits and stars as lines; `reading` is None where the navigation cannot be read."""
    wanted = {visit.audience_id for visit in mine}
    every = reading.value.every() if reading else ()
    found = {audience.id: (audience.name, "") for _, audience in every if audience.id in wanted}
    found |= {one.audience_id: (one.name, FILLS) for one in watches if one.audience_id in wanted - found.keys()}
    if missing := wanted - found.keys():
        found |= _missing(group, missing)
    lines = {
        audience_id: Line(audience_id, name, _url(group, audience_id), words)
        for audience_id, (name, words) in found.items()
    }
    recent, starred = visits.recent(mine), visits.starred(mine)
    return Remembered([lines[one.audience_id] for one in recent], [lines[one.audience_id] for one in starred])


def _missing(group: AccountGroup, ids: set[str]) -> dict[str, tuple[str, str]]:
    """What the navigation does not name, under the name that it had last. Only two looks make an audience gone."""
    names = known.names(group, ids)
    over = Watch.objects.filter(group=group, audience_id__in=ids, state=Watch.State.GONE)
    gone = dict(over.values_list("audience_id", "name"))
    return {one: (names.get(one) or gone.get(one, ""), GONE if one in gone else AWAY) for one in ids}


def _url(group: AccountGroup, audience_id: str) -> str:
    return reverse("audience", args=[group.id, audience_id])
