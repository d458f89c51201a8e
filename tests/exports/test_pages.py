"""The page of exports, what can be done there and what is fetched, against the real sandbox where it asks the API."""

import errno
import hashlib
import io
import json
import re
import threading
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audiences import notices
from audiences.api.errors import NotReady, TimedOut
from audiences.components import PEOPLE
from audiences.exports import cards, desk
from audiences.exports.columns import DEFAULT, KEYS
from audiences.exports.order import Export
from audiences.models import Notice
from audiences.views import fetching
from team.models import Event, Membership, User
from tests.audiences.conftest import (  # noqa: F401
    ada,
    api,
    boss,
    fake,
    group,
    groups,
    member,
    named,
    row,
    sandbox_url,
)
from tests.exports.rows import closed, made

pytestmark = pytest.mark.django_db
State = Export.State
PAGE = "/g/grp/audiences/aud/exports/"


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path


@pytest.fixture
def reader(client, ada, fake):  # noqa: F811
    """Ada, a member, in front of an API that a test makes up."""
    client.force_login(ada)
    return client


def text(answer):
    return answer.content.decode()


def form_of(page):
    """What a browser would send of it."""
    data = {"form_key": re.search(r'name="form_key" value="(\w{32})"', page)[1]}
    data["format"] = re.search(r'name="format" value="(\w+)" checked', page)[1]
    data["columns"] = re.findall(r'name="columns" value="([^"]+)"[^>]* checked', page)
    return data


def address(export, suffix=""):
    return f"{reverse('export', args=[export.group_id, export.audience_id, export.form_key])}{suffix}"


def test_begun_from_the_page_with_what_is_usual(member, group, named):  # noqa: F811
    audience = named("Nordic RevOps leads")
    here = reverse("exports", args=[group.id, audience.id])
    answer = member.post(here, form_of(text(member.get(here))), headers={"User-Agent": "test"})
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"{here}#export-{export.form_key}")
    assert (export.name, export.expected, export.format) == (audience.name, audience.prospect_count, "csv")
    assert (export.columns, export.is_queued, export.by.email) == (list(DEFAULT), True, "mia@example.com")
    page = text(member.get(here))
    assert f'id="export-{export.form_key}"' in page
    assert "It is the next one." in page
    assert Event.objects.get().about == audience.name


def test_the_next_form_begins_with_what_was_chosen_last(reader):
    form = form_of(text(reader.get(PAGE))) | {"format": "xlsx", "columns": ["premium", "id"]}
    reader.post(PAGE, form)
    again = form_of(text(reader.get(PAGE)))
    assert (again["format"], again["columns"]) == ("xlsx", ["id", "premium"])
    assert again["form_key"] != form["form_key"]
    assert reader.post(PAGE, form).status_code == 303
    assert Export.objects.count() == 1


