"""Word, all through the writing of a file, that its worker lives."""

import time
from collections.abc import Callable, Iterable, Iterator

from audiences.exports.record import Record

Alive = Callable[[int], None]

_EVERY_ROWS = 500
_EVERY = 1.0  # seconds, where no rows are counted


class Heartbeat:
    """Tells `alive` how many rows are done; that renews the lease, and raises when the export is somebody else's."""

    def __init__(self, alive: Alive) -> None:
        self._alive = alive
        self._rows = 0
        self._last = time.monotonic()

    def looking(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, none of which is done yet."""
        for number, record in enumerate(records):
            if number % _EVERY_ROWS == 0:
                self.beat()
            yield record

    def writing(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, counted as they are done."""
        for record in records:
            if self._rows % _EVERY_ROWS == 0:
                self.beat()
            yield record
            self._rows += 1

    def tick(self) -> None:
        """Between pieces of other work; tells it once a second."""
        if time.monotonic() - self._last >= _EVERY:
            self.beat()

    def beat(self) -> None:
        """Tell it now."""
        self._alive(self._rows)
        self._last = time.monotonic()
