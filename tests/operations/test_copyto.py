"""A copy of a dump in another folder is whole, or is not there under a dump's name."""

import os
import subprocess
import sys

import pytest

from operations import copying
from operations.pipes import Refused
from tests.dashboard.running import ROOT, wait

NAME = "dashboard-20261128T221600Z.postgresql.age"
LARGE = 3_000_000


@pytest.fixture
def there(tmp_path, settings):
    """Another folder, and the setting that has dumps copied to it."""
    folder = tmp_path / "there"
    folder.mkdir()
    settings.BACKUP_COPY_COMMAND = [sys.executable, "-m", "operations.copyto", "{}", str(folder)]
    return folder


def test_arrives_whole_and_is_its_owners_alone(tmp_path, there):
    dump = tmp_path / NAME
    dump.write_bytes(os.urandom(LARGE))
    (there / NAME).write_bytes(b"what a try before has left")
    copying.copy(dump, lambda: None)
    assert [path.name for path in there.iterdir()] == [NAME]
    assert (there / NAME).read_bytes() == dump.read_bytes()
    assert (there / NAME).stat().st_mode & 0o777 == 0o600


def test_one_that_is_killed_leaves_nothing_under_the_name(tmp_path, there):
    dump = tmp_path / NAME
    os.mkfifo(dump)
    running = subprocess.Popen([sys.executable, "-m", "operations.copyto", str(dump), str(there)], cwd=ROOT)
    try:
        with dump.open("wb") as source:
            source.write(b"x" * LARGE)
            source.flush()
            wait(lambda: any(path.stat().st_size > LARGE // 2 for path in there.iterdir()), 20)
            running.kill()
            running.wait()
    finally:
        running.kill()
        running.wait()
    (part,) = there.iterdir()
    assert part.name.startswith(f".{NAME}.")
    dump.unlink()
    dump.write_bytes(b"the next one")
    copying.copy(dump, lambda: None)
    assert {path.name for path in there.iterdir()} == {NAME, part.name}
    # of a copy that nobody can be at any more
    os.utime(part, (0, 0))
    (there / ".somebody's.part").touch()
    os.utime(there / ".somebody's.part", (0, 0))
    copying.copy(dump, lambda: None)
    assert {path.name for path in there.iterdir()} == {NAME, ".somebody's.part"}


def test_one_that_is_too_large_leaves_nothing(tmp_path, there):
    (tmp_path / NAME).write_bytes(b"x" * LARGE)
    command = [sys.executable, "-m", "operations.copyto", str(tmp_path / NAME), str(there)]
    limited = ["prlimit", f"--fsize={LARGE // 2}", *command]  # as a disk that is full
    ended = subprocess.run(limited, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == f"{NAME} could not be copied to {there}: File too large.\n"
    assert list(there.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path, there):
    (tmp_path / NAME).write_bytes(b"x")
    there.rmdir()
    with pytest.raises(Refused, match=r"could not be copied to .+: No such file or directory\."):
        copying.copy(tmp_path / NAME, lambda: None)
    assert not there.exists()
