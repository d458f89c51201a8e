"""The supervisor with children that cost nothing: who is ended, who is started again, what is said."""

import os
import shlex
import signal
import sys
import time

import pytest

from tests.dashboard.running import Running, alive, clean, wait

DRIVER = """
import os, sys
from pathlib import Path
from dashboard.supervisor import GaveUp, Stopped, Supervisor
try:
    with Supervisor(lambda line: print(line, flush=True), Path.cwd()) as supervisor:
        for script in sys.argv[1:]:
            supervisor.start("child", ["sh", "-c", script], os.environ)
        print("started", flush=True)
        supervisor.watch()
except Stopped:
    print("stopped")
except GaveUp as reason:
    sys.exit(str(reason))
"""
# a child with a child of its own, both of which would go on for ever
FAMILY = "sleep 1000 & exec sleep 1000"
# the same, and it does not end when told to
STUBBORN = "trap '' TERM; sleep 1000 & while :; do sleep 0.1; done"


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor of shell scripts, and wait until their processes are there."""
    started = []

    def start(*scripts, processes, driver=DRIVER):
        started.append(Running(["-c", driver, *scripts], clean(), tmp_path / "log"))
        started[-1].says("started")
        wait(lambda: len(started[-1].tree()) >= processes)
        return started[-1]

    yield start
    for running in started:
        running.clear()


ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@pytest.mark.parametrize("end", ENDS)
def test_no_child_outlives_it(supervise, end):
    running = supervise(FAMILY, FAMILY, processes=6)
    running.end(end, within=2)
    assert running.process.returncode == (-9 if end == signal.SIGKILL else 0)
    assert "Traceback" not in running.said


def test_a_child_that_will_not_go_is_killed(supervise):
    running = supervise(STUBBORN, processes=4)
    running.end(signal.SIGTERM, within=4)
    assert "stopped" in running.said


def test_asked_once_more_it_waits_for_nobody(supervise):
    running = supervise(STUBBORN, processes=4)
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    running.end(signal.SIGINT, within=1)
    assert "stopped" in running.said


def test_killing_its_whole_group_leaves_nobody(supervise):
    running = supervise(FAMILY, processes=4)
    tree = running.tree()
    os.killpg(running.process.pid, signal.SIGKILL)
    wait(lambda: not alive(tree), 2)


def test_a_closed_terminal_is_noticed_behind_a_parent_that_keeps_it_to_itself(tmp_path):
    # as `ssh -t host make run`: make leads the session, hears of it alone, and waits for its child
    behind_make = f"trap : HUP; {shlex.join([sys.executable, '-c', DRIVER, FAMILY])}; true"
    terminal = "import pty, sys; pty.spawn(['sh', '-c', sys.argv[1]])"
    running = Running(["-c", terminal, behind_make], clean(), tmp_path / "log")
    wait(lambda: len(running.tree()) >= 6)
    running.says("started")
    running.end(signal.SIGKILL, within=2)


def test_a_child_that_died_is_started_again_after_its_family_ended(supervise):
    running = supervise(FAMILY, processes=4)
    child = next(one for one in running.tree()[1:] if one.children())
    (grandchild,) = child.children()
    child.kill()
    running.says("child was killed by signal 9; starting it again.")
    assert not alive([grandchild])
    wait(lambda: len(running.tree()) == 4)


def test_the_fourth_death_in_a_minute_ends_everything(supervise):
    running = supervise(FAMILY, "sleep 0.1; exit 3", processes=4)
    tree = running.tree()
    assert running.process.wait(5) == 1
    assert running.said.splitlines()[-1] == (
        "Stopping everything: child ended with exit code 3, the fourth such death within a minute."
    )
    assert not alive(tree)


def test_deaths_far_apart_do_not_add_up(supervise):
    short_minute = "import dashboard.supervisor as module; module.WITHIN_SECONDS = 0.2"
    running = supervise("sleep 0.1", processes=2, driver=short_minute + DRIVER)
    wait(lambda: running.said.count("starting it again") >= 6, 5)
    running.end(signal.SIGTERM)
    assert running.process.returncode == 0
