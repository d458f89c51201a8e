"""Every command of the papers runs, in the order in which a new operator meets it."""

import os
import signal
import subprocess
from itertools import takewhile

import pytest

from tests.docs.blocks import DOCKER, LONG, MARKS, PAPERS, ROOT, ROOT_ONLY, STAYS, STOPPED, blocks, inline
from tests.docs.operator import PORTS, Operator, settled, wait
from tests.sandboxed import sandbox
from tests.shared.conftest import another_port

ALL = {path.name: blocks(path) for path in PAPERS}
# what an operator reads one after the other; a paper that has commands and is not here fails
IN_ORDER = ("install.md", "backup.md", "operate.md")
BARE = "## For a team: processes of your own"


def test_every_mark_is_known_and_every_paper_is_read():
    assert {block.mark for found in ALL.values() for block in found} <= MARKS
    others = {name for name, found in ALL.items() if any(block.mark not in (DOCKER, LONG) for block in found)}
    assert others == set(IN_ORDER)


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_a_command_in_a_sentence_stands_in_a_block_too(path):
    everything = "\n".join(block.body for found in ALL.values() for block in found)
    # up to the first word that a reader has to fill in
    known = [" ".join(takewhile(lambda word: word[0] not in "<…", words.split())) for words in inline(path)]
    assert [words for words in known if not words.startswith("docker ") and words not in everything] == []


def test_blocks_that_need_an_engine_say_so():
    unmarked = [block.name for found in ALL.values() for block in found if "docker " in block.body]
    assert unmarked == [
        block.name for found in ALL.values() for block in found if block.mark == DOCKER and "docker " in block.body
    ]


@pytest.fixture(scope="module")
def operator(tmp_path_factory, postgres_url):
    """Somebody with a new server, a PostgreSQL and an API."""
    with sandbox("--port", "0") as api:
        ports = {port: another_port() for port in PORTS} | {
            5432: int(postgres_url.rpartition(":")[2].partition("/")[0])
        }
        person = Operator(tmp_path_factory.mktemp("server"), ports, postgres_url, api)
        yield person
        person.clear()
        drop = ["su", "postgres", "-c", "dropdb --if-exists --force dashboard; dropuser --if-exists dashboard"]
        subprocess.run(drop, env=person.environ, check=True, capture_output=True)


def bare():
    line = (ROOT / "docs/install.md").read_text().partition(BARE)[0].count("\n")
    return [block for block in ALL["install.md"] if block.mark != DOCKER and block.line > line]


def test_on_ones_own_machine(operator):
    (block,) = [block for block in ALL["install.md"] if block.body == "make run\n"]
    process = operator.starts(block, PORT=str(operator.ports[8000]))
    wait(lambda: "Ctrl-C stops everything" in operator.said(block), 60)
    assert "/sign-in/" in operator.said(block)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    process.wait(10)
    wait(lambda: "Stopped." in operator.said(block), 10)
    operator.stops()


def test_a_deployment_of_ones_own(operator):
    """Installed, backed up, restored, moved, watched: all of it in one go, as each step stands on the one before."""
    printed = ""
    for block in bare():
        if block.mark == STAYS:
            settled(operator.starts(block))
            continue
        if "check --deploy" in block.body:
            wait(operator.is_ready, 60)
            assert "operations.W108" in checked(operator, block)
            continue
        printed += operator.does(block)
    assert "admin@audiences.example.com" in operator.signs_in(printed, "admin").text
    for block in ALL["backup.md"]:
        if block.mark == STOPPED:
            again = operator.stops(but="redis-server")
            restored = operator.does(block)
            for one in again:
                operator.starts(one)
            if "--trust" not in block.body:
                wait(operator.is_ready, 60)
                assert operator.signs_in(restored).status_code == 200
        elif block.mark not in (LONG, DOCKER):
            operator.does(block)
    (by_hand,) = [block for block in ALL["backup.md"] if "manage.py backup" in block.body and block.mark != DOCKER]
    operator.does(by_hand)  # the worker would, within minutes
    for block in ALL["operate.md"]:
        if block.mark == STAYS:
            settled(operator.starts(block, METRICS_ADDRESS=f"127.0.0.1:{operator.ports[9464]}"))
        elif "check --deploy" in block.body:
            assert "no issues" in checked(operator, block)
        elif block.mark != DOCKER:
            operator.does(block)


def checked(operator, block):
    """What the check says once every process has said that it lives."""
    said = []

    def passes():
        try:
            said[:] = [operator.does(block)]
        except AssertionError as error:
            said[:] = [str(error)]
            return False
        return True

    try:
        wait(passes, 40)
    except AssertionError:
        raise AssertionError(said) from None
    return said[0]


@pytest.mark.soak
@pytest.mark.parametrize(
    "block", [one for found in ALL.values() for one in found if one.mark == LONG], ids=lambda one: one.name
)
def test_what_takes_long(block):
    command = ["bash", "-euo", "pipefail", "-c", f"{block.body.strip()} --quick"]
    assert subprocess.run(command, cwd=ROOT, timeout=1200).returncode == 0


def test_what_only_root_may_do_is_little():
    asks = [block.body for found in ALL.values() for block in found if block.mark == ROOT_ONLY]
    assert all(words.split()[0] in ("apt-get", "su") or "su postgres" in words for words in asks)
