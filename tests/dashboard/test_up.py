"""`manage.py up` with everything it starts, as `make run` runs it."""

import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from audiences.management.commands.up import refuse_taken
from dashboard import processes
from sandbox.keys import KEYS
from tests.dashboard.running import ROOT, Running, alive, clean, wait

READY = "Ctrl-C stops everything."


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """One deployment's var/, so that only the first start has to make it."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def up(var, tmp_path_factory):
    """One running dashboard that the tests of this module share, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = start(var, port, tmp_path_factory.mktemp("log") / "up")
    yield running
    running.clear()


def start(var, port, log, **variables):
    running = Running(["manage.py", "up"], clean(VAR_DIR=var, PORT=port, **variables), log)
    running.url = f"http://127.0.0.1:{port}"
    try:
        running.says(READY, 60)
    except AssertionError:
        running.clear()
        raise
    return running


@pytest.fixture
def another(var, free_port, tmp_path):
    """A dashboard that one test may harm; its first start was that of `up`."""
    running = start(var, free_port, tmp_path / "up")
    yield running
    running.clear()


def lives(running):
    try:
        return requests.get(f"{running.url}/health/live", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def test_says_where_it_is_and_whose_data_it_shows(up):
    assert f"The audience dashboard is at {up.url}\n" in up.said
    assert "Sample data: the sandbox plays the API." in up.said
    assert requests.get(f"{up.url}/health/ready", timeout=5).status_code == 200


def test_prints_a_link_each_that_signs_in_once(up):
    links = re.findall(rf"{up.url}/\S+", up.said)
    assert len(links) == 2
    for link in links:
        session = requests.Session()
        assert session.get(link, timeout=20).status_code == 200
        assert "sessionid" in session.cookies
        assert "sessionid" not in requests.get(link, timeout=5).cookies


def test_its_log_holds_no_token_whatever_becomes_of_a_request(up):
    token = secrets.token_urlsafe(32)
    for path in (f"/s/{token}/", f"/sign-in/{token}/", f"/join/{token}/", f"/password/reset/{token}/"):
        requests.get(up.url + path, timeout=5)
        requests.post(up.url + path, timeout=5)  # without what a form of ours carries
        requests.get(up.url + path, headers={"Host": "evil.example"}, timeout=5)
    wait(lambda: "/password/reset/…/" in up.said)
    assert "evil.example" in up.said
    assert token not in up.said


def test_listens_on_this_machine_alone(up):
    listening = {
        connection.laddr.ip
        for process in up.tree()
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_a_second_one_on_the_same_port_is_refused_with_one_sentence(up, var):
    port = up.url.rpartition(":")[2]
    command = [sys.executable, "manage.py", "up"]
    second = subprocess.run(
        command, cwd=ROOT, env=clean(VAR_DIR=var, PORT=port), capture_output=True, text=True, timeout=20
    )
    assert second.returncode == 1
    assert re.fullmatch(rf"Port {port} is taken: [^\n]+\n", second.stderr)
    assert second.stdout == ""


def test_a_killed_web_worker_loses_nothing_that_waits(up):
    (worker,) = up.child("dashboard.server").children()
    for _ in range(3):
        worker.kill()
        assert lives(up)
        (worker,) = up.child("dashboard.server").children()
    assert "starting it again" not in up.said


@pytest.mark.parametrize("child", ["dashboard.server", "celery", "sandbox"])
def test_a_killed_child_comes_back(up, child):
    before = up.said.count("starting it again")
    family = (victim := up.child(child)).children(recursive=True)
    victim.kill()
    wait(lambda: up.said.count("starting it again") > before)
    assert not alive(family)
    assert up.child(child).pid != victim.pid
    wait(lambda: lives(up))


def kill_web(up):
    before = up.said.count("web was killed")
    up.child("dashboard.server").kill()
    wait(lambda: up.said.count("web was killed") > before)


def test_the_fourth_death_within_a_minute_stops_everything(up):
    tree = up.tree()
    for _ in range(4):
        if "Stopping everything" not in up.said:
            kill_web(up)
    assert up.process.wait(8) == 1
    assert re.search(r"Stopping everything: web was killed by signal 9, the fourth such death .*\.\n$", up.said)
    assert not alive(tree)


@pytest.mark.parametrize(("end", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_leaves_nothing_behind(another, end, code):
    wait(lambda: another.child("celery").num_threads() > 2)  # its clock runs: only now it is slow to go
    began = time.monotonic()
    another.end(end, within=5)
    assert time.monotonic() - began < 5
    assert another.process.returncode == code
    assert "Traceback" not in another.said
    assert not lives(another)


def test_with_a_key_it_asks_the_real_api_and_starts_without_it(var, free_port, tmp_path):
    running = start(var, free_port, tmp_path / "up", AUDIENCES_API_KEY="sk_x", AUDIENCES_API_URL="http://127.0.0.1:9")
    try:
        assert "Audiences come from http://127.0.0.1:9." in running.said
        assert "The API did not name its account groups: " in running.said
        assert not [one for one in running.tree() if "sandbox" in one.cmdline()]
        assert "sk_x" not in running.said
    finally:
        running.clear()


def test_with_redis_it_runs_a_clock_and_two_web_workers(var, free_port, tmp_path, redis_url):
    running = start(var, free_port, tmp_path / "up", REDIS_URL=redis_url)
    try:
        wait(lambda: len(running.child("dashboard.server").children()) == 2)
        assert running.child(" beat").is_running()
        assert requests.get(f"{running.url}/health/ready", timeout=5).json()["cache"] == "ok"
        running.end(signal.SIGTERM, within=5)
    finally:
        running.clear()


WRONG = [
    ({"PORT": "http"}, r"PORT must be a whole number from 1 to 65535\.\n"),
    ({"WEB_WORKERS": "0"}, r"WEB_WORKERS must be a whole number from 1 to 64\.\n"),
    ({"AUDIENCES_API_URL": "http://example.com"}, r"AUDIENCES_API_URL [^\n]+\n"),
    ({"DATABASE_URL": "oracle"}, r"DATABASE_URL [^\n]+\n"),
    ({"AUDIENCES_API_KEY_FILE": "/nowhere"}, r"AUDIENCES_API_KEY_FILE names a file that cannot be read\.\n"),
]


@pytest.mark.parametrize(("variables", "sentence"), WRONG)
def test_a_wrong_value_is_one_sentence(tmp_path, variables, sentence):
    command, environ = [sys.executable, "manage.py", "up"], clean(VAR_DIR=tmp_path, **variables)
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert re.fullmatch(sentence, ended.stderr)


OTHER_STARTS = [processes.web("127.0.0.1", 8000), processes.worker(), processes.beat()]


@pytest.mark.parametrize("command", OTHER_STARTS, ids=["web", "worker", "beat"])
def test_no_other_start_goes_without_a_key(command):
    ended = subprocess.run(command, cwd=ROOT, env=clean(SECRET_KEY="x"), capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert re.fullmatch(r"AUDIENCES_API_KEY is not set\. [^\n]+\n", ended.stderr)


def test_a_port_that_is_free_is_not_refused(free_port):
    refuse_taken(free_port)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("listens", [True, False])
def test_a_port_that_is_bound_is_refused_also_when_silent(address, listens):
    with socket.socket() as holder:
        holder.bind((address, 0))
        if listens:
            holder.listen()
        with pytest.raises(SystemExit, match=r"^Port \d+ is taken: "):
            refuse_taken(holder.getsockname()[1])


def test_the_sandbox_knows_the_key_it_is_used_with():
    assert processes.SANDBOX_KEY in KEYS


@pytest.mark.soak
def test_fifty_killed_web_workers_cost_a_request_each_at_most(another):
    answers = []
    with ThreadPoolExecutor(40) as people:
        for number in range(1000):
            people.submit(lambda: answers.append(lives(another)))
            time.sleep(0.05)  # 20 a second
            if number % 20 == 10:
                another.child("dashboard.server").children()[0].kill()
    assert len(answers) == 1000
    assert answers.count(False) <= 50
    assert "starting it again" not in another.said
