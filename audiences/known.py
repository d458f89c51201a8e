"""What navigation has named: under which names, and what it names no longer."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import DatabaseError

from audiences.api.records import Navigation
from audiences.models import NAME, KnownAudience
from team.models import LONG_AGO, AccountGroup

_log = logging.getLogger(__name__)
_noted: dict[str, datetime] = {}  # by group: of which moment the navigation is that was noted last
_AT_ONCE = 500  # rows a statement; SQLite takes 32,766 values


def note_once(group: AccountGroup, navigation: Navigation, read_at: datetime) -> None:
    """Note a navigation, once a process and reading. A database that is busy costs no page its navigation: what is new
    in it is noted with the next one.
    """
    if read_at <= _noted.get(group.id, LONG_AGO):
        return
    _noted[group.id] = read_at
    try:
        note(group, navigation, read_at)
    except DatabaseError as error:
        _log.warning("What the navigation names could not be noted: %s", type(error).__name__)


def note(group: AccountGroup, navigation: Navigation, read_at: datetime) -> None:
    """Bring the rows in step with a navigation read at that moment; a row that has newer news stays."""
    listed = {audience.id: audience.name[:NAME] for _, audience in navigation.every()}
    rows = {row.audience_id: row for row in KnownAudience.objects.filter(group=group)}
    changed = [row for row in rows.values() if row.changed_at < read_at and _change(row, listed, read_at)]
    new = [
        KnownAudience(group=group, audience_id=found, name=name, changed_at=read_at)
        for found, name in listed.items()
        if found not in rows
    ]
    if new:
        KnownAudience.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    if changed:
        fields = ["name", "is_listed", "is_missed", "changed_at"]
        KnownAudience.objects.bulk_update(changed, fields, batch_size=_AT_ONCE)


def _change(row: KnownAudience, listed: dict[str, str], read_at: datetime) -> bool:
    """Change the row to what the navigation says; whether that was anything new."""
    is_listed = row.audience_id in listed
    name = listed.get(row.audience_id, row.name)
    if (row.is_listed, row.name) == (is_listed, name):
        return False
    row.is_missed = not is_listed
    row.is_listed, row.name, row.changed_at = is_listed, name, read_at
    return True


def is_known(group: AccountGroup, audience_id: str) -> bool:
    """Whether navigation has ever named it."""
    return KnownAudience.objects.filter(group=group, audience_id=audience_id).exists()


def name_of(group: AccountGroup, audience_id: str) -> str:
    """What navigation last called it; "" for one it never named."""
    found = KnownAudience.objects.filter(group=group, audience_id=audience_id).values_list("name", flat=True).first()
    return found or ""


def ids_named(group: AccountGroup, is_it: Callable[[str], bool]) -> list[str]:
    """Of every audience that navigation has ever named so. Names are kept to 200 characters."""
    rows = KnownAudience.objects.filter(group=group).values_list("audience_id", "name")
    return [audience_id for audience_id, name in rows if is_it(name)]


def names(group: AccountGroup, ids: Iterable[str]) -> dict[str, str]:
    """The names that navigation has had for these audiences, by id."""
    found = KnownAudience.objects.filter(group=group, audience_id__in=list(ids))
    return dict(found.values_list("audience_id", "name"))
