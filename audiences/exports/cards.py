"""Exports as their page shows them: how far each has come, why it waits, what came of it."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from audiences.exports import columns, desk, files, form
from audiences.exports.order import Export

State = Export.State
QUEUED, READING, WAITING, CLOSING = "queued", "reading", "waiting", "closing"
WHOLE, PARTIAL, CANCELLED = "whole", "partial", "cancelled"
TITLES = {
    QUEUED: "Queued",
    READING: "Reading people",
    WAITING: "Waiting",
    CLOSING: "Writing the file",
    WHOLE: "Whole",
    PARTIAL: "Partial",
    CANCELLED: "Cancelled",
}
SHOWN = 100
_LONGEST = 500
_IDLE = timedelta(seconds=10)
MOVING = frozenset({QUEUED, READING, WAITING, CLOSING})


@dataclass(frozen=True, slots=True)
class Facts:
    """What only the manifest in the archive says. `bare`: the SHA-256 of the file without its BOM, if it has one."""

    traces: int
    first_trace: str
    last_trace: str
    bare: str
    sheets: int
    defused: int
    cut: int
    emails_left_out: int


@dataclass(frozen=True, slots=True)
class Card:
    """An export. `ahead`: how many others have their first turn before it; `facts`: None where its file is gone;
    `may_go_on`: whether one that ended early can be taken up.
    """

    export: Export
    ahead: int = 0
    facts: Facts | None = None
    may_go_on: bool = True

    @property
    def kind(self) -> str:
        """What its page says of it in one word: its state, and while it is read how that goes."""
        if self.export.state not in (State.WALKING, State.CLOSING):
            return self.export.state
        if self.export.problem:
            return WAITING
        if self.export.state == State.CLOSING:
            return CLOSING
        return QUEUED if self.export.is_queued else READING

    @property
    def title(self) -> str:
        """As a heading."""
        return TITLES[self.kind]

    @property
    def is_moving(self) -> bool:
        """Whether it is under way."""
        return self.kind in MOVING

    @property
    def is_gone(self) -> bool:
        """Whether there should be a file, and is none."""
        return self.export.has_file and self.facts is None

    @property
    def is_idle(self) -> bool:
        """Whether it could go on, and nobody is at it: others have their turn, or no worker runs."""
        now, due = timezone.now(), self.export.next_check_at
        return self.kind in (READING, CLOSING) and self.export.lease_until <= now and bool(due and due < now - _IDLE)

    @property
    def done(self) -> int:
        """How much of `most` there is."""
        return self.export.closed_rows if self.export.state == State.CLOSING else self.export.rows

    @property
    def most(self) -> int:
        """What all of it would be; 0 where nobody knows: no count of the service's, or one that was passed."""
        whole = self.export.rows if self.export.state == State.CLOSING else self.export.expected or 0
        return whole if whole >= self.done else 0

    @property
    def percent(self) -> int | None:
        """How far it is; None where nobody knows. What is not over is never 100 %."""
        return min(99, 100 * self.done // self.most) if self.most else None

    @property
    def problem(self) -> str:
        """Why it waits, as half a sentence."""
        return _bearable(self.export.problem).rstrip(". ")

    @property
    def early(self) -> str:
        """Why it ended before its end, in sentences."""
        return _bearable(self.export.early)

    @property
    def differs(self) -> bool:
        """Whether the service counts other than came, of a list that was read to its end."""
        export = self.export
        return export.state == State.WHOLE and export.expected is not None and export.expected != export.rows

    @property
    def labels(self) -> list[str]:
        """The headings of its columns."""
        return [form.label(column) for column in columns.chosen(self.export.columns)]

    @property
    def says(self) -> str:
        """What a screen reader hears when it comes to this."""
        words = {
            QUEUED: "Export queued.",
            READING: "The export is being read.",
            WAITING: f"The export waits: {self.problem}.",
            WHOLE: f"The export is ready: {self.export.rows:,} {'person' if self.export.rows == 1 else 'people'}.",
            PARTIAL: f"The export ended early and is partial. {self.early}",
            CANCELLED: f"Export cancelled. {self.early}".strip(),
        }
        return words.get(self.kind, "")


def _bearable(words: str) -> str:
    """The service's own words may be among them, and of any length."""
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


@dataclass(frozen=True, slots=True)
class Cards:
    """The exports of an audience that somebody may see, the newest first."""

    cards: list[Card]
    are_more: bool = False  # older ones, which are not shown

    @property
    def moving(self) -> list[Card]:
        """Those under way."""
        return [card for card in self.cards if card.is_moving]

    @property
    def title(self) -> str:
        """For the tab of a browser, while one is under way."""
        if not self.moving:
            return ""
        first = self.moving[-1]
        if first.kind == WAITING:
            return "Export waits"
        verb = "Writing" if first.kind == CLOSING else "Exporting"
        return f"{verb} {first.percent} %" if first.percent is not None and not first.export.is_queued else verb


def of(exports: QuerySet[Export]) -> Cards:
    """Each of the newest with what it says."""
    newest = list(exports[: SHOWN + 1])
    found = newest[:SHOWN]
    before = _first_turns() if any(export.is_queued for export in found) else []
    may = {export.by_id: desk.may_go_on(export) for export in _one_of_each(found)}
    cards = [Card(one, _ahead(one, before), _facts(one), may.get(one.by_id, True)) for one in found]
    return Cards(cards, len(newest) > SHOWN)


def _one_of_each(exports: list[Export]) -> Iterable[Export]:
    """Of each maker of some that ended early one."""
    return {export.by_id: export for export in exports if export.state == State.PARTIAL}.values()


def _first_turns() -> list[float]:
    """When those that wait for their first turn are due, of everybody."""
    queued = Export.objects.filter(state=State.WALKING, started_at=None, next_check_at__isnull=False)
    return sorted(due.timestamp() for due in queued.values_list("next_check_at", flat=True))


def _ahead(export: Export, before: list[float]) -> int:
    due = export.next_check_at or timezone.now()
    return bisect_left(before, due.timestamp()) if export.is_queued else 0


def _facts(export: Export) -> Facts | None:
    key = (export.folder, export.archive)
    try:
        if not export.has_file or not (export.path() / export.archive).is_file():
            return None
        facts = _read.get(key)
        if facts is None:
            if len(_read) >= _READ_AT_MOST:
                _read.clear()
            facts = _read[key] = _of_manifest(files.manifest(export))
        return facts
    except (OSError, LookupError, TypeError):  # it went this moment, the disk is bad, or the file is
        return None


_read: dict[tuple[str, str], Facts] = {}  # an archive never changes once it has its name
_READ_AT_MOST = 500


def _of_manifest(given: dict[str, Any]) -> Facts:
    traces = given["traceIds"]
    return Facts(
        traces=len(traces),
        first_trace=traces[0] if traces else "",
        last_trace=traces[-1] if traces else "",
        bare=(given["fileWithoutBom"] or {}).get("sha256", ""),
        sheets=given["sheets"] or 1,
        defused=given["formulasDefused"],
        cut=given["valuesCut"],
        emails_left_out=given["emailsLeftOut"],
    )
