"""A word for each request (and each task), so that what is logged of one can be found together."""

import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

HEADER = "X-Request-Id"
_FITS = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(named: str = "") -> str:
    """From here on this is the request: by the name that a proxy of ours gave it, else by a new one."""
    name = named if _FITS.fullmatch(named) else secrets.token_hex(8)
    _current.set(name)
    return name


def current() -> str:
    """The request in progress; "" where there is none."""
    return _current.get()


def carried(job: Callable[[], None]) -> Callable[[], None]:
    """The job, to be done in another thread as part of this request."""
    name = current()

    def work() -> None:
        _current.set(name)
        job()

    return work
