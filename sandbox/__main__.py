"""`python -m sandbox --port N`: prints its address when it listens, ends at once on SIGTERM or Ctrl-C."""

import os
import signal
import sys
from types import FrameType

from sandbox import options


def _end(_signal: int, _frame: FrameType | None) -> None:
    # Nothing to save and only daemon threads: leaving at once cannot lose anything or print a traceback.
    os._exit(0)


def main() -> int:
    """Serve until told to end; 1 when the address cannot be had."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    chosen = options.parse()
    from sandbox.routes import Api  # after the handlers: a signal while the names load also ends quietly
    from sandbox.server import Server

    try:
        server = Server((chosen.host, chosen.port), Api(chosen).respond)
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {chosen.host}:{chosen.port}: {error.strerror}\n")
        return 1
    sys.stdout.write(f"sandbox: http://{chosen.host}:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
