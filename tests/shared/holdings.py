"""The audiences the tests' API holds: the fixed ones, which every group has, and those somebody made."""

import math
import secrets
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

AUDIENCES = [f"aud{number}" for number in range(300)]
PEOPLE = 9


@dataclass
class Made:
    """An audience that was made. Times are the monotonic clock's; `ready_at` is infinite for one that never is."""

    id: str
    name: str
    group: str
    type: str
    description: str | None
    ready_at: float
    gone: bool = False
    made_at: float = field(default_factory=time.monotonic)
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z")

    @property
    def state(self) -> str:
        """One of "populating", "ready" and "gone"."""
        if self.gone:
            return "gone"
        return "ready" if time.monotonic() >= self.ready_at else "populating"

    def turn(self, state: str) -> None:
        self.gone = state == "gone"
        if not self.gone:
            self.ready_at = time.monotonic() if state == "ready" else math.inf

    def shown(self) -> dict[str, Any]:
        """As the API shows it: nobody is in it before it is ready, and on_demand goes by another name."""
        return {
            "id": self.id,
            "name": self.name,
            "type": "linkedin_search" if self.type == "on_demand" else self.type,
            "description": self.description,
            "folderId": None,
            "prospectCount": PEOPLE if self.state == "ready" else 0,
            "createdAt": self.created_at,
        }


class Holdings:
    """Which audiences there are and in which state each is; every thread may ask and change."""

    def __init__(self) -> None:
        self.made: dict[str, list[Made]] = defaultdict(list)
        self._by_id: dict[str, Made] = {}
        self._fixed = dict.fromkeys(AUDIENCES, "ready")
        self._lock = threading.Lock()

    def make(self, group: str, asked: dict[str, Any], seconds: float | None) -> Made:
        """One more audience, ready after so many seconds; None: never."""
        ready_at = math.inf if seconds is None else time.monotonic() + seconds
        asked = {"description": None} | asked
        made = Made(secrets.token_hex(12), asked["name"], group, asked["type"], asked["description"], ready_at)
        with self._lock:
            self._by_id[made.id] = made
            self.made[group].append(made)
        return made

    def turn(self, audience_id: str, state: str) -> None:
        """Make it "ready", "populating" (for good) or "gone"; KeyError for one there never was."""
        with self._lock:
            if made := self._by_id.get(audience_id):
                made.turn(state)
            elif audience_id in self._fixed:
                self._fixed[audience_id] = state
            else:
                raise KeyError(audience_id)

    def state(self, group: str, audience_id: str) -> str:
        """Its state for this group; "unknown" if it was never made. Another group's is "gone"."""
        if made := self._by_id.get(audience_id):
            return made.state if made.group == group else "gone"
        return self._fixed.get(audience_id, "unknown")

    def one(self, audience_id: str) -> dict[str, Any]:
        made = self._by_id.get(audience_id)
        return made.shown() if made else _fixed(audience_id)

    def listed(self, group: str, fixed: int | None = None) -> list[dict[str, Any]]:
        """The ready ones: of the first so many fixed ones, or all, then those made, oldest first."""
        with self._lock:
            ready = [one.shown() for one in self.made.get(group, ()) if one.state == "ready"]
        return [_fixed(found) for found in AUDIENCES[:fixed] if self._fixed[found] == "ready"] + ready


def _fixed(audience_id: str) -> dict[str, Any]:
    return {
        "id": audience_id,
        "name": f"Audience {audience_id}",
        "type": "on_demand",
        "prospectCount": PEOPLE,
        "folderId": None,
    }
