"""What is on the disk stays there, also when the power goes; and however long that takes, the worker is heard of."""

import os
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from audiences.exports.heartbeat import Heartbeat

_LISTEN = 1.0  # seconds


def sync_names(folder: Path, beat: Heartbeat) -> None:
    """Have the new name in the folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle, beat)
    finally:
        os.close(handle)


def sync(handle: int, beat: Heartbeat) -> None:
    """Have it on the disk. That may take a slow one minutes, in which the worker is heard of as in any others."""
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(os.fsync, handle)
        while futures.wait([done], _LISTEN).not_done:
            beat.beat()
        done.result()
