"""How the program starts and ends, and what its command line takes."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from sandbox import options
from tests.sandbox.running import ROOT, launch


def test_it_is_ready_within_two_seconds():
    begun = time.monotonic()
    launch().stop()
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_quietly(start, number):
    running = start()
    running.get("", params={"limit": 1})
    running.process.send_signal(number)
    out, err = running.process.communicate(timeout=2)
    assert (running.process.returncode, out, err) == (0, "", "")


def test_a_signal_ends_it_in_the_middle_of_a_slow_call(start):
    running = start("--latency", "60000")
    with socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1]))) as client:
        client.sendall(b"GET /v1/accounts HTTP/1.1\r\n\r\n")
        time.sleep(0.1)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=2) == 0


def test_a_taken_port_is_one_sentence(sandbox):
    port = sandbox.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "sandbox", "--port", port]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
    expected = f"sandbox: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", expected)


def test_the_command_line_is_read_in_its_units():
    given = "--port 7 --latency 250 --rate-limit 10/s --fail-rate 0.1 --populate-seconds 3 --audiences 9 --folders 2"
    found = options.parse(given.split())
    assert found == options.Options(port=7, latency=0.25, rate_limit=10, fail_rate=0.1, populate_seconds=3,
                                    audiences=9, folders=2)  # fmt: skip


def test_whoever_starts_it_through_another_sets_the_time_of_populating_in_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("SANDBOX_POPULATE_SECONDS", "7")
    assert options.parse(["--port", "1"]).populate_seconds == 7
    assert options.parse(["--port", "1", "--populate-seconds", "3"]).populate_seconds == 3
    monkeypatch.setenv("SANDBOX_POPULATE_SECONDS", "soon")
    with pytest.raises(SystemExit):
        options.parse(["--port", "1"])
    assert "--populate-seconds" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    ["", "--port x", "--port 70000", "--port 1 --fail-rate 2", "--port 1 --rate-limit 0", "--port 1 --latency -1",
     "--port 1 --latency nan", "--port 1 --audiences -1"],
)  # fmt: skip
def test_a_wrong_value_is_refused(given, capsys):
    with pytest.raises(SystemExit) as ended:
        options.parse(given.split())
    assert ended.value.code == 2
    assert "usage: python -m sandbox" in capsys.readouterr().err
