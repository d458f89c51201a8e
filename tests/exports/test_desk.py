"""What people may do with exports: once a form, within limits, their own alone, and what is deleted is gone."""

import os
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from audiences import schedule
from audiences.access import Entry
from audiences.components import PEOPLE
from audiences.exports import desk, limits
from audiences.exports.order import Export, kept_for, new_folder
from team.models import AccountGroup, Event, User
from tests.exports.rows import closed, made

State = Export.State
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path


@pytest.fixture
def group(db):
    return AccountGroup.objects.create(id="grp", name="Group")


@pytest.fixture
def ada(group):
    return _member(group, "ada@example.com")


@pytest.fixture
def mia(group):
    return _member(group, "mia@example.com")


def _member(group, email):
    user = User.objects.create_user(email, name=email.partition("@")[0].title())
    group.members.add(user)
    return user


def begin(user, group, form_key="a" * 32, **values):
    given = {"format": "csv", "columns": ["id"], "expected": 3} | values
    return desk.begin(Entry(user, group, is_admin=False), "aud", "Leads", form_key=form_key, **given)


def spool(export):
    export.path().mkdir()
    (export.path() / "1.jsonl").write_text("somebody")
    return export


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_the_same_form_makes_one_export(group, ada):
    first, again = begin(ada, group), begin(ada, group, format="xlsx")
    assert (again.pk, again.format, Export.objects.count(), kinds()) == (first.pk, "csv", 1, ["export-started"])


def test_a_form_of_somebody_else_makes_none_and_tells_nothing(group, ada, mia):
    begin(ada, group)
    with pytest.raises(Http404):
        begin(mia, group)
    assert Export.objects.count() == 1


def test_nobody_has_more_than_five_under_way_in_a_group(group, ada, mia):
    for number in range(limits.UNDER_WAY_MOST):
        begin(ada, group, f"{number}" * 32)
    with pytest.raises(limits.TooMany):
        begin(ada, group)
    assert begin(mia, group).by == mia
    assert begin(ada, group, "0" * 32).form_key == "0" * 32  # it is there already


def test_nobody_keeps_more_than_thirty(group, ada):
    gone = made(group, ada, state=State.CANCELLED, expires_at=timezone.now())
    for number in range(limits.KEPT_MOST - 1):
        made(group, ada, f"aud-{number % 2}", name=f"Name {number % 2}", state=State.CANCELLED)
    begin(ada, group)
    with pytest.raises(limits.TooMany, match="Delete one") as raised:
        begin(ada, group, "b" * 32)
    assert raised.value.of == {"aud-0": "Name 0", "aud-1": "Name 1", "aud": "Leads"}
    assert Export.objects.filter(pk=gone.pk).exists()


def test_one_that_is_taken_up_counts_as_one_under_way(group, ada):
    partial = closed(group, ada, early="Ada stopped it.")
    for _ in range(limits.UNDER_WAY_MOST):
        made(group, ada)
    with pytest.raises(limits.TooMany):
        desk.again(partial, ada)
    partial.refresh_from_db()
    assert (partial.state, (partial.path() / partial.archive).exists()) == (State.PARTIAL, True)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (60, "60 seconds"),
        (3600, "60 minutes"),
        (24 * 3600, "24 hours"),
        (60 * 3600, "60 hours"),
        (48 * 3600, "2 days"),
        (61, "61 seconds"),
    ],
)
def test_how_long_files_are_kept_is_said_as_it_is(settings, seconds, said):
    settings.EXPORTS_MAX_AGE = seconds
    assert kept_for() == said


def test_a_member_sees_their_own_an_admin_all_and_nobody_what_has_expired(group, ada, mia):
    ours, theirs = made(group, ada), made(group, mia)
    made(group, ada, state=State.WHOLE, expires_at=timezone.now())
    made(AccountGroup.objects.create(id="other", name="Other"), ada)
    assert list(desk.visible(Entry(ada, group, is_admin=False))) == [ours]
    assert set(desk.visible(Entry(ada, group, is_admin=True))) == {ours, theirs}
    with pytest.raises(Http404):
        desk.find(Entry(ada, group, is_admin=False), "aud", theirs.form_key)
    with pytest.raises(Http404):
        desk.find(Entry(ada, group, is_admin=False), "another", ours.form_key)


@pytest.mark.parametrize("state", [State.WALKING, State.CLOSING])
def test_cancel_deletes_what_was_written_and_stops_whoever_writes(group, ada, state):
    export = spool(made(group, ada, state=state, rows=7))
    at_work = Export.objects.get()
    schedule.hold(at_work)
    assert desk.cancel(export, ada)
    assert not schedule.keep(at_work, rows=8)
    assert (Export.objects.get().state, Export.objects.get().next_check_at) == (State.CANCELLED, None)
    assert (export.path().exists(), kinds()) == (False, ["export-cancelled"])
    assert not desk.cancel(export, ada)


