"""What admins and operators are told is wrong, from what has happened alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import calls
from audiences.api import errors
from audiences.api.messages import Operation
from operations import findings
from operations.models import Heartbeat
from team.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _well(settings, fake):
    """A deployment in which everything lives; nothing is known of the key yet."""
    settings.SAMPLE_DATA = True  # whose backups nobody misses
    calls._noted.clear()
    for kind in Heartbeat.Kind:
        Heartbeat.objects.create(kind=kind, name=f"{kind}-1", at=timezone.now())


def found():
    admin = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("boss@example.com")
    return findings.all_for(admin)


def codes():
    return [finding.code for finding in found()]


def after(operation, error):
    calls.record(operation, 0.1, error, getattr(error, "trace_id", ""))


def error(kind, status):
    return kind("no", status=status, trace_id="t-7")


def test_nothing_is_wrong():
    assert codes() == []


@pytest.mark.parametrize(("kind", "code"), [("worker", "E103"), ("beat", "E104")])
def test_whoever_was_not_seen_for_a_minute(kind, code):
    Heartbeat.objects.filter(kind=kind).update(at=timezone.now() - timedelta(seconds=61))
    assert codes() == [code]
    assert "has been seen since" in found()[0].what
    Heartbeat.objects.filter(kind=kind).delete()
    assert "has ever been seen" in found()[0].what


def test_one_of_several_that_lives_is_enough():
    Heartbeat.objects.create(kind="worker", name="dead", at=timezone.now() - timedelta(hours=1))
    assert codes() == []


def test_a_permission_that_the_key_lacks():
    after(Operation.NAVIGATION, None)
    after(Operation.PROSPECTS, error(errors.Forbidden, 403))
    assert codes() == ["E107"]
    assert "prospects:read (trace id t-7)" in found()[0].what
    after(Operation.PROSPECTS, None)
    assert codes() == []


def test_writing_is_unknown_until_used_and_then_known():
    assert calls.known("audiences:write") is None
    after(Operation.CREATE, error(errors.Forbidden, 403))
    assert calls.known("audiences:write").well is False
    assert codes() == []  # whoever creates is told; nobody else needs it
    after(Operation.CREATE, error(errors.Unprocessable, 422))
    assert calls.known("audiences:write").well is True


@pytest.mark.parametrize(
    "silent", [errors.RateLimited("", status=429), errors.Unauthorized("", status=401), errors.TimedOut("")]
)
def test_what_says_nothing_of_a_permission_teaches_nothing(silent):
    after(Operation.PROSPECTS, silent)
    assert calls.known("prospects:read") is None


def test_an_api_that_cannot_be_reached_and_one_that_can_again():
    after(Operation.NAVIGATION, error(errors.UpstreamError, 502))
    assert codes() == []  # it has answered
    after(Operation.NAVIGATION, errors.TimedOut("no"))
    assert codes() == ["W106"]
    after(Operation.NAVIGATION, error(errors.NotFound, 404))
    assert codes() == []


def test_a_broker_that_is_gone(settings, free_port):
    settings.BROKER_URL = f"redis://127.0.0.1:{free_port}/0"
    assert codes() == ["E102"]


def test_backups_that_nobody_takes(settings):
    settings.SAMPLE_DATA = False
    assert codes() == ["W108"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (None, "answered"),
        (error(errors.Unauthorized, 401), "key_refused"),
        (error(errors.Forbidden, 403), "forbidden"),
        (error(errors.NotFound, 404), "not_found"),
        (error(errors.NotReady, 409), "not_ready"),
        (error(errors.ValidationFailed, 400), "refused"),
        (error(errors.RateLimited, 429), "limited"),
        (error(errors.InternalError, 500), "failed"),
        (errors.NotSent("no"), "unsent"),
    ],
)
def test_each_outcome_has_its_word(said, outcome):
    assert calls.outcome_of(said) == outcome
    assert outcome in calls.OUTCOMES
