"""Processes that hand data on to each other, without a shell and without a file between them.

Whoever takes part has to end well: the last one of a pipeline succeeds also on half of what it should have got.
"""

import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Self

_LISTEN = 0.5  # seconds
_LONGEST = 300  # letters of a program's words


class Refused(Exception):
    """It cannot be done; the text is a sentence, or some, for whoever asked for it, and for the status page."""


@dataclass
class Process:
    """One of the processes, and what it has to say."""

    name: str
    running: subprocess.Popen[bytes]
    _said: IO[bytes]

    @property
    def out(self) -> IO[bytes]:
        """What it gives, to hand on."""
        assert self.running.stdout is not None
        return self.running.stdout

    def said(self) -> str:
        """The first line of its messages that speaks of an error, else the first that says something; shortened."""
        self._said.seek(0)
        lines = [line.strip() for line in self._said.read(100_000).decode(errors="replace").splitlines()]
        telling = [line for line in lines if "error" in line.lower()] or [line for line in lines if line]
        return telling[0][:_LONGEST] if telling else "it did not say why"


@dataclass
class Pipeline:
    """Use as a context: whatever happens in it, none of its processes outlives it."""

    alive: Callable[[], None] = lambda: None
    seconds: float = 3600.0
    processes: list[Process] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._until = time.monotonic() + self.seconds
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self.processes:
            if process.running.poll() is None:
                process.running.kill()
            process.running.wait()
            for stream in (process.running.stdin, process.running.stdout, process._said):
                if stream is not None and not stream.closed:
                    _close(stream)

    def start(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.PIPE,
    ) -> Process:
        """One more process. Raises Refused when its program cannot be started."""
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the pipeline
        name = command[0].rpartition("/")[2]
        try:
            running = subprocess.Popen(list(command), env=dict(environ), stdin=stdin, stdout=stdout, stderr=said)  # noqa: S603
        except OSError as error:
            said.close()
            raise Refused(f"{name} cannot be started: {error.strerror}.") from None
        if not isinstance(stdin, int):
            stdin.close()  # it is the next one's alone: who reads it no more has to be noticed by who writes
        self.processes.append(Process(name, running, said))
        return self.processes[-1]

    def wait(self) -> None:
        """Until all have ended, whoever asks being heard of meanwhile. Raises Refused when the time is over."""
        for process in self.processes:
            while True:
                self.beat()
                try:
                    process.running.wait(_LISTEN)
                except subprocess.TimeoutExpired:
                    continue
                break

    def beat(self) -> None:
        """Between pieces of work: be heard of, and mind the time."""
        self.alive()
        if time.monotonic() > self._until:
            raise Refused(f"It was not done within {round(self.seconds / 60)} minutes.")

    def failed(self) -> Process | None:
        """The first that ended badly; who was stopped because nobody listens any more (SIGPIPE), last."""
        bad = [process for process in self.processes if process.running.returncode]
        return min(bad, key=lambda process: process.running.returncode == -signal.SIGPIPE, default=None)


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:  # somebody who reads no more has not read all
        return