def test_stop_keeps_what_there_is_and_has_it_closed_at_once(group, ada):
    export = spool(made(group, ada, rows=7, problem="slow down", lease_until=timezone.now() + timedelta(minutes=1)))
    assert desk.stop(export, ada)
    assert (export.state, export.early, export.problem) == (State.CLOSING, "Ada stopped it.", "")
    assert schedule.claim(Export.objects.all()) == export
    assert (export.path().exists(), kinds()) == (True, ["export-stopped"])
    assert not desk.stop(export, ada)


def test_stopping_one_that_has_nobody_yet_cancels_it(group, ada):
    export = made(group, ada)
    assert desk.stop(export, ada)
    assert (Export.objects.get().state, kinds()) == (State.CANCELLED, ["export-cancelled"])


@pytest.mark.parametrize(("cursor", "kept"), [("there", len(PEOPLE)), ("", 0)])
def test_taken_up_again_where_it_ended_or_from_the_start(group, ada, cursor, kept):
    export = closed(group, ada, early="Ada stopped it.", cursor=cursor, segments=[["1.jsonl", 8]])
    archive = export.path() / export.archive
    assert desk.again(export, ada)
    assert (export.state, export.rows, export.early, export.expires_at) == (State.WALKING, kept, "", None)
    assert (bool(export.segments), archive.exists(), export.has_file) == (bool(kept), False, False)
    assert schedule.claim(Export.objects.all()) == export
    assert not desk.again(export, ada)


def test_one_whose_maker_may_not_export_any_more_stays_as_it_is(group, ada, mia):
    AccountGroup.objects.update(exporting="admins")
    hers, nobodys = closed(group, mia, early="Mia stopped it."), closed(group, None, early="It broke.")
    for export in (hers, nobodys):
        export.refresh_from_db()
        assert not desk.again(export, ada)
        assert (export.state, (export.path() / export.archive).exists()) == (State.PARTIAL, True)


def test_one_that_could_not_be_written_is_taken_up_again(group, ada):
    export = closed(group, ada, early="No file.", cursor="there")
    Export.objects.filter(pk=export.pk).update(archive="")
    export.refresh_from_db()
    assert desk.again(export, ada)
    assert export.state == State.WALKING


def test_a_whole_one_is_not_taken_up(group, ada):
    assert not desk.again(closed(group, ada), ada)


def test_delete_takes_row_and_file(group, ada):
    export = closed(group, ada)
    desk.remove(export, ada)
    assert (Export.objects.exists(), export.path().exists(), kinds()) == (False, False, ["export-deleted"])


def test_who_leaves_leaves_no_file(group, ada, mia, django_capture_on_commit_callbacks):
    ours, theirs = closed(group, ada), closed(group, mia)
    with django_capture_on_commit_callbacks(execute=True):
        desk.leave(group, ada)
    assert (ours.path().exists(), theirs.path().exists(), kinds()) == (False, True, ["export-deleted"])
    assert list(Export.objects.all()) == [theirs]


def test_what_is_too_old_goes_row_and_file(group, ada):
    old, new = closed(group, ada), closed(group, ada)
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    desk.clear_expired()
    assert (old.path().exists(), new.path().exists(), list(Export.objects.all())) == (False, True, [new])
    assert list(Event.objects.values_list("kind", "by")) == [("export-deleted", None)]


def test_what_is_taken_up_in_the_moment_it_expires_stays(group, ada, monkeypatch):
    export, ask = closed(group, ada, early="Ada stopped it.", cursor="there"), QuerySet.__iter__

    def and_it_is_taken_up(found):
        rows = list(ask(found))
        monkeypatch.undo()
        assert desk.again(Export.objects.get(), ada)
        return iter(rows)

    Export.objects.update(expires_at=timezone.now())
    monkeypatch.setattr(QuerySet, "__iter__", and_it_is_taken_up)
    desk.clear_expired()
    assert (Export.objects.get().state, export.path().exists()) == (State.WALKING, True)


def test_folders_without_a_row_go_once_they_are_old(group, ada, settings):
    kept, names = closed(group, ada).path(), (new_folder(), new_folder(), "holidays", "a" * 33, "A" * 32)
    stray, young, *others = (settings.EXPORTS_DIR / name for name in names)
    for folder in (stray, young, *others):
        folder.mkdir()
    for folder in (kept, stray, *others):
        os.utime(folder, (0, 0))
    desk.clear_old()
    assert (kept.exists(), stray.exists(), young.exists()) == (True, False, True)
    assert all(folder.exists() for folder in others)


def test_without_any_folder_there_is_nothing_to_clear(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "never made"
    desk.clear_old()
