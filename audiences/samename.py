"""Two audiences of one name: a second one is only made by somebody who knows of the first."""

import hashlib
import unicodedata
from datetime import timedelta

from django.utils import timezone

from audiences import catalog, readiness
from audiences.models import Attempt, Watch

RECENT = timedelta(minutes=10)


class SameName(Exception):
    """There is one of that name: an attempt, an audience being populated, or one that is listed."""

    def __init__(self, attempt: Attempt | None = None, audience_id: str = "", watch: Watch | None = None) -> None:
        super().__init__("There is an audience of this name, or one on its way.")
        self.attempt, self.audience_id, self.watch = attempt, audience_id, watch

    @property
    def is_under_way(self) -> bool:
        """Whether nobody knows yet what becomes of the other one: no second one may be sent then."""
        return self.attempt is not None and self.attempt.state in Attempt.UNDER_WAY


def name_key(name: str) -> str:
    """The same for names that people would call the same."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def other(attempt: Attempt) -> SameName | None:
    """An audience of the attempt's name that there is by now, or one that is on its way."""
    return on_its_way(attempt) or listed(attempt)


def on_its_way(attempt: Attempt) -> SameName | None:
    """One that was just created here, or that is being populated."""
    recent = Attempt.objects.select_related("by").filter(
        group=attempt.group,
        name_key=attempt.name_key,
        state=Attempt.State.CREATED,
        settled_at__gt=timezone.now() - RECENT,
    )
    if made := recent.first():
        return SameName(made, made.audience_id)
    watches = readiness.populating(attempt.group)
    found = next((watch for watch in watches if name_key(watch.name) == attempt.name_key), None)
    return SameName(audience_id=found.audience_id, watch=found) if found else None


def listed(attempt: Attempt) -> SameName | None:
    """One that navigation named when it was last read. Reads the cache: not within a transaction."""
    navigation = catalog.kept_navigation(attempt.group)
    for _, audience in navigation.every() if navigation else ():
        if name_key(audience.name) == attempt.name_key:
            return SameName(audience_id=audience.id)
    return None
