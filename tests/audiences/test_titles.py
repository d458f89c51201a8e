"""What the tab says: how much is new, what the page is, and whose it is."""

import html
import re

import pytest

from audiences.models import Notice
from team.models import User

pytestmark = pytest.mark.django_db
PAGES = {
    "": "All audiences",
    "?folder=nothing": "All audiences",
    "links/": "Links",
    "team/": "Team",
    "audit/": "Audit log",
    "audiences/new/": "New audience",
}


def title(answer) -> str:
    return html.unescape(re.search("<title>(.*)</title>", answer.content.decode())[1])


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_group_name_it(boss, row, fake, path):
    assert title(boss.get(f"/g/grp/{path}")) == f"{PAGES[path]} · Group"


@pytest.mark.parametrize(("path", "says"), [("/account/", "Your account"), ("/status/", "Status")])
def test_pages_without_a_group_name_the_dashboard(boss, row, fake, path, says):
    assert title(boss.get(path)) == f"{says} · Audience Dashboard"


def test_an_audience_and_what_one_has_not_read(boss, row, fake):
    for number in range(2):
        me = User.objects.get()
        Notice.objects.create(user=me, group=row, kind="ready", name="News", audience_id=f"new-{number}")
    assert re.fullmatch(r"\(2\) .+ · Group", title(boss.get("/g/grp/audiences/aud/")))
    assert title(boss.get("/account/")) == "Your account · Audience Dashboard"


def test_nobody_who_is_out_of_a_group_reads_its_name(client, row, fake):
    User.objects.create_user("eve@example.com")
    client.force_login(User.objects.get())
    assert title(client.get("/g/grp/")) == title(client.get("/g/none/")) == "Not found · Audience Dashboard"
