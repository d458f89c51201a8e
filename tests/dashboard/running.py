"""Starts commands of the project as a person would, and knows which processes they left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_NAMES = re.findall(r"^#?\s*([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
# set, though empty: a developer's own .env does not reach the tests then
_NOTHING_SET = dict.fromkeys(_NAMES, "")


def clean(**variables: object) -> dict[str, str]:
    """An environment in which nothing of the dashboard's is set but `variables`."""
    # what is wrong alone: tests want servers that say nothing
    path = {"PATH": os.environ["PATH"]}
    variables = {"LOG_FORMAT": "text"} | variables
    return path | _NOTHING_SET | {name: str(value) for name, value in variables.items()}


def wait(ready: Callable[[], object], seconds: float = 20) -> None:
    """Until `ready`, else the test fails."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.05)


def _heed_hangups() -> None:
    """Tests that run under nohup pass on to their children that SIGHUP is ignored; a person's terminal does not."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Running:
    """A command in progress, in a session of its own, its output in a file."""

    def __init__(self, command: list[str], environ: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_heed_hangups,
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def says(self, words: str, seconds: float = 20) -> None:
        """Wait until the output holds `words`."""
        wait(lambda: words in self.said or self.process.poll() is not None, seconds)
        assert words in self.said, self.said

    def tree(self) -> list[psutil.Process]:
        """The process and all below it."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def child(self, words: str) -> psutil.Process:
        """The direct child whose command line holds `words`, waited for while it starts."""

        def found() -> list[psutil.Process]:
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if alive([child]) and words in " ".join(child.cmdline())]

        wait(found, 5)
        return found()[0]

    def end(self, number: int, within: float = 5) -> None:
        """Send signal `number` to the process alone; everything below it has to go within so many seconds."""
        tree = self.tree()
        self.process.send_signal(number)
        try:
            wait(lambda: not alive(tree), within)
        finally:
            for left in alive(tree):  # nothing to the next test
                left.kill()
        self.process.wait()

    def clear(self) -> None:
        """After a test that failed: leave nothing to the next one."""
        for process in self.tree() if self.process.poll() is None else []:
            process.kill()
        self.process.wait()


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those still there; one that only waits to be collected is not."""
    return [one for one in processes if one.is_running() and _status(one) != psutil.STATUS_ZOMBIE]


def _status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE
