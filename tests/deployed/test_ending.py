"""A web server that is told to end, as at an upgrade: what it has begun is finished, what is new goes elsewhere."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.dashboard.running import wait

SLOW = 2.0  # seconds


def test_a_page_under_way_is_finished_while_new_connections_are_refused(site, counting_api):
    here = site(WEB_WORKERS=2)
    assert here.get("/g/grp/").status_code == 200
    counting_api.does.delay = SLOW
    (parent,) = {process.parent() for process in here.workers()}
    with ThreadPoolExecutor(1) as reader:
        page = reader.submit(here.get, "/g/grp/audiences/aud1/prospects/")
        wait(lambda: counting_api.does.calls["prospects"])
        parent.send_signal(signal.SIGTERM)
        wait(lambda: is_refused(here.url), SLOW / 2)
        assert not page.done()
        assert page.result().status_code == 200
    with pytest.raises(requests.ConnectionError):
        here.get("/health/live")


def is_refused(url):
    """Whether a proxy may take the request elsewhere: nothing was taken, and nothing hangs."""
    try:
        requests.get(f"{url}/health/live", timeout=1)
    except requests.ConnectionError as error:
        return "refused" in repr(error)
    return False
