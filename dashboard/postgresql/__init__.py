"""The database engine of a deployment: Django's PostgreSQL, whose pool gets over a server that was restarted."""

from typing import Any

# Of each process. RELIABILITY fact 14: persistent connections times threads exhaust the server; a pool does not.
# `timeout`: how long a page waits for a connection. `reconnect_timeout`: until then the pool's pauses between two tries
# double, for 300 s unless told otherwise. Measured after 60 s without the server, with two readers a second: the first
# page came 58 s after it was back. This way the pool gives up soon, and each new reader makes it try: 0.9 s.
POOL: dict[str, Any] = {"min_size": 1, "max_size": 16, "timeout": 5, "reconnect_timeout": 1}
