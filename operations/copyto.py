"""`python -m operations.copyto DUMP FOLDER`: for BACKUP_COPY_COMMAND, where the other place is a folder.

Unlike `cp` it leaves nothing under a dump's name that is not all of it, whenever it is killed and whatever is full.
"""

import os
import re
import secrets
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

_PART = re.compile(r"\..+\.age\.[0-9a-f]{8}\.part")
_STRAY = 24 * 3600  # seconds; BACKUP_COPY_COMMAND is ended after half an hour


def copy(dump: Path, folder: Path) -> None:
    """Copy it there, under its own name. Raises OSError, with nothing left behind; only a process that is killed leaves
    a `.….part`, which is taken away a day later.
    """
    _forget_strays(folder)
    part = folder / f".{dump.name}.{secrets.token_hex(4)}.part"
    try:
        with dump.open("rb") as source, open(part, "xb", opener=_for_its_owner) as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        part.replace(folder / dump.name)
    finally:
        part.unlink(missing_ok=True)
    with suppress(OSError):  # not every file system that is mounted from elsewhere can, and the file is there
        _sync_names(folder)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget_strays(folder: Path) -> None:
    for path in folder.iterdir():
        if _PART.fullmatch(path.name):
            with suppress(OSError):  # the next time; it is in nobody's way
                if time.time() - path.stat().st_mtime > _STRAY:
                    path.unlink()


def main(words: list[str]) -> str:
    """What went wrong, "" when nothing did."""
    if len(words) != 2:
        return "usage: python -m operations.copyto DUMP FOLDER"
    dump, folder = map(Path, words)
    try:
        copy(dump, folder)
    except OSError as error:
        return f"{dump.name} could not be copied to {folder}: {error.strerror or type(error).__name__}."
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
