"""What the command line of the sandbox can set."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """One start of the sandbox. Times in seconds; `rate_limit` in requests per second and key (None: no limit)."""

    host: str = "127.0.0.1"
    port: int = 0
    latency: float = 0.0
    rate_limit: float | None = None
    fail_rate: float = 0.0
    populate_seconds: float = 45.0
    audiences: int = 0
    folders: int = 0


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; a wrong value ends the program with a sentence (argparse's way, status 2)."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The audiences API in miniature.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=_port, required=True, help="port to listen on; 0 picks a free one")
    parser.add_argument("--latency", type=_not_negative, default=0.0, metavar="MS", help="delay of every call")
    parser.add_argument("--rate-limit", type=_rate, metavar="N/S", help="requests per second and key, e.g. 10/s")
    parser.add_argument("--fail-rate", type=_share, default=0.0, metavar="P", help="share of calls that fail, 0…1")
    # where something else starts the sandbox, as `manage.py up` does; argparse checks a text as it checks an argument
    populate = os.environ.get("SANDBOX_POPULATE_SECONDS") or "45"
    parser.add_argument("--populate-seconds", type=_not_negative, default=populate, metavar="S", help=populate)
    parser.add_argument("--audiences", type=_count, default=0, metavar="N", help="size of an extra, large group")
    parser.add_argument("--folders", type=_count, default=0, metavar="M", help="folders of that group")
    found = parser.parse_args(arguments)
    return Options(
        host=found.host,
        port=found.port,
        latency=found.latency / 1000,
        rate_limit=found.rate_limit,
        fail_rate=found.fail_rate,
        populate_seconds=found.populate_seconds,
        audiences=found.audiences,
        folders=found.folders,
    )


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (0…65535)")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 20_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 20000")
    return value


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 3_600_000:
        raise argparse.ArgumentTypeError(f"{text} is not a time the sandbox can wait")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _rate(text: str) -> float:
    value = float(text.removesuffix("/s"))
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a rate such as 10/s")
    return value
