"""Creating without idempotency: what each outcome of the one POST makes of the attempt."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import creation, readiness, tasks, unconfirmed
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.api.records import Navigation
from audiences.models import Attempt, KnownAudience, Notice, Watch
from audiences.samename import SameName
from team.models import AccountGroup
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Freight forwarders", "type": "on_demand", "description": "Who moves goods."}
TIMED_OUT = errors.TimedOut("no answer in time", method="POST")


@pytest.fixture
def attempt(row, fake, ada):
    fake.tree = Navigation()
    return creation.write(row, ada, "a" * 32, FIELDS, same_name=False)


def sent(attempt, fake, made):
    """The attempt after its POST gave this."""
    fake.creates.append(made)
    creation.send(attempt)
    return Attempt.objects.get(pk=attempt.pk)


def posts(fake):
    return [call for call in fake.calls if call[0] == "create"]


def listed(fake, *ids, name="Freight  FORWARDERS ", **fields):
    fake.tree = Navigation((), tuple(audience(found, name, **fields) for found in ids))


def look(attempt):
    unconfirmed.look_now(Attempt.objects.get(pk=attempt.pk), Deadline(5))
    return Attempt.objects.get(pk=attempt.pk)


def test_written_before_anything_is_sent(attempt, fake):
    assert (attempt.state, attempt.sends, posts(fake)) == ("written", 0, [])


def test_created_and_watched(attempt, fake, ada):
    row = sent(attempt, fake, "new")
    assert (row.state, row.audience_id, row.next_check_at) == ("created", "new", None)
    watch = Watch.objects.get()
    assert (watch.audience_id, watch.name, watch.by, watch.state) == ("new", FIELDS["name"], ada, "populating")
    assert posts(fake) == [("create", *FIELDS.values())]


def test_nobody_sends_it_twice(attempt, fake):
    sent(attempt, fake, "new")
    creation.send(Attempt.objects.get(pk=attempt.pk))
    creation.send(attempt)
    assert len(posts(fake)) == 1


REFUSALS = [
    errors.ValidationFailed("no", status=400),
    errors.Unauthorized("no", status=401),
    errors.Forbidden("no", status=403),
    errors.NotFound("no", status=404),
    errors.Unprocessable("no", status=422),
    errors.Refused("no", status=410),
]
NOT_SENT = [
    errors.NotSent("no line"),
    errors.Resting("rest", retry_after=3),
    errors.RateLimited("429", status=429),
    errors.HeldBack("wait", retry_after=2),
]
UNCLEAR = [
    TIMED_OUT,
    errors.ConnectionLost("cut"),
    errors.InternalError("500", status=500),
    errors.UpstreamError("502", status=502),
    errors.Unreadable("no JSON", status=201),
    errors.Unreadable("redirect", status=302),
    errors.TooLarge("huge", status=201),
    *(errors.Refused("unclear", status=status) for status in (408, 409, 425)),
]


def name(error):
    return f"{type(error).__name__}-{error.status}"


@pytest.mark.parametrize("error", REFUSALS, ids=name)
def test_a_definite_no(attempt, fake, error):
    row = sent(attempt, fake, error)
    assert (row.state, row.problem, row.next_check_at) == ("refused", "no", None)


@pytest.mark.parametrize("error", NOT_SENT, ids=name)
def test_what_was_not_sent_may_be_sent_again(attempt, fake, error):
    row = sent(attempt, fake, error)
    assert (row.state, row.may_exist) == ("unsent", False)
    assert creation.send_again(row, row.by, "")
    assert sent(Attempt.objects.get(pk=row.pk), fake, "new").state == "created"


@pytest.mark.parametrize("error", UNCLEAR, ids=name)
def test_anything_else_is_unconfirmed_and_told(attempt, fake, error):
    row = sent(attempt, fake, error)
    assert (row.state, row.may_exist) == ("unconfirmed", True)
    assert 5 < (row.next_check_at - row.sent_at).total_seconds() <= 10
    assert Notice.objects.get().attempt == row
    tasks.tick()
    assert len(posts(fake)) == 1


def test_the_apis_details_are_kept_for_their_fields(attempt, fake):
    details = [
        {"path": ["body", "name"], "message": "Too dull."},
        {"path": "body.description", "message": "Too long."},
        "Something else.",
        {"path": 5, "message": None},
        7,
        None,
    ]
    row = sent(attempt, fake, errors.ValidationFailed("no", status=400, details=details))
    assert row.details == [["name", "Too dull."], ["description", "Too long."], ["", "Something else."]]


@pytest.mark.parametrize("details", [None, "Words.", {"path": "name", "message": "Words."}, [], [[]], {"a": {"b": 1}}])
def test_details_of_any_shape(attempt, fake, details):
    row = sent(attempt, fake, errors.ValidationFailed("no", status=400, details=details))
    assert row.state == "refused"
    assert all(words == "Words." for _, words in row.details)


def test_found_by_looking(attempt, fake, ada):
    row = sent(attempt, fake, TIMED_OUT)
    assert look(row).state == "unconfirmed"
    listed(fake, "new", type="linkedin_search", created_at=timezone.now().isoformat())
    row = look(row)
    assert (row.state, row.audience_id) == ("created", "new")
    assert Watch.objects.get().by == ada


def test_looked_for_at_10_40_and_130_seconds_and_then_within_150_of_being_listed(attempt, fake):
    row = sent(attempt, fake, TIMED_OUT)
    at = row.sent_at
    for after, following in ((0, 10), (11, 40), (41, 130)):
        found = unconfirmed.next_look(at, at + timedelta(seconds=after))
        assert (found - at).total_seconds() == following
    for hours in (1, 10, 23):
        now = at + timedelta(hours=hours)
        assert (unconfirmed.next_look(at, now) - now).total_seconds() <= 120
    assert unconfirmed.next_look(at, at + timedelta(hours=30)) - at > timedelta(hours=30, minutes=40)


NOT_OURS = {
    "another name": {"name": "Freight"},
    "made before": {"created_at": "2026-01-01T00:00:00Z"},
    "made before, without a zone": {"created_at": "2026-01-01T00:00:00"},
}


@pytest.mark.parametrize("fields", NOT_OURS.values(), ids=NOT_OURS)
def test_what_is_not_ours_is_not_taken(attempt, fake, fields):
    row = sent(attempt, fake, TIMED_OUT)
    listed(fake, "new", **fields)
    assert look(row).state == "unconfirmed"


@pytest.mark.parametrize("made_at", ["", "soon", "2026-99-99", "9" * 400, "2099-01-01T00:00:00Z"])
def test_a_date_that_cannot_be_read_excludes_nothing(attempt, fake, made_at):
    row = sent(attempt, fake, TIMED_OUT)
    listed(fake, "new", created_at=made_at)
    assert look(row).audience_id == "new"


def test_an_audience_that_was_known_before_is_not_ours(row, fake, ada):
    KnownAudience.objects.create(group=row, audience_id="old", name=FIELDS["name"], changed_at=timezone.now())
    made = creation.write(row, ada, "a" * 32, FIELDS, same_name=True)
    sent(made, fake, TIMED_OUT)
    listed(fake, "old")
    assert look(made).state == "unconfirmed"
    listed(fake, "old", "new")
    assert look(made).audience_id == "new"


def test_one_that_another_attempt_has_become_is_not_ours(attempt, fake, row, ada):
    sent(attempt, fake, "first")
    second = creation.write(row, ada, "b" * 32, FIELDS, same_name=True)
    sent(second, fake, TIMED_OUT)
    listed(fake, "first")
    assert look(second).state == "unconfirmed"


def test_between_two_nobody_guesses_but_a_person_may(attempt, fake):
    sent(attempt, fake, TIMED_OUT)
    listed(fake, "one", "two")
    row = look(attempt)
    assert (row.state, sorted(row.candidates)) == ("unconfirmed", ["one", "two"])
    assert not unconfirmed.choose(row, "three")
    assert unconfirmed.choose(row, "two")
    assert Watch.objects.get().audience_id == "two"


def test_a_look_that_fails_is_made_again_and_changes_nothing_that_was_known(attempt, fake):
    before = sent(attempt, fake, TIMED_OUT)
    listed(fake, "one", "two")
    seen = look(attempt)
    fake.failures["navigation"] = errors.InternalError("500", status=500)
    row = look(attempt)
    assert (row.state, row.problem, row.candidates) == ("unconfirmed", before.problem, seen.candidates)
    assert row.last_look_at == seen.last_look_at
    assert row.next_check_at > timezone.now()


def test_sent_again_at_a_persons_wish_and_then_refused_it_is_still_looked_for(attempt, fake):
    row = sent(attempt, fake, TIMED_OUT)
    first = row.first_sent_at
    assert creation.send_again(row, row.by, "")
    assert not creation.send_again(row, row.by, "")
    row = sent(Attempt.objects.get(pk=row.pk), fake, errors.Unprocessable("exists already", status=422))
    assert (row.state, row.problem, row.sends, row.first_sent_at) == ("unconfirmed", "exists already", 2, first)
    listed(fake, "new")
    assert look(row).audience_id == "new"


def test_an_answer_that_comes_after_all_counts_also_when_it_was_given_up(attempt, fake):
    row = sent(attempt, fake, TIMED_OUT)
    assert creation.give_up(row)
    listed(fake, "new")
    assert look(row).state == "given_up"
    assert creation.adopt(row, "late", (Attempt.State.GIVEN_UP,))
    assert Watch.objects.get().audience_id == "late"


@pytest.mark.parametrize(("state", "becomes"), [("written", "unsent"), ("sent", "unconfirmed")])
def test_what_a_crash_leaves_is_settled_by_the_tick(attempt, fake, state, becomes):
    Attempt.objects.update(state=state, sent_at=timezone.now() - timedelta(seconds=50), first_sent_at=timezone.now())
    tasks.tick()
    assert Attempt.objects.get().state == state  # not before it is overdue
    Attempt.objects.update(next_check_at=timezone.now())
    tasks.tick()
    assert Attempt.objects.get().state == becomes
    assert posts(fake) == []
    assert Notice.objects.get().kind == becomes


def test_a_thread_that_comes_too_late_sends_nothing(attempt, fake):
    Attempt.objects.update(next_check_at=timezone.now())
    tasks.tick()
    creation.send(attempt)
    assert posts(fake) == []


def test_the_same_form_is_the_same_attempt(attempt, row, ada):
    again = creation.write(row, ada, "a" * 32, FIELDS | {"name": "Other"}, same_name=False)
    assert again.pk == attempt.pk


def test_a_form_of_another_group_is_another_attempt(attempt, ada):
    other = AccountGroup.objects.create(id="oth", name="Other")
    assert creation.write(other, ada, "a" * 32, FIELDS, same_name=False).pk != attempt.pk


@pytest.mark.parametrize("same_name", [True, False])
def test_the_second_with_a_name_that_is_under_way_is_told(attempt, row, ada, same_name):
    with pytest.raises(SameName) as told:
        creation.write(row, ada, "b" * 32, FIELDS | {"name": " freight FORWARDERS"}, same_name=same_name)
    assert told.value.attempt == attempt
    assert told.value.is_under_way
    assert Attempt.objects.count() == 1


def test_a_name_that_was_just_created_is_populating_or_listed_wants_a_second_thought(attempt, row, fake, ada):
    sent(attempt, fake, "new")
    for change in ({}, {"settled_at": timezone.now() - timedelta(hours=1)}):
        Attempt.objects.update(**change)
        with pytest.raises(SameName) as told:
            creation.write(row, ada, "b" * 32, FIELDS, same_name=False)
        assert (told.value.audience_id, told.value.is_under_way) == ("new", False)
    readiness.look(Watch.objects.get(), Deadline(5))
    listed(fake, "new")
    unconfirmed.catalog.ask_navigation(row, Deadline(5))
    with pytest.raises(SameName) as told:
        creation.write(row, ada, "b" * 32, FIELDS, same_name=False)
    assert told.value.audience_id == "new"
    assert creation.write(row, ada, "b" * 32, FIELDS, same_name=True).state == "written"


def test_a_name_may_be_as_long_as_anybody_likes(row, fake, ada):
    fields = FIELDS | {"name": "x" * 5000, "description": "y" * 50_000}
    made = creation.write(row, ada, "c" * 32, fields, same_name=False)
    assert sent(made, fake, "new").state == "created"
