"""Pages that look again by themselves without scripts: nobody need sit before them."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import sharing
from audiences.models import Attempt, Notice, Watch
from audiences.shareview import View
from team.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(row, mia):
    """Addresses of pages that are waiting for something."""
    Watch.objects.create(group=row, audience_id="aud", next_check_at=timezone.now() + timedelta(hours=1))
    Attempt.objects.create(group=row, form_key="f" * 32, name="Porto", name_key="porto", type="on_demand", state="sent")
    token = sharing.make(row, "aud", View("Lisbon"), mia, form_key="a" * 32, days=30)
    return {
        "audience": "/g/grp/audiences/aud/?at=two&x=%22%26",
        "attempt": f"/g/grp/audiences/new/{'f' * 32}/",
        "link": f"/s/{token}/",
    }


def refreshed(page):
    """Where a browser without scripts goes after a while."""
    content = re.search(r'<noscript><meta http-equiv="refresh" content="\d+; url=([^"]+)">', page.content.decode())[1]
    return page.wsgi_request.path + html.unescape(content)


@pytest.mark.parametrize("name", ["audience", "attempt", "link"])
def test_it_keeps_no_session_alive_and_a_visit_does(member, pages, name):
    again = refreshed(member.get(pages[name]))
    assert again.startswith(pages[name])
    session = member.session
    session["seen_at"] -= 4000
    session.save()
    before = Session.objects.get().expire_date
    assert refreshed(member.get(again)) == again
    assert Session.objects.get().expire_date == before
    member.get(pages[name])
    assert Session.objects.get().expire_date > before


def test_what_happened_there_is_still_news(member, mia, row, pages):
    again = refreshed(member.get(pages["audience"]))
    Notice.objects.create(user=mia, group=row, kind="ready", name="Porto", audience_id="aud", made_at=timezone.now())
    member.get(again)
    assert Notice.objects.get().read_at is None
    member.get(pages["audience"])
    assert Notice.objects.get().read_at is not None
