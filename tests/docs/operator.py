"""A server as an operator would have it, on free ports of this machine, in a copy of the checkout."""

import os
import re
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.dashboard.running import wait
from tests.docs.blocks import ROOT, Block

# what stands in the papers, and nobody may take on the machine of a test
PORTS = (8000, 6380, 6381, 5432, 443, 80, 9464)
_NAME = "audiences.example.com"


class Operator:
    """Somebody who does what the papers say, block after block, and mends `.env` where they are told to."""

    def __init__(self, folder: Path, ports: dict[int, int], database: str, api: str) -> None:
        self.home, self.ports, self._api, self._database = folder / "dashboard", ports, api, urlsplit(database)
        self._staying: list[tuple[Block, subprocess.Popen[bytes]]] = []
        _copy(self.home)
        self._stand_ins(folder / "bin")
        tools = ROOT / ".venv/tools/usr/bin"
        path = [folder / "bin", *sorted(Path("/usr/lib/postgresql").glob("*/bin")), tools, os.environ["PATH"]]
        self.environ = {
            "PATH": ":".join(str(part) for part in path),
            "HOME": str(folder),
            "HTTP_PORT": str(ports[80]),
            "PROXY_OPTIONS": "local_certs",
        }

    def _stand_ins(self, folder: Path) -> None:
        """What only root may do on a machine of their own: packages are looked up, and `su postgres` is the tests'."""
        place = f"PGHOST=127.0.0.1 PGPORT={self._database.port} PGUSER={self._database.username}"
        folder.mkdir()
        for name, body in {
            "apt-get": '[ "$(id -u)" != 0 ] || exec /usr/bin/apt-get --simulate "$@"',
            "su": f'exec env {place} PGDATABASE=postgres sh -c "$3"',
        }.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)

    def does(self, block: Block) -> str:
        """Run it to its end; gives what it printed."""
        command = ["bash", "-euo", "pipefail", "-c", self._here(block.body)]
        done = subprocess.run(command, cwd=self.home, env=self.environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{block.name}:\n{block.body}\n{done.stdout}\n{done.stderr}"
        if "new-env" in block.body:
            self._fill_in()
        return done.stdout + done.stderr

    def starts(self, block: Block, **variables: str) -> subprocess.Popen[bytes]:
        """Start what is to keep running."""
        log = (self.home.parent / f"{block.paper}-{block.line}.log").open("wb")
        command = ["bash", "-c", f"exec env {self._here(block.body).strip()}"]
        with log:
            process = subprocess.Popen(
                command,
                cwd=self.home,
                env=self.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._staying.append((block, process))
        return process

    def said(self, block: Block) -> str:
        """What that has printed so far."""
        return (self.home.parent / f"{block.paper}-{block.line}.log").read_text()

    def stops(self, *, but: str = "") -> list[Block]:
        """End all of it but what `but` names, as a process manager would; gives what was ended, in its order."""
        ended = [one for one in self._staying if not (but and but in one[0].body)]
        for _, process in reversed(ended):
            process.send_signal(signal.SIGTERM)
        for _, process in ended:
            process.wait(20)
        self._staying = [one for one in self._staying if one not in ended]
        return [block for block, _ in ended]

    def clear(self) -> None:
        """Whatever a test has left."""
        for _, process in self._staying:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def is_ready(self) -> bool:
        """Whether every part of the deployment answers."""
        try:
            address = f"http://127.0.0.1:{self.ports[8000]}/health/ready"
            return requests.get(address, timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def signs_in(self, printed: str, role: str = "") -> requests.Response:
        """Open the link that was printed, as the proxy would pass it on; gives the page it leads to."""
        link = re.search(rf"{role}.*?https://{re.escape(_NAME)}(/sign-in/\S+)", printed, re.DOTALL)
        assert link, printed
        came = {"Host": _NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        web = f"http://127.0.0.1:{self.ports[8000]}"
        with requests.Session() as browser:
            browser.headers.update(came)
            answer = browser.get(web + link[1], allow_redirects=False, timeout=20)
            # the cookie is for TLS alone, which ends before this
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in answer.cookies)
            assert "__Host-session" in cookies, answer.text
            return requests.get(f"{web}/account/", headers=came | {"Cookie": cookies}, timeout=20)

    def _fill_in(self) -> None:
        """What a person types into the `.env` that was made: the key, and where the API is that it opens."""
        path = self.home / ".env"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        text = path.read_text().replace("AUDIENCES_API_KEY=", "AUDIENCES_API_KEY=sk_sandbox_all")
        path.write_text(f"{self._here(text)}\nAUDIENCES_API_URL={self._api}\nPORT={self.ports[8000]}\n")

    def _here(self, text: str) -> str:
        for port in PORTS:
            text = re.sub(rf"(?<=[: ]){port}\b", str(self.ports[port]), text)
        return text.replace(f"SITE_ADDRESS={_NAME}", f"SITE_ADDRESS=localhost:{self.ports[443]}")


def _copy(folder: Path) -> None:
    """The checkout as git knows it, with the packages that are installed here."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")


def settled(process: subprocess.Popen[bytes], seconds: float = 0.3) -> None:
    """Fail when what is to keep running has ended at once."""
    time.sleep(seconds)
    assert process.poll() is None


__all__ = ["PORTS", "Operator", "settled", "wait"]
