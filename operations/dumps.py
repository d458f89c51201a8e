"""The files of dumps: what they are called, how one is written whole or not at all, which of them are kept.

A dump is encrypted on its way: neither a crash nor a look at the disk finds one in the clear.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from audiences.exports.heartbeat import Heartbeat
from audiences.exports.synced import sync, sync_names
from operations import marker, postgres
from operations.pipes import Pipeline, Process, Refused

OURS, BEFORE_RESTORE = "dashboard", "before-restore"  # how names begin; rotation knows the first only
BY_HAND = "-by-hand"  # behind the moment, so that names go on sorting by it
_BEGIN, _END = r"(?:dashboard|before-restore)-", r"(?:-by-hand)?\.(?:postgresql|sqlite)\.age"
_NAME = re.compile(rf"{_BEGIN}(\d{{8}}T\d{{6}}Z){_END}")
_PART = re.compile(rf"\.{_BEGIN}\d{{8}}T\d{{6}}Z{_END}\.[0-9a-f]{{8}}\.part")
AHEAD = timedelta(minutes=5)  # how far clocks of machines may be apart
_STRAY = 24 * 3600  # seconds; nobody writes a dump for so long
SECONDS = 55 * 60.0
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Dump:
    """A file that is whole. `size` in bytes."""

    path: Path
    size: int
    sha256: str


def folder() -> Path:
    """Where they are."""
    return Path(settings.BACKUP_DIR)


def age() -> str:
    """The path of the program that encrypts. Raises Refused when there is none."""
    found = shutil.which("age")
    if found is None:
        raise Refused("age is missing here, which encrypts backups. On Debian: apt-get install age.")
    return found


def write(moment: datetime, alive: Callable[[], None], *, start: str = OURS, note: str = "") -> Dump:
    """Take a dump of the database now, encrypted to BACKUP_RECIPIENTS; its name is `start`, the moment and `note`.
    `alive` is called about once a second, and may raise to stop it. Raises Refused, with nothing left behind.
    """
    if not settings.BACKUP_RECIPIENTS:
        raise Refused(
            "BACKUP_RECIPIENTS is not set: a backup is encrypted, and needs a public key. `age-keygen -o key.txt` "
            "makes a key and prints its public part."
        )
    encrypt = [age()]
    for key in settings.BACKUP_RECIPIENTS:
        encrypt += ["-r", key]
    kind = "postgresql" if postgres.is_it() else "sqlite"
    try:
        path = _free(start, moment, f"{note}.{kind}.age")
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            return _written(encrypt, path, part, alive)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(_of_disk(error)) from None


def _free(start: str, moment: datetime, end: str) -> Path:
    """A name that no dump has: of this second, or of the next that is free."""
    while True:
        path = folder() / f"{start}-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}{end}"
        if not path.exists():
            return path
        moment += timedelta(seconds=1)


def _written(encrypt: list[str], path: Path, part: Path, alive: Callable[[], None]) -> Dump:
    beat = Heartbeat(lambda _: alive())
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "r+b") as file:
        with Pipeline(alive, SECONDS) as line:
            source = _postgresql(line) if postgres.is_it() else _sqlite()
            # `file` stays ours: the pipeline closes what it hands on
            line.start(encrypt, _PLAIN, stdin=source, stdout=file.fileno())
            line.wait()
            if failed := line.failed():
                raise Refused(_words(failed))
        sync(file.fileno(), beat)
        digest = _digest(file, beat)
    alive()  # whoever has lost the right to it must not make it look whole
    part.rename(path)
    sync_names(folder(), beat)
    return Dump(path, path.stat().st_size, digest)


_PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # all that age needs


def _postgresql(line: Pipeline) -> IO[bytes]:
    pg_dump = postgres.program("pg_dump", postgres.server_version())
    # waits a minute for a lock, not for ever; what a restore leaves for its own sake is no part of the data
    options = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s")
    command = [pg_dump, *options, f"--exclude-table=*.{marker.TABLE}", "--no-password"]
    return line.start(command, postgres.environment()).out


def _sqlite() -> IO[bytes]:
    """A copy of the database that is as of one moment, in a file without a name: it is gone with whoever holds it."""
    handle, name = tempfile.mkstemp(prefix=".copy-", dir=folder())
    copy = os.fdopen(handle, "rb")
    source = Path(str(connection.settings_dict["NAME"])).resolve()
    try:
        with closing(sqlite3.connect(name, isolation_level=None)) as target:
            Path(name).unlink()
            target.execute("PRAGMA journal_mode=OFF")  # a journal would have a name
            with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=20)) as original:
                original.backup(target)
    except sqlite3.Error as error:
        copy.close()
        raise Refused(f"The database could not be copied: {postgres.first_line(error)}.") from None
    finally:
        Path(name).unlink(missing_ok=True)
    return copy


def _digest(file: IO[bytes], beat: Heartbeat) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
        beat.tick()
    return digest.hexdigest()


def _words(failed: Process) -> str:
    said = failed.said()
    if "no space left" in said.lower():
        return "The disk of BACKUP_DIR is full."
    if failed.running.returncode < 0:
        return f"{failed.name} was killed by signal {-failed.running.returncode}."
    return f"{failed.name} failed: {said.rstrip('.')}."


def _of_disk(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk of BACKUP_DIR is full."
    return f"BACKUP_DIR cannot be written to: {error.strerror or type(error).__name__}."


def taken_at(name: str) -> datetime | None:
    """When a dump of this name was taken; None for a name that is not ours."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def rotate() -> list[str]:
    """Delete all dumps but the BACKUP_KEEP newest daily ones and as many that were taken by hand, and what a crash has
    left of unfinished ones. What has another name is not ours, and stays. Gives the names of dumps that went.

    One whose moment has not come yet, of a clock that was ahead, neither counts nor goes: it would stay the newest.
    """
    try:
        names = [path.name for path in folder().iterdir() if path.is_file()]
    except OSError:  # the next time, too
        return []
    until = datetime.now(UTC) + AHEAD
    taken = {name: at for name in names if name.startswith(f"{OURS}-") and (at := taken_at(name)) and at <= until}
    newest = sorted(taken, key=lambda name: taken[name], reverse=True)
    by_hand = [name for name in newest if BY_HAND in name]
    daily = [name for name in newest if BY_HAND not in name]
    gone = daily[settings.BACKUP_KEEP :] + by_hand[settings.BACKUP_KEEP :]
    strays = [name for name in names if _PART.fullmatch(name) and _is_old(folder() / name)]
    for name in [*gone, *strays]:
        with suppress(OSError):  # the next time; a dump more does no harm
            (folder() / name).unlink()
    return gone


def _is_old(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _STRAY
    return False
