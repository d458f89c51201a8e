"""Builds the account groups from data/*.txt: ids, dates and counts come out the same at every start."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sandbox.people import Crowd
from sandbox.places import region_names
from sandbox.states import STATES
from sandbox.themes import theme, theme_names
from sandbox.words import lines
from sandbox.world import Audience, Folder, Group, stamp

_TODAY = datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
_GROUPS = (("Nordwind GmbH", "nordwind.txt"), ("Baltic Loop", "baltic.txt"), ("Casa Verde Studios", "casa.txt"))
_AGES = {"Q4 push": (2, 40), "Archive": (150, 364), "Monitoring": (10, 120)}
_LYING = {"Agencies EMEA": -12}
_UNGROUPED = "-"


def groups(large_audiences: int = 0, large_folders: int = 0) -> list[Group]:
    """The three groups, and the large one when it is asked for."""
    found = [_group(name, lines(file)) for name, file in _GROUPS]
    if large_audiences:
        found.append(_group("Meridian Holdings", tuple(_large(large_audiences, large_folders))))
    return found


def _group(name: str, text: tuple[str, ...]) -> Group:
    founded = _TODAY - timedelta(days=400 + len(name) * 17)
    identity = _identity(founded, name)
    folders: list[Folder] = []
    audiences: list[Audience] = []
    for heading, block in _blocks(text):
        inside = _folder(identity, heading, block)
        audiences += inside[1]
        folders += inside[0]
    return Group(identity, name, stamp(founded), tuple(folders), tuple(audiences))


def _blocks(text: tuple[str, ...]) -> Iterator[tuple[list[str], list[str]]]:
    """Each folder's heading, split, with the lines under it."""
    heading = text[0]
    block: list[str] = []
    for line in text[1:]:
        if line.startswith("["):
            yield _cells(heading.strip("[]")), block
            heading, block = line, []
            continue
        block.append(line)
    yield _cells(heading.strip("[]")), block


def _folder(group_id: str, heading: list[str], block: list[str]) -> tuple[list[Folder], list[Audience]]:
    name, audience_type, pinned, position = heading
    seed = f"{group_id}/{name}"
    founded = _TODAY - timedelta(days=365 + len(name))
    folder_id = None if name == _UNGROUPED else _identity(founded, seed)
    days = _AGES.get(name, (5, 330))
    if block == ["@states"]:
        audiences = _states(seed, folder_id)
    else:
        audiences = [_audience(seed, _cells(line), folder_id, days) for line in block]
    if folder_id is None:
        return [], audiences
    changed = max((audience.created_at for audience in audiences), default=stamp(founded))
    return [
        Folder(folder_id, name, audience_type, pinned == "pinned", int(position), stamp(founded), changed)
    ], audiences


def _audience(seed: str, cells: list[str], folder_id: str | None, days: tuple[int, int]) -> Audience:
    name, about, where, kind, count, description = cells
    created = _moment(f"{seed}/{name}", days)
    identity = _identity(created, f"{seed}/{name}")
    # Half of the empty descriptions are null, as nobody ever touched the field.
    text = description or ("" if int(identity[-1], 16) % 2 else None)
    return Audience(
        id=identity,
        name=name,
        type=kind,
        description=text,
        folder_id=folder_id,
        count=int(count),
        created_at=stamp(created),
        crowd=Crowd(identity, theme(about), where),
        crowd_size=int(count) + _LYING.get(name, 0),
    )


def _states(seed: str, folder_id: str | None) -> list[Audience]:
    return [
        Audience(
            id=state.id,
            name=state.name,
            type="on_demand",
            description=state.description,
            folder_id=folder_id,
            count=state.count,
            created_at=stamp(_moment(f"{seed}/{state.name}", (60, 90))),
            crowd=Crowd(state.id, theme("revops"), "World"),
            crowd_size=state.count,
            kind=state.kind,
        )
        for state in STATES
    ]


def _large(audiences: int, folders: int) -> Iterator[str]:
    """The text of a group of that size, in the form of the files in data/."""
    names = _large_names(audiences)
    for number in range(folders):
        yield f"[Folder {number + 1:03d} · {theme_names()[number % len(theme_names())]} | on_demand | | {number}]"
        for index in range(number, audiences, folders):
            yield names[index]
    if not folders:
        yield f"[{_UNGROUPED} | - | | ]"
        yield from names


def _large_names(audiences: int) -> list[str]:
    found = []
    for number in range(audiences):
        about = theme_names()[number % len(theme_names())]
        where = region_names()[number // len(theme_names()) % len(region_names())]
        size = random.Random(number).randrange(20, 9000)
        found.append(
            f"{about.capitalize()} leads · {where} {number:04d} | {about} | {where} | linkedin_search | {size} | "
        )
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _moment(seed: str, days: tuple[int, int]) -> datetime:
    """A moment in office hours, that many days before the data's fixed today."""
    dice = random.Random(seed)
    day = _TODAY - timedelta(days=dice.randint(*days))
    return day + timedelta(seconds=dice.randrange(9 * 3600), milliseconds=dice.randrange(1000))


def _identity(moment: datetime, seed: str) -> str:
    """24 hex digits that begin with the time, as the API's ids do."""
    return f"{int(moment.timestamp()):08x}{blake2b(seed.encode(), digest_size=8).hexdigest()}"
