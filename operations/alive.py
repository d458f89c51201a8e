"""`python -m operations.alive`: what the health check of a container asks, every few seconds, without loading Django.

    python -m operations.alive http 8000 /health/live    does a server here answer 200
    python -m operations.alive heartbeat worker          did a process of this kind on this machine live a moment ago

Exit code 0 or 1, with a sentence that `docker inspect` shows.
"""

import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

# rows are written every 15 s (operations.heartbeat)
_LATE = timedelta(seconds=60)
_SECONDS = 4
_NAME = "dashboard health check"
_SEEN = "SELECT max(at) FROM operations_heartbeat WHERE kind = %s AND starts_with(name, %s)"


def answers(port: int, path: str) -> str:
    """Why the server at `port` of this machine is not well; "" when it answers 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            connection.sendall(request.encode())
            line = connection.makefile("rb").readline(200).decode("latin-1").strip()
    except OSError as error:
        return f"Port {port} does not answer: {error}."
    return "" if line.split(" ")[1:2] == ["200"] else f"Port {port} answers {line!r} to {path}."


def beats(kind: str, address: str) -> str:
    """Why the processes of this kind on this machine are not well; "" when one lived within the last minute.

    `address` is that of the deployment's PostgreSQL. Where it does not answer nothing is known of them, and nothing
    that they are for can be done.
    """
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=_SECONDS, fallback_application_name=_NAME) as connection:
            row = connection.execute(_SEEN, [kind, f"{socket.gethostname()[:100]}-"]).fetchone()
    except psycopg.Error as error:
        return f"The database does not tell: {type(error).__name__}."  # its message may hold the address
    seen = row[0] if row else None
    if seen is None:
        return f"No {kind} has been seen here."
    ago = datetime.now(UTC) - seen
    return "" if ago < _LATE else f"The {kind} was last seen here {ago.total_seconds():.0f} s ago."


def _database() -> str:
    path = os.environ.get("DATABASE_URL_FILE", "").strip()
    return Path(path).read_text().strip() if path else os.environ.get("DATABASE_URL", "").strip()


def main(words: list[str]) -> str:
    """What is wrong, "" when nothing is."""
    match words:
        case ["http", port, path] if port.isdecimal():
            return answers(int(port), path)
        case ["heartbeat", kind]:
            return beats(kind, _database())
    return "usage: python -m operations.alive http PORT PATH | heartbeat worker|beat"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