def test_a_choice_outlives_the_session(reader, ada):  # noqa: F811
    ada.set_password("a password for tests")
    ada.save()
    reader.force_login(ada)
    form = form_of(text(reader.get(PAGE))) | {"format": "xlsx", "columns": ["id", "emails[].email"], "typed_by": ada.pk}
    reader.logout()
    answer = reader.post(PAGE, form)
    draft = re.search(r'name="draft" value="([^"]+)"', text(answer))[1]
    assert (answer.status_code, Export.objects.count()) == (403, 0)
    sign_in = {"email": ada.email, "password": "a password for tests", "draft": draft, "next": PAGE}
    back = form_of(text(reader.post(reverse("sign_in"), sign_in, follow=True)))
    assert (back["format"], back["columns"]) == ("xlsx", ["id", "emails[].email"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns": []}, "Choose at least one column."),
        ({"columns": ["id", "nonsense"]}, "One of the columns is unknown here."),
        ({"format": "pdf"}, "Choose one of the two."),
        ({"form_key": "nonsense"}, "did not come whole"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(reader, changes, said):
    form = form_of(text(reader.get(PAGE))) | {"format": "xlsx", "columns": ["id", "about"]} | changes
    answer = reader.post(PAGE, form)
    assert (answer.status_code, said in text(answer), Export.objects.count()) == (422, True, 0)
    if "format" not in changes:
        back = form_of(text(answer))
        assert (back["format"], back["columns"]) == ("xlsx", [key for key in KEYS if key in form["columns"]])


def test_too_many_is_said_with_the_form_as_it_was(reader, row, ada):  # noqa: F811
    for _ in range(5):
        made(row, ada, "else", name="<b>Else")
    answer = reader.post(PAGE, form_of(text(reader.get(PAGE))) | {"format": "xlsx"})
    assert (answer.status_code, Export.objects.count()) == (422, 5)
    assert "You have 5 exports under way in this account group already." in text(answer)
    assert 'They are of <a href="/g/grp/audiences/else/exports/"><bdi>&lt;b&gt;Else</bdi></a>.' in text(answer)
    assert form_of(text(answer))["format"] == "xlsx"


def test_who_may_not_export_is_led_to_an_admin(reader, row, ada):  # noqa: F811
    row.exporting = "admins"
    row.save()
    answer = reader.get(PAGE)
    assert (answer.status_code, 'name="what" value="export"' in text(answer)) == (403, True)
    assert reader.post(PAGE, {}).status_code == 403
    mine = closed(row, ada)
    for suffix in ("download/", "file/", "manifest/"):
        assert reader.get(address(mine, suffix)).status_code == 403
    assert reader.get(f"{PAGE}pulse/").status_code == 403


def test_an_audience_that_is_not_there_is_a_404(member, group):  # noqa: F811
    for suffix in ("", "pulse/"):
        assert member.get(f"/g/{group.id}/audiences/5fc514488df38985b3b9ffff/exports/{suffix}").status_code == 404


def test_one_that_is_gone_keeps_its_page_as_long_as_there_is_a_file(member, group):  # noqa: F811
    closed(group, User.objects.get(email="mia@example.com"), "5fc514488df38985b3b9ffff", early="the audience is gone")
    here = f"/g/{group.id}/audiences/5fc514488df38985b3b9ffff/exports/"
    answer = member.get(here)
    assert (answer.status_code, "not there any more" in text(answer)) == (200, True)
    assert 'id="export-form"' not in text(answer)
    form = {"form_key": "a" * 32, "format": "csv", "columns": ["id"]}
    assert (member.post(here, form).status_code, Export.objects.count()) == (404, 1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotReady("409", status=409), "still being populated"),
        (TimedOut("", status=0, code="", details=None, trace_id="t-7", method="GET", path="/v1"), "did not answer in"),
    ],
)
def test_it_can_be_begun_while_the_audience_fills_or_the_api_is_down(reader, fake, error, said):  # noqa: F811
    fake.failures["audience"] = error
    here = PAGE.replace("/aud/", "/fill/")
    page = reader.get(here)
    assert (page.status_code, said in text(page)) == (200, True)
    assert reader.post(here, form_of(text(page))).status_code == 303
    assert Export.objects.get().is_queued


def test_a_member_sees_their_own_and_an_admin_all(reader, row, ada):  # noqa: F811
    mia = User.objects.create_user("mia@example.com", name="Mia")
    mine, hers = closed(row, ada), closed(row, mia)
    assert (mine.form_key in text(reader.get(PAGE)), hers.form_key in text(reader.get(PAGE))) == (True, False)
    for suffix in ("download/", "file/", "manifest/"):
        assert reader.get(address(hers, suffix)).status_code == 404
    assert reader.post(address(hers), {"wish": "delete"}).status_code == 404
    Membership.objects.filter(user=ada).update(role="admin")
    assert "by <bdi>Mia</bdi>" in text(reader.get(PAGE))
    assert content(reader.get(address(hers, "download/")))


def states(row, ada):  # noqa: F811
    """One in each state, by what its card is called."""
    soon = timezone.now() + timedelta(seconds=40)
    walking = {"expected": 200, "rows": 84, "pages": 2, "next_check_at": soon}
    return {
        "queued": made(row, ada, started_at=None, next_check_at=soon),
        "reading": made(row, ada, **walking),
        "waiting": made(row, ada, problem="slow down.", trace_id="t-9", **walking),
        "closing": made(row, ada, **walking | {"state": State.CLOSING, "closed_rows": 21}),
        "whole": closed(row, ada, expected=99),
        "partial": closed(row, ada, early="Ada stopped it.", expected=200),
        "cancelled": made(row, ada, state=State.CANCELLED),
    }


def test_each_state_says_what_it_is(reader, row, ada):  # noqa: F811
    made(row, User.objects.create_user("mia@example.com"), started_at=None)  # before ours
    by_kind = states(row, ada)
    page = text(reader.get(PAGE))
    said = {
        kind: re.sub(r"<[^>]*>|\s+", " ", re.search(rf'id="export-{one.form_key}".*?</li>', page, re.DOTALL)[0])
        for kind, one in by_kind.items()
    }
    wanted = {
        "queued": ["1 other before yours", "Cancel"],
        "reading": ["42 %", "84 of about 200 people", "2 pages", "Cancel", "Stop here and keep what there is"],
        "waiting": ["Waiting since", ": slow down. It goes on at", "t-9", "Cancel"],
        "closing": ["Writing the file", "25 %", "Cancel"],
        "whole": [f"Whole: {len(PEOPLE)} people", "counts about 99", "Kept until", "SHA-256", "last-trace", "Delete"],
        "partial": [f"Partial: {len(PEOPLE)} of about 200", "people are missing", "Ada stopped it.", "Take up again"],
        "cancelled": ["Cancelled", "Delete"],
    }
    for kind, words in wanted.items():
        flat = " ".join(said[kind].split())
        assert [word for word in words if word not in flat] == [], (kind, flat)
        assert cards.Card(by_kind[kind], facts=None).kind == kind
    assert "Whole" not in said["partial"].partition("Manifest")[0]
    assert "Stop here" not in said["closing"] + said["queued"]


@pytest.mark.parametrize(
    ("values", "percent"),
    [
        ({"rows": 0, "expected": 0}, None),
        ({"rows": 5, "expected": None}, None),
        ({"rows": 200, "expected": 200}, 99),
        ({"rows": 201, "expected": 200}, None),
        ({"rows": 0, "state": State.CLOSING}, None),
    ],
)
def test_what_nobody_knows_has_no_percentage_and_what_is_not_over_is_never_whole(values, percent):
    assert cards.Card(Export(**values)).percent == percent


def test_the_pulse_reads_no_api_and_tells_only_news(reader, row, ada, fake):  # noqa: F811
    export = states(row, ada)["reading"]
    reader.get(PAGE)
    fake.calls.clear()
    first = reader.get(f"{PAGE}pulse/")
    assert "42 %" in text(first)
    assert "csrf" not in text(first)
    assert reader.get(f"{PAGE}pulse/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    Export.objects.filter(pk=export.pk).update(rows=100)
    news = reader.get(f"{PAGE}pulse/", headers={"If-None-Match": first["ETag"]})
    assert (news.status_code, "50 %" in text(news), fake.calls) == (200, True, [])


def test_what_can_be_done(reader, row, ada):  # noqa: F811
    reading, partial = made(row, ada, rows=3), closed(row, ada, early="Ada stopped it.")
    for export, wish, state in (
        (reading, "stop", "closing"),
        (reading, "cancel", "cancelled"),
        (partial, "again", "walking"),
    ):
        answer = reader.post(address(export), {"wish": wish})
        assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}#export-{export.form_key}")
        assert Export.objects.get(pk=export.pk).state == state
    assert reader.post(address(reading), {"wish": "delete"})["Location"] == f"{PAGE}#exports"
    assert list(Export.objects.all()) == [partial]
    assert reader.post(address(partial), {"wish": "nonsense"}).status_code == 403
    assert reader.post(address(partial), {"wish": "stop"}).status_code == 303


def test_no_more_are_taken_up_than_may_be_under_way_which_is_said_once(reader, row, ada):  # noqa: F811
    partial = closed(row, ada, early="Ada stopped it.")
    for _ in range(5):
        made(row, ada)
    answer = reader.post(address(partial), {"wish": "again"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    page = text(reader.get(PAGE))
    assert ("You have 5 exports under way" in page, 'http-equiv="refresh"' in page) == (True, False)
    assert "<title>Not taken up" in page
    assert "You have 5 exports under way" not in text(reader.get(PAGE))


def test_what_cannot_be_taken_up_says_why_and_what_has_no_file_can_be(reader, row, ada):  # noqa: F811
    mia = User.objects.create_user("mia@example.com", name="Mia")
    Membership.objects.filter(user=ada).update(role="admin")
    over = {"state": State.PARTIAL, "rows": 7, "next_check_at": None}
    for by, said in ((mia, "<bdi>Mia</bdi> may not export"), (None, "who asked for it has left")):
        export = made(row, by, **over)
        page = text(reader.get(PAGE))
        assert (said in page, "Take up again</button>" in page) == (True, False)
        assert reader.post(address(export), {"wish": "again"}).status_code == 303
        assert Export.objects.get(pk=export.pk).state == State.PARTIAL
    made(row, ada, **over)
    assert text(reader.get(PAGE)).count("Take up again</button>") == 1


def content(answer):
    data = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(data))
    assert (answer["Cache-Control"], "Content-Encoding" in answer) == ("no-store, private", False)
    assert answer["Content-Disposition"].startswith("attachment; filename")
    return data


@pytest.mark.parametrize("bom", [True, False])
def test_the_download_is_the_file_with_its_manifest(reader, row, ada, bom):  # noqa: F811
    export = closed(row, ada)
    query = "" if bom else "?bom=0"
    alone = content(reader.get(address(export, f"file/{query}"), headers={"Accept-Encoding": "gzip"}))
    answer = reader.get(address(export, f"download/{query}"), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content(answer))) as archive:
        name, manifest = archive.namelist()
        assert (archive.read(name), alone.startswith(b"\xef\xbb\xbf")) == (alone, bom)
        facts = json.loads(archive.read(manifest))
    digest = facts["file"]["sha256"] if bom else facts["fileWithoutBom"]["sha256"]
    assert (hashlib.sha256(alone).hexdigest(), facts["file"]["sha256"]) == (digest, export.sha256)
    assert facts == json.loads(reader.get(address(export, "manifest/")).content)


def test_every_fetch_stands_in_the_audit_log_and_a_head_is_none(reader, row, ada):  # noqa: F811
    export = closed(row, ada)
    for suffix in ("download/", "file/", "manifest/"):
        for ask in (reader.head, reader.get):
            answer = ask(address(export, suffix))
            assert answer.status_code == 200
            answer.close()
    told = Event.objects.values_list("kind", "about", "subject")
    assert list(told) == [("export-fetched", f"Nordic leads ({len(PEOPLE)} people)", f"export:{export.pk}")] * 3


def test_a_file_that_is_gone_or_not_there_yet_is_a_designed_404(reader, row, ada):  # noqa: F811
    gone, going = closed(row, ada), made(row, ada)
    (gone.path() / gone.archive).unlink()
    assert "Its file is lost" in text(reader.get(PAGE))
    for export, said in ((gone, "not there any more"), (going, "not finished yet")):
        for suffix in ("download/", "download/?bom=0", "file/", "manifest/"):
            answer = reader.get(address(export, suffix))
            assert (answer.status_code, said in text(answer)) == (404, True)
    assert not Event.objects.exists()


def _damage(export, entry):
    """Have nothing of this entry of the archive be readable."""
    path = export.path() / export.archive
    with zipfile.ZipFile(path) as pack:
        at = pack.infolist()[entry].header_offset + 30 + len(pack.namelist()[entry].encode())
    data = bytearray(path.read_bytes())
    data[at : at + 20] = b"\xff" * 20
    path.write_bytes(data)


def test_an_archive_that_is_damaged_costs_itself_alone(reader, row, ada):  # noqa: F811
    damaged, well = closed(row, ada), closed(row, ada)
    _damage(damaged, 0)
    assert reader.get(address(damaged, "download/?bom=0")).status_code == 404
    assert reader.get(address(damaged, "file/?bom=0")).status_code == 404
    _damage(damaged, 1)
    for suffix in ("", "pulse/"):
        page = text(reader.get(f"{PAGE}{suffix}"))
        assert ("Its file is lost" in page, address(well, "download/") in page) == (True, True)
    assert reader.get(address(damaged, "manifest/")).status_code == 404
    assert not Event.objects.exists()


def _refuse(number):
    def refuse(*_, **__):
        raise OSError(number, "")

    return refuse


def test_a_disk_that_gives_nothing_is_a_file_that_is_lost(reader, row, ada, monkeypatch):  # noqa: F811
    export = closed(row, ada)
    monkeypatch.setattr("pathlib.Path.is_file", _refuse(errno.EACCES))
    monkeypatch.setattr("pathlib.Path.open", _refuse(errno.EIO))
    assert "Its file is lost" in text(reader.get(PAGE))
    assert reader.get(address(export, "download/")).status_code == 404


@pytest.mark.parametrize("at", ["tempfile.TemporaryFile", "shutil.copyfileobj"])
def test_a_full_disk_says_so_and_costs_only_what_is_made_anew(reader, row, ada, monkeypatch, at):  # noqa: F811
    export = closed(row, ada)
    monkeypatch.setattr(at, _refuse(errno.ENOSPC))
    answer = reader.get(address(export, "download/?bom=0"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "no room" in text(answer)
    assert not Event.objects.exists()
    monkeypatch.undo()
    assert content(reader.get(address(export, "download/")))


def test_nothing_is_made_for_a_head(reader, row, ada, monkeypatch):  # noqa: F811
    monkeypatch.setattr("tempfile.TemporaryFile", _refuse(errno.ENOSPC))
    answer = reader.head(address(closed(row, ada), "download/?bom=0"))
    assert (answer.status_code, "Content-Length" in answer) == (200, False)
    answer.close()


def test_one_person_is_no_people(reader, row, ada):  # noqa: F811
    one = {"rows": 1, "expected": None}
    closed(row, ada, people=PEOPLE[:1], early="Ada stopped it.", **one)
    export = made(row, ada, **one)
    page = text(reader.get(PAGE))
    assert ("Partial: 1 person<" in page, "1 person · 0 pages" in page, "1 people" in page) == (True, True, False)
    reader.post(address(export), {"wish": "cancel"})
    assert Event.objects.get().about == "Nordic leads (1 person)"


def test_who_finds_no_place_to_fetch_is_told_and_each_place_comes_back(reader, row, ada, monkeypatch):  # noqa: F811
    export, one = closed(row, ada), threading.BoundedSemaphore(1)
    monkeypatch.setattr(fetching, "places", lambda: one)
    with monkeypatch.context() as unnoted:
        unnoted.setattr(desk, "fetched", _refuse(errno.EIO))
        with pytest.raises(OSError, match="5"):
            reader.get(address(export, "download/"))
    first = reader.get(address(export, "download/"))
    refused = reader.get(address(export, "file/"))
    assert (first.status_code, refused.status_code, refused["Retry-After"]) == (200, 503, "10")
    assert reader.get(address(export, "manifest/")).status_code == 200
    first.close()
    assert content(reader.get(address(export, "file/")))
    assert reader.get(address(made(row, ada), "file/")).status_code == 404
    assert one.acquire(blocking=False)


def test_a_notice_leads_here_and_is_read_here_alone(reader, row, ada):  # noqa: F811
    for kind in ("exported", "export-early"):
        notices.tell([ada], row, kind, "Leads", audience_id="aud")
    unread = Notice.objects.filter(read_at=None)
    assert notices.address(unread[0]) == f"{PAGE}#exports"
    reader.get("/g/grp/audiences/aud/")
    reader.get(f"{PAGE}pulse/", headers={"Unattended": "1"})
    assert unread.count() == 2
    reader.get(f"{PAGE}pulse/")
    assert unread.count() == 0


def test_hostile_names_stay_text(reader, row, ada):  # noqa: F811
    closed(row, ada, name="<script>alert(1)</script>", early="<img src=x onerror=alert(1)>", trace_id="<b>")
    made(row, ada, name="<script>", problem="<img src=x>", trace_id="<i>x")
    page = text(reader.get(PAGE))
    assert [bad for bad in ("<script>a", "<img", "<b></code>", "<i>x") if bad in page] == []


@pytest.mark.parametrize("kind", ["", "1", "2"])
def test_without_scripts_it_looks_again_at_another_address_each_time(reader, row, ada, kind):  # noqa: F811
    made(row, ada)
    page = text(reader.get(f"{PAGE}?refreshed={kind}" if kind else PAGE))
    following = "2" if kind == "1" else "1"
    assert f'http-equiv="refresh" content="5; url=?refreshed={following}#exports"' in page
    assert 'http-equiv="refresh"' not in text(reader.get(f"{PAGE}?still=1"))


def test_an_audience_that_navigation_names_costs_no_call_of_its_own(reader, fake):  # noqa: F811
    reader.get(PAGE)
    assert [call[0] for call in fake.calls] == ["navigation"]
