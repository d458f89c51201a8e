"""Files that are fetched slowly: everybody else goes on, and a place comes back also when a browser goes away."""

import secrets
import socket
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from django.utils import timezone

from audiences.models import Export
from team.models import User
from tests.conftest import new_database
from tests.dashboard.running import wait
from tests.shared.conftest import another_port
from tests.shared.deployment import GROUP, Deployment, Person

AT_ONCE = 16  # a quarter of WEB_THREADS, and as many connections as a process has


@pytest.fixture
def here(deploy, postgres_url):
    here = deploy(DATABASE_URL=new_database(postgres_url))
    yield here
    here.clear()


def an_export(here: Deployment) -> str:
    """The address of one with 8 MB: more than lies in the buffers of a connection."""
    ended = timezone.now()
    export = here.rows(Export).create(
        form_key=secrets.token_hex(16),
        group_id=GROUP,
        audience_id="aud1",
        columns=["id"],
        by=here.rows(User).get(is_superuser=True),
        state="whole",
        archive="1.zip",
        ended_at=ended,
        expires_at=ended + timedelta(hours=1),
    )
    folder = Path(here.environ["VAR_DIR"]) / "exports" / export.folder
    folder.mkdir(parents=True)
    with ZipFile(folder / export.archive, "w") as pack:
        pack.writestr("people.csv", secrets.token_bytes(2**23))
    return f"/g/{GROUP}/audiences/aud1/exports/{export.form_key}/file/"


def slowly(me: Person, path: str) -> socket.socket:
    """Fetch it, and take no more than how it begins."""
    at = urlsplit(me.url)
    fetches = socket.socket()
    fetches.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    fetches.settimeout(20)
    fetches.connect((at.hostname, at.port))
    cookies = "; ".join(f"{name}={value}" for name, value in me.cookies.items())
    fetches.sendall(f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {cookies}\r\n\r\n".encode())
    assert fetches.recv(15) == b"HTTP/1.1 200 OK"
    return fetches


def test_who_fetches_slowly_keeps_nobody_waiting_and_may_go_away(here):
    path = an_export(here)
    url, _ = here.web(another_port())
    me = here.person(url)
    with ExitStack() as browsers:
        for _ in range(AT_ONCE):
            browsers.enter_context(slowly(me, path))
        assert [me.get(page).status_code for page in ("/health/ready", "/account/")] == [200, 200]
        refused = me.get(path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert "Many files are being fetched just now" in refused.text
    wait(lambda: me.get(path).status_code == 200)
    assert here.said() == ""
