"""What came of writing a file, whatever its format."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO

BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Digest:
    """How long some bytes are, and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written:
    """`file` as it stands in the archive; `bare`: a CSV without its BOM. `defused` and `cut` count cells."""

    rows: int
    file: Digest
    bare: Digest | None = None
    defused: int = 0
    cut: int = 0
    sheets: int = 1

    def of(self, file: Digest) -> "Written":
        """The same of a file whose digest became known later."""
        return replace(self, file=file)


class Digesting:
    """Passes bytes on into a file and keeps their digest."""

    def __init__(self, sink: IO[bytes] | None = None) -> None:
        self._sink = sink
        self._size = 0
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Add some bytes."""
        self._size += len(data)
        self._hash.update(data)
        if self._sink is not None:
            self._sink.write(data)

    @property
    def digest(self) -> Digest:
        """Of what was written so far."""
        return Digest(self._size, self._hash.hexdigest())


def copied(source: IO[bytes], sink: IO[bytes], tick: Callable[[], None]) -> Digest:
    """Copy a file in blocks, calling `tick` with each."""
    digesting = Digesting(sink)
    while block := source.read(BLOCK):
        digesting.write(block)
        tick()
    return digesting.digest
