"""A real Caddy with the real Caddyfile, and a server behind it that remembers what reached it."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.dashboard.running import ROOT
from tests.shared.conftest import another_port

CADDYFILE = ROOT / "deploy/Caddyfile"
HALF = b"half of a large answer " * 10_000


def binary() -> str:
    """Debian's, unpacked (.ci/unpack), or one that is installed."""
    unpacked = ROOT / ".venv/tools/usr/bin/caddy"
    found = str(unpacked) if unpacked.is_file() else shutil.which("caddy")
    return found or pytest.fail("Caddy is missing here; on Debian: sh .ci/unpack caddy")


@dataclass
class Proxy:
    """One that runs: its https and http addresses, the certificate to trust, and what it has logged."""

    url: str
    http: str
    authority: Path
    log: Path

    def session(self) -> requests.Session:
        """A visitor who believes its certificates."""
        session = requests.Session()
        session.trust_env = False  # this machine's own list of authorities would come first
        session.verify = str(self.authority)
        return session

    @property
    def said(self) -> str:
        return self.log.read_text()


@contextmanager
def proxy(folder: Path, *upstreams: int) -> Iterator[Proxy]:
    """A Caddy on ports of its own in front of the servers at those ports; it ends with the block."""
    folder.mkdir()
    https, http = another_port(), another_port()
    environ = {
        "PATH": os.environ["PATH"],
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "SITE_ADDRESS": f"localhost:{https}",
        "HTTP_PORT": str(http),
        "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in upstreams),
        "PROXY_OPTIONS": "default_bind 127.0.0.1",
    }
    here = Proxy(
        f"https://localhost:{https}",
        f"http://127.0.0.1:{http}",
        folder / "caddy/pki/authorities/local/root.crt",
        folder / "log",
    )
    with here.log.open("wb") as log:
        command = [binary(), "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)]
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        _wait(here, process)
        yield here
    finally:
        process.terminate()
        process.wait(20)


def _wait(here: Proxy, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert process.poll() is None, here.said
        if "certificate obtained successfully" in here.said:
            return
        time.sleep(0.02)
    raise AssertionError(here.said)


class Recorder(ThreadingHTTPServer):
    """Remembers requests. `/cut…` is answered with silence (at the first time, for `/cut-once…`), `/slow` in two parts,
    the second when `go_on` is set.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recorded)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.go_on = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def of(self, path: str) -> list[tuple[str, dict[str, str]]]:
        """Method and headers of each request for a path."""
        return [(method, headers) for method, where, headers in self.seen if where == path]

    def handle_error(self, *_: Any) -> None:
        """Connections that break are what is tried here."""


class _Recorded(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path, dict(self.headers.items())))
        if self.path.startswith("/cut") and not (
            self.path.startswith("/cut-once") and len(self.server.of(self.path)) > 1
        ):
            self.close_connection = True
            return
        self._read_body()
        parts = [HALF, HALF] if self.path == "/slow" else [b"answer"]
        self.send_response(200)
        self.send_header("Server", "recorder")
        self.send_header("Content-Length", str(sum(map(len, parts))))
        self.end_headers()
        for number, part in enumerate(parts):
            if number:
                self.server.go_on.wait(10)
            self.wfile.write(part)
            self.wfile.flush()

    do_POST = do_GET

    def _read_body(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        while self.headers.get("Transfer-Encoding") and (size := int(self.rfile.readline(), 16)):
            self.rfile.read(size + 2)

    def log_message(self, *_: Any) -> None:
        """Nothing to the terminal."""
