"""What a bench found, as lines of a table, and how the table is printed."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_HOLDS = {"≤": operator.le, "≥": operator.ge}
_HEADS = ("what", "measured", "against", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: `Target("≤", 1.3)` is of the ratio; with `of_ratio=False` of the measured figure."""

    sign: str
    bound: float
    of_ratio: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """Medians of what was measured and of what it is held against, in `unit`; `against` None: against nothing."""

    what: str
    measured: float
    unit: str
    against: float | None = None
    target: Target | None = None

    @classmethod
    def of(
        cls,
        what: str,
        measured: Sequence[float],
        unit: str,
        against: Sequence[float] | None = None,
        target: Target | None = None,
    ) -> "Line":
        """The line of two lists of samples."""
        return cls(what, median(measured), unit, None if against is None else median(against), target)

    @property
    def ratio(self) -> float | None:
        """Measured over against."""
        return self.measured / self.against if self.against else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        figure = self.ratio if self.target.of_ratio else self.measured
        return figure is not None and _HOLDS[self.target.sign](figure, self.target.bound)

    def cells(self) -> tuple[str, ...]:
        """As printed."""
        against = "" if self.against is None else f"{_figure(self.against)} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, f"{_figure(self.measured)} {self.unit}", against, ratio, self._wanted(), _verdict(self.met)

    def _wanted(self) -> str:
        if self.target is None:
            return ""
        unit = "×" if self.target.of_ratio else self.unit
        return f"{self.target.sign} {self.target.bound:g} {unit}"


def show(title: str, lines: Sequence[Line]) -> str:
    """The table, its columns as wide as they must be."""
    rows = [_HEADS, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return "\n".join([title, *("  " + _row(row, widths) for row in rows)])


def summary(lines: Sequence[Line]) -> str:
    """One sentence, and the targets that were missed."""
    judged = [line for line in lines if line.target]
    if not judged:
        return "No targets among these."
    missed = [line for line in judged if not line.met]
    first = f"{len(judged) - len(missed)} of {len(judged)} targets met"
    return "\n".join([first + (", missed:" if missed else "."), *(f"  {line.what}" for line in missed)])


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    text, *figures = row
    cells = [text.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True))]
    return "  ".join(cells).rstrip()


def _figure(value: float) -> str:
    """Three digits that matter: 0.382, 4.1, 79, 145,000."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _verdict(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "missed"
