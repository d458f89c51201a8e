"""`python -m tests.bench [name …]`: medians and ratios, measured in turns within one run.

Ends with 0 also when targets are missed, with 1 when a bench could not run.
"""

import argparse
import os
import signal
import sys
import time
import traceback
from contextlib import ExitStack
from types import FrameType

from tests.bench import added, capacity, client, exporting, first_rows, load, restoring, scrolling, sidebar
from tests.bench.stage import Stage
from tests.bench.table import Line, show, summary

BENCHES = {
    "client": client,
    "added": added,
    "load": load,
    "first_rows": first_rows,
    "sidebar": sidebar,
    "scrolling": scrolling,
    "exporting": exporting,
    "restoring": restoring,
    "capacity": capacity,
}


def main() -> int:
    """Run what was asked for."""
    chosen = _arguments()
    signal.signal(signal.SIGTERM, _end)
    samples = min(chosen.samples, 3) if chosen.quick else chosen.samples
    lines: list[Line] = []
    failed = []
    print(f"{samples} samples each, in turns, unless said otherwise; figures are medians. {_machine()}\n")
    with ExitStack() as stack:
        stage = Stage(stack, samples, chosen.quick)
        for name in chosen.names or BENCHES:
            found = _run(name, stage)
            failed += [name] if found is None else []
            lines += found or []
    print(summary(lines) if lines else "Nothing was measured.")
    if failed:
        print(f"Could not run: {', '.join(failed)}.")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The benchmarks, as tables.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHES)}; all without one")
    parser.add_argument("--samples", type=int, default=15, help="of each figure (15)")
    parser.add_argument(
        "--quick", action="store_true", help="3 samples, no 20,000 rows, and a tenth of the people to export"
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - BENCHES.keys():
        parser.error(f"there is no bench named {', '.join(sorted(unknown))}")
    if chosen.samples < 1:
        parser.error("--samples must be at least 1")
    return chosen


def _run(name: str, stage: Stage) -> list[Line] | None:
    """The bench's lines, printed; None when it could not run."""
    bench, start = BENCHES[name], time.monotonic()
    try:
        lines = bench.run(stage)
    except Exception:
        traceback.print_exc()
        return None
    print(f"{show(f'{name} · {bench.TITLE}', lines)}\n  ({time.monotonic() - start:.0f} s)\n", flush=True)
    return lines


def _machine() -> str:
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {busy:.1f} at the start: milliseconds drift with it, ratios hold."


def _end(_signal: int, _frame: FrameType | None) -> None:
    # as an exception, so that everything started is ended
    raise SystemExit(143)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
