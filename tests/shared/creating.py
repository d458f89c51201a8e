"""What the tests' API does with a POST: it makes the audience and says so, or fails in one of the ways a create can."""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.shared.holdings import Holdings

HANGS = 40.0  # seconds; longer than anybody waits
TYPES = ("on_demand", "monitoring")
_DULL = [{"path": "name", "message": "Too dull."}]


@dataclass
class Creation:
    """One POST in progress; what it does with it was said when it came. `released` ends its waiting early."""

    handler: Any
    group: str
    does: Any
    holdings: Holdings
    released: threading.Event
    body: bytes = b""

    def __post_init__(self) -> None:
        self.way, self.delay, self.late = self.does.creating, self.does.create_delay, self.does.late_seconds
        self.populates = self.does.populate_seconds

    def act(self) -> None:
        time.sleep(self.delay)
        if self.way.isdigit():
            self.handler.answer(int(self.way), details=_DULL if self.way == "400" else None)
        elif wrong := _wrong(self.body):
            self.handler.answer(400, details=wrong)
        elif self.way.startswith("answers "):
            self.make()
            self.handler.answer(int(self.way.removeprefix("answers ")))
        else:
            _WAYS[self.way](self)

    def make(self) -> dict[str, Any]:
        """The audience, as the API shows it."""
        return self.holdings.make(self.group, json.loads(self.body), self.populates).shown()

    def hang(self) -> None:
        """Nothing for a long time, then the end of the connection."""
        self.released.wait(HANGS)
        self.handler.close_connection = True


def known(way: str) -> bool:
    """Whether a test may ask for this."""
    status = way.removeprefix("answers ")
    return way in _WAYS or (status.isdigit() and 400 <= int(status) < 600)


def _wrong(body: bytes) -> list[dict[str, str]]:
    """What is wrong with what is asked, as the details of a validation error; nothing: none."""
    try:
        asked = json.loads(body)
    except ValueError:
        return [{"path": "", "message": "Not JSON."}]
    if not isinstance(asked, dict):
        return [{"path": "", "message": "Not an object."}]
    wrong = []
    if not isinstance(asked.get("name"), str) or not asked["name"]:
        wrong.append({"path": "name", "message": "A text is needed."})
    if asked.get("type") not in TYPES:
        wrong.append({"path": "type", "message": "on_demand or monitoring is needed."})
    if not isinstance(asked.get("description", ""), str):
        wrong.append({"path": "description", "message": "A text is needed."})
    return wrong


def _create(creation: Creation) -> None:
    creation.handler.answer(201, creation.make())


def _time_out(creation: Creation) -> None:
    creation.make()
    creation.hang()


def _reset(creation: Creation) -> None:
    creation.make()
    creation.handler.close_connection = True


def _be_late(creation: Creation) -> None:
    """Gone for who asked, while the audience is still on its way."""
    with suppress(OSError):  # who asked may have hung up first
        creation.handler.connection.shutdown(socket.SHUT_RDWR)
    creation.handler.close_connection = True
    creation.released.wait(creation.late)
    creation.make()


def _be_cut(creation: Creation) -> None:
    body = creation.handler.envelope(201, creation.make())
    creation.handler.send(201, body[: len(body) // 2], length=len(body))
    creation.handler.close_connection = True


def _be_unreadable(creation: Creation) -> None:
    creation.make()
    creation.handler.send(201, b"<!doctype html><title>Created</title>")


def _forget_the_id(creation: Creation) -> None:
    shown = creation.make()
    del shown["id"]
    creation.handler.answer(201, shown)


def _redirect(creation: Creation) -> None:
    creation.handler.send(302, b"", headers={"Location": f"{creation.handler.server.url}/v1/redirected"})


_WAYS: dict[str, Callable[[Creation], None]] = {
    "": _create,
    "times out": _time_out,
    "hangs before": Creation.hang,
    "resets": _reset,
    "late": _be_late,
    "cut": _be_cut,
    "unreadable": _be_unreadable,
    "no id": _forget_the_id,
    "redirect": _redirect,
}
