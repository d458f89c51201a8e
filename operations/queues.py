"""What waits for the worker, and for how long: the figures of an operator's alarms. All of it is read from the rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, F, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from audiences.models import Attempt, Export, Notice, Watch
from team.models import Letter


@dataclass(frozen=True, slots=True)
class Queue:
    """`waiting`: rows that are due and that nobody works on; `age`: seconds since the first of them became due."""

    name: str
    waiting: int
    age: float


def queues() -> list[Queue]:
    """All of them: looks at audiences that fill, attempts to create, exports, letters."""
    now = timezone.now()
    return [
        *(_scheduled(name, model, now) for name, model in _SCHEDULED.items()),
        _mailed("letters", Letter, now),
        _mailed("notices", Notice, now),
    ]


_SCHEDULED: dict[str, type[models.Model]] = {"audiences": Watch, "attempts": Attempt, "exports": Export}


def _scheduled(name: str, model: type[models.Model], now: datetime) -> Queue:
    due = model._default_manager.filter(next_check_at__lte=now, lease_until__lte=now)
    return _queue(name, due.aggregate(many=Count("pk"), first=Min("next_check_at")), now)


def _mailed(name: str, model: type[models.Model], now: datetime) -> Queue:
    return _queue(
        name, model._default_manager.filter(mail_at__lte=now).aggregate(many=Count("pk"), first=Min("mail_at")), now
    )


def _queue(name: str, found: dict[str, object], now: datetime) -> Queue:
    first, many = found["first"], found["many"]
    age = (now - first).total_seconds() if isinstance(first, datetime) else 0.0
    return Queue(name, many if isinstance(many, int) else 0, age)


def filling() -> dict[str, int]:
    """How many audiences are being populated, and how many of these have been for more than a day ("stalled")."""
    counts = dict(Watch.objects.filter(state__in=Watch.SHOWN).values_list("state").annotate(Count("pk")))
    return {str(state): int(counts.get(state, 0)) for state in Watch.SHOWN}


def oldest_check() -> float:
    """Seconds since the audience that fills and was looked at longest ago was looked at; 0 when none fills."""
    rows = Watch.objects.filter(state__in=Watch.SHOWN)
    oldest = rows.aggregate(at=Min(Coalesce(F("last_check_at"), F("since"))))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0
