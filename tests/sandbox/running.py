"""A sandbox of the tests' own: the real server, in a process of its own, on a free port."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from sandbox import keys

ROOT = Path(__file__).parents[2]
NORDWIND = "67c956002e0ae32747922f47"
HUGE = "6adf4e090574d2e15353a3a0"
REVOPS = "6af318e4fb844a83d58657b2"
STATE = "57a7e5000000000000000"


@dataclass
class Sandbox:
    """A running server. Paths without a leading `/v1` are below the first group's audiences."""

    process: subprocess.Popen
    url: str

    def get(self, path="", key=keys.ALL, **options):
        return self.ask("GET", path, key, **options)

    def post(self, body, key=keys.ALL, **options):
        return self.ask("POST", "", key, json=body, **options)

    def ask(self, method, path="", key=keys.ALL, **options):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return requests.request(method, self.url + full(path), headers=headers, timeout=10, **options)

    def data(self, path="", **params):
        answer = self.get(path, params=params)
        assert answer.status_code == 200, answer.text
        # The hostile records hold an integer that Python by itself refuses to read.
        return json.loads(answer.text, parse_int=lambda text: int(text[:20]))["data"]

    def pages(self, path, limit):
        """Every page of a list, by its cursors."""
        page = self.data(path, limit=limit)
        yield page
        while page["hasMore"]:
            page = self.data(path, limit=limit, cursor=page["nextCursor"])
            yield page

    def stop(self):
        self.process.kill()
        self.process.communicate()


def full(path):
    if path.startswith(("/v", "/o")):
        return path
    return f"/v1/accounts/{NORDWIND}/audiences{path}"


def launch(*arguments):
    """Start a sandbox and read the address it prints."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line.startswith("sandbox: http://127.0.0.1:"), process.stderr.read()
    return Sandbox(process, line.removeprefix("sandbox: ").strip())
