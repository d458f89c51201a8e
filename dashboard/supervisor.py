"""Keeps child processes running and lets none of them, nor of theirs, outlive it. Knows nothing of Django.

Each child leads a session and process group of its own. A child that died is started again after the rest of its
group was ended. When the supervisor itself is killed, even with -9, a guard process notices that a pipe closed and
kills the groups; the parent-death signal covers the moment before the guard knows a new one.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

MOST_DEATHS, WITHIN_SECONDS = 4, 60.0
# Celery's own leave-taking lasts 3 to 6 s with memory://; tasks may be cut off at any point
GRACE_SECONDS = 3.0
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # prctl(2); Linux only
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


class GaveUp(Exception):
    """It makes no sense to go on; the text is a sentence for the terminal."""


@dataclass
class Child:
    """One supervised command and the process that runs it now."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[str]


class Guard:
    """A process of its own that ends every group it was told of once the supervisor is gone."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _guard(reader)
        os.close(reader)

    def add(self, group: int) -> None:
        """End `group` too, should the supervisor die."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """`group` is gone; its number may be anybody's soon."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """Let it end whatever is left, and itself."""
        os.close(self._writer)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def _tell(self, line: str) -> None:
        with suppress(BrokenPipeError):
            os.write(self._writer, line.encode())


class Supervisor:
    """Use as a context: at its end, however it comes, every child is ended.

    `say` prints a line; `home` is the directory the children run in. Call it from a process without other threads.
    """

    def __init__(self, say: Callable[[str], None], home: Path) -> None:
        self._say, self._home = say, home
        self._children: list[Child] = []
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._asked_to_stop = 0

    def __enter__(self) -> Self:
        # orphans of a child become ours, so that waiting for a group sees all of it
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._guard = Guard()
        self._wake, wakeup = os.pipe()
        for end in (self._wake, wakeup):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        self._events = select.poll()
        self._events.register(self._wake, select.POLLIN)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
            signal.signal(signal.SIGHUP, self._ask_to_stop)
            self._watch_terminal()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()
        self._guard.close()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start a child and keep it running from now on."""
        self._children.append(Child(name, command, environ, self._spawn(command, environ, None)))

    def run(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> str:
        """Run a command once and give what it printed. Raises GaveUp when it fails; it has said why on stderr."""
        child = Child(name, command, environ, self._spawn(command, environ, subprocess.PIPE))
        try:
            while child.process.poll() is None:
                self._pause(1)
            output = child.process.stdout.read() if child.process.stdout else ""
        finally:
            self._end_group(child)
        if child.process.returncode:
            raise GaveUp(f"The start ended because {name} failed.")
        return output

    def wait_until(self, ready: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Go on once `ready`. Raises GaveUp with the sentence `otherwise` after `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise GaveUp(otherwise)
            self._pause(0.05)

    def watch(self) -> None:
        """Replace children that die. Never returns: raises Stopped when asked to stop, GaveUp at too many deaths."""
        while True:
            self._pause(60)

    def _pause(self, seconds: float) -> None:
        self._sleep(seconds)
        if self._asked_to_stop:
            raise Stopped
        for child in self._children:
            if child.process.poll() is not None:
                self._replace(child)

    def _replace(self, child: Child) -> None:
        code = child.process.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self._end_group(child)
        self._deaths.append(time.monotonic())
        if len(self._deaths) == MOST_DEATHS and self._deaths[-1] - self._deaths[0] < WITHIN_SECONDS:
            raise GaveUp(f"Stopping everything: {child.name} {how}, the fourth such death within a minute.")
        self._say(f"{child.name} {how}; starting it again.")
        child.process = self._spawn(child.command, child.environ, None)

    def _spawn(self, command: Sequence[str], environ: Mapping[str, str], stdout: int | None) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603  our own commands, no shell
            command,
            env=environ,
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,  # safe: this process has one thread
        )
        self._guard.add(process.pid)
        return process

    def _end_all(self) -> None:
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        asked = self._asked_to_stop
        while any(child.process.poll() is None for child in self._children):
            left = deadline - time.monotonic()
            if left <= 0 or self._asked_to_stop > asked:  # Ctrl-C once more
                break
            self._sleep(left)
        for child in self._children:
            self._end_group(child)

    def _end_group(self, child: Child) -> None:
        group = child.process.pid
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
        child.process.wait()
        deadline = time.monotonic() + 1
        with suppress(ChildProcessError):  # nobody of the group is left
            while time.monotonic() < deadline:
                if os.waitpid(-group, os.WNOHANG) == (0, 0):
                    time.sleep(0.005)
        self._guard.remove(group)

    def _watch_terminal(self) -> None:
        # when a terminal closes, SIGHUP goes to the session's leader alone, and make would keep it to itself
        if os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp():
            self._events.register(0, 0)  # no input, only its end

    def _sleep(self, seconds: float) -> None:
        """Until a signal comes, a child's death among them, the terminal closes, or the time is over."""
        for source, _ in self._events.poll(seconds * 1000):
            if source == self._wake:
                os.read(source, 1024)
            else:
                self._events.unregister(source)
                self._asked_to_stop += 1

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked_to_stop += 1


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent ends. Does nothing elsewhere than on Linux."""
    _prctl(_PR_SET_PDEATHSIG, by)


def _prctl(option: int, value: int) -> None:
    if _libc is not None:
        _libc.prctl(option, value, 0, 0, 0)


def _guard(reader: int) -> None:
    """The guard's whole life. Only system calls: it came of a fork and must not touch what it inherited."""
    try:
        os.setsid()  # what kills the supervisor's group spares it
        os.dup2(reader, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        groups: set[int] = set()
        told = b""
        while news := os.read(0, 4096):
            *lines, told = (told + news).split(b"\n")
            for line in lines:
                (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
        for group in groups:
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)
    finally:
        os._exit(0)
