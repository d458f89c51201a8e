"""Whose turn it is: fairly between people, two at most, and only for those who may export."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences.api import errors
from audiences.exports import lease, turns, walking
from audiences.exports.order import Export
from audiences.models import Notice
from audiences.schedule import hold
from team.models import Allowed, Event, Membership, User
from tests.exports.worker.conftest import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(row):
    user = User.objects.create_user("mia@example.com", name="Mia")
    row.members.add(user)
    return user


@pytest.fixture
def short(monkeypatch):
    """Turns of a page, while somebody waits."""
    monkeypatch.setattr(turns, "TURN", 0.0)
    monkeypatch.setattr(turns, "_LOOK_EVERY", 0.0)
    monkeypatch.setattr(turns, "IN_VAIN", timedelta(0))


@pytest.fixture
def order(monkeypatch):
    """Whose turns there were, one after the other."""
    found, go_on = [], walking.go_on

    def noting(export, is_over):
        found.append(export.form_key)
        go_on(export, is_over)

    monkeypatch.setattr(walking, "go_on", noting)
    return found


def asked_for(worker, *wishes):
    """Exports with these names, by these people, in this order."""
    now = timezone.now() - timedelta(seconds=100)
    for number, (name, by) in enumerate(wishes):
        worker.ask(form_key=name, by=by, next_check_at=now + timedelta(seconds=number))


def test_a_person_with_many_does_not_keep_another_waiting(worker, mia, short, order):
    asked_for(worker, ("a1", worker.by), ("a2", worker.by), ("a3", worker.by), ("m1", mia))
    worker.ring()
    assert order[:6] == ["a1", "m1", "a2", "m1", "a3", "m1"]
    assert {one.state for one in Export.objects.all()} == {"whole"}


def test_of_ones_own_the_one_that_waits_longest_goes_first(worker, short, order):
    asked_for(worker, ("a1", worker.by), ("a2", worker.by))
    worker.ring()
    assert order == ["a1", "a2"] * 3


def test_who_has_one_that_is_being_read_comes_after_who_has_none(worker, mia, order):
    asked_for(worker, ("a1", worker.by), ("a2", worker.by), ("m1", mia))
    assert hold(Export.objects.get(form_key="a1"), lease.LEASE)
    worker.ring()
    assert order == ["m1", "a2"]


def test_alone_a_turn_lasts_until_the_end(worker, short, order):
    asked_for(worker, ("a1", worker.by))
    worker.ring()
    assert order == ["a1"]


def test_a_ring_that_is_over_ends_the_turn_and_the_next_goes_on(worker, monkeypatch, order):
    export = worker.ask(form_key="a1")
    monkeypatch.setattr(turns, "_end_of_turn", lambda _until: lambda: True)
    worker.ring()
    assert order == ["a1"] * 3
    assert worker.asked() == ["", "c1", "c2"]
    export.refresh_from_db()
    assert (export.state, len(export.segments), ids(export)) == ("whole", 3, "abcde")


def test_what_is_not_due_has_no_turn(worker):
    worker.ask(next_check_at=timezone.now() + timedelta(seconds=1))
    assert worker.ring() == 0


def test_two_at_most(worker, mia):
    exports = [worker.ask() for _ in range(4)]
    for export in exports[:2]:
        assert hold(export, lease.LEASE)
    assert worker.ring() == 0
    Export.objects.filter(pk=exports[0].pk).update(lease_until=timezone.now())
    assert worker.ring() == 3


def test_who_claims_at_the_same_moment_as_others_gives_it_back(worker, monkeypatch):
    first, second, third = worker.ask(), worker.ask(), worker.ask()

    def meanwhile(export, span):
        for other in (second, third):
            hold(Export.objects.get(pk=other.pk), span)
        return hold(export, span)

    monkeypatch.setattr(turns.schedule, "hold", meanwhile)
    assert worker.ring() == 0
    first.refresh_from_db()
    assert (first.started_at, first.lease_until < timezone.now()) == (None, True)


def test_one_that_nobody_foresaw_does_not_keep_the_others_waiting(worker, monkeypatch, caplog):
    asked_for(worker, ("a1", worker.by), ("a2", worker.by))
    worker.at("a", lambda: 1 / 0)
    assert worker.ring() == 2
    first, second = Export.objects.order_by("form_key")
    assert (first.state, first.tries, second.state) == ("walking", 1, "whole")
    assert first.problem == "the dashboard failed at it; its log says how"
    assert "could not go on" in caplog.text


@pytest.mark.parametrize("state", ["walking", "closing"])
@pytest.mark.parametrize("loss", ["left", "forbidden", "inactive", "nobody"])
def test_who_may_not_export_any_more_gets_nothing(worker, loss, state):
    worker.api.pages["c1"] = errors.UpstreamError("later", status=502)
    export = worker.turn(worker.ask())
    Export.objects.update(state=state)
    lose(loss, worker)
    export = worker.turn(export)
    assert (export.state, export.next_check_at, export.path().exists()) == ("cancelled", None, False)
    assert "may not export" in export.early
    assert export.expires_at
    assert Event.objects.filter(kind="export-cancelled", by=None).count() == 1
    assert not Notice.objects.exists()


def lose(loss, worker):
    if loss == "left":
        Membership.objects.all().delete()
    elif loss == "forbidden":
        worker.group.exporting = Allowed.ADMINS
        worker.group.save()
    elif loss == "inactive":
        User.objects.update(is_active=False)
    else:
        Export.objects.update(by=None)


def test_what_has_ended_is_never_taken_up_nor_waited_for(worker):
    for state in ("whole", "partial", "cancelled"):
        worker.ask(state=state)
    assert not turns._somebody_waits()
    assert worker.ring() == 0


def test_an_idle_ring_only_reads_once(worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        worker.ring()
