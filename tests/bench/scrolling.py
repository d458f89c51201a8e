"""Rows 1,000 and 5,000 by scrolling: against a naive page, and cold against a slow API. 20,000 rows: deep.py."""

from collections.abc import Callable
from typing import Any

from tests.bench import deep
from tests.bench.chromium import scrolled
from tests.bench.sampling import in_turns
from tests.bench.stage import API_LATENCY, PAGE_SIZE, PEOPLE, Stage
from tests.bench.table import Line, Target

TITLE = "Rows by scrolling to the end as fast as it comes, from the navigation on; naive: Django, htmx, a growing table"

Found = dict[str, Any]

# on the window: after the page's own listener has said how the reader scrolls
_NOT_AHEAD = "addEventListener('htmx:configRequest', ({ detail }) => detail.parameters.delete('pace'));"


def run(stage: Stage) -> list[Line]:
    """The naive page is slow to row 5,000: that is tried less often, and the table says so."""
    naive = stage.start_naive() + "/"
    near = _compared(stage, naive, 1000, stage.samples)
    seldom = max(1, stage.samples // 3)
    far = _compared(stage, naive, 5000, seldom)
    lines = [
        _line("row 1,000 / naive", near, _time, "ms", Target("≤", 0.5)),
        _line(f"row 5,000 / naive ({seldom} of each)", far, _time, "ms", Target("≤", 0.3)),
        _line("  frames a second meanwhile / naive", far, lambda found: found["framesPerSecond"], ""),
        _line("  elements in the document then / naive", far, lambda found: found["reached"][-1]["elements"], ""),
        _line("  memory of the renderer then (RSS) / naive", far, lambda found: found["megabytes"], "MB"),
        *_cold(stage),
    ]
    return lines if stage.quick else lines + deep.run(stage)


def _compared(stage: Stage, naive: str, row: int, samples: int) -> dict[str, list[Found]]:
    subjects = {
        "dashboard": _to_row(stage, stage.dashboard + PEOPLE, row, lambda: stage.warm(row)),
        "naive": _to_row(stage, naive, row, lambda: None),
    }
    return in_turns(samples, subjects, rehearse=row <= 1000)


def _to_row(stage: Stage, address: str, row: int, prepare: Callable[[], None], script: str = "") -> Callable[[], Found]:
    def sample() -> Found:
        prepare()
        with stage.chromium.page([row]) as page:
            page.add_init_script(script)
            found = scrolled(page, address)
            return found | {"megabytes": stage.chromium.renderer_megabytes(page)}

    return sample


def _cold(stage: Stage) -> list[Line]:
    address = stage.web(stage.slow_api) + PEOPLE
    subjects = {
        "ahead": _to_row(stage, address, 1000, stage.forget),
        "not ahead": _to_row(stage, address, 1000, stage.forget, _NOT_AHEAD),
    }
    found = in_turns(stage.samples, subjects)
    ahead, alone = ([_time(one) for one in found[name]] for name in subjects)
    what = f"row 1,000, cold, API of {API_LATENCY} ms / {1000 // PAGE_SIZE} pages × {API_LATENCY} ms"
    return [
        Line.of(what, ahead, "ms", [1000 // PAGE_SIZE * API_LATENCY], Target("≤", 1.25)),
        Line.of("  the same / without asking for one page ahead", ahead, "ms", alone),
    ]


def _time(found: Found) -> float:
    return float(found["reached"][-1]["at"])


def _line(
    what: str, found: dict[str, list[Found]], pick: Callable[[Found], float], unit: str, target: Target | None = None
) -> Line:
    dashboard, naive = ([pick(one) for one in found[name]] for name in ("dashboard", "naive"))
    return Line.of(what, dashboard, unit, naive, target)
