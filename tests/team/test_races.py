"""What two do at the same moment, on a real PostgreSQL: its locks decide, not ours."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.utils import timezone

from audiences import legacies, visits
from audiences.models import Visit
from team import invitations, membership, preferences
from team.membership import NotPossible
from team.models import AccountGroup, Invitation, Membership, User
from tests.team.conftest import enlist


def at_once(*deeds):
    """Do them together; gives what each gave, or how it was refused."""
    ready = Barrier(len(deeds))

    def do(deed):
        ready.wait(10)
        try:
            return deed()
        except (NotPossible, PermissionDenied, IntegrityError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(do, deeds))


def test_of_two_admins_who_demote_or_remove_each_other_one_stays(on_postgres):
    group = AccountGroup.objects.create(id="grp", name="Group")
    ann, bob = (enlist(group, f"{name}@example.com", "admin") for name in ("ann", "bob"))
    for _ in range(8):
        Membership.objects.update(role="admin")
        refused = at_once(
            lambda: membership.change_role(group, bob.pk, "member", ann, ""),
            lambda: membership.change_role(group, ann.pk, "member", bob, ""),
        )
        assert Membership.objects.filter(role="admin").count() == 1
        assert sorted(type(one).__name__ for one in refused) == ["NoneType", "PermissionDenied"]
    Membership.objects.update(role="admin")
    at_once(
        lambda: legacies.remove(group, bob.pk, ann, {}, ""),
        lambda: legacies.remove(group, ann.pk, bob, {}, ""),
    )
    assert Membership.objects.get().role == "admin"


def test_an_invitation_that_is_taken_many_times_at_once_lets_one_in(on_postgres):
    group = AccountGroup.objects.create(id="grp", name="Group")
    ann, zoe = enlist(group, "ann@example.com", "admin"), User.objects.create_user("zoe@example.com")
    for number in range(4):
        made, token = invitations.invite(group, f"new{number}@example.com", "member", ann, "")
        join = lambda made=made, token=token: invitations.join_as_new(made, token, "N", "a password", "")  # noqa: E731
        came = [one for one in at_once(*[join] * 4) if isinstance(one, User)]
        assert [one.email for one in came] == [made.email]
    made, token = invitations.invite(group, "zoe@example.com", "member", ann, "")
    assert sorted(at_once(*[lambda: invitations.join(made, token, zoe, "")] * 4)) == [False, False, False, True]
    assert Invitation.objects.count() == 0
    assert Membership.objects.count() == 6


def test_what_tabs_choose_visit_and_star_at_once_is_all_kept_and_no_star_too_many(on_postgres):
    group = AccountGroup.objects.create(id="grp", name="Group")
    ann = enlist(group, "ann@example.com")
    at_once(
        lambda: preferences.change(ann, theme="dark"),
        lambda: preferences.change(ann, density="compact"),
        *(lambda n=n: preferences.fold(ann, [f"f{n}"], []) for n in range(3)),
    )
    chosen = User.objects.get().chosen
    assert (chosen.theme, chosen.density, sorted(chosen.folds)) == ("dark", "compact", ["f0", "f1", "f2"])
    now = timezone.now()
    stars = [Visit(user=ann, group=group, audience_id=f"x{n}", starred_at=now) for n in range(visits.STARS - 2)]
    Visit.objects.bulk_create(stars)
    assert sorted(at_once(*(lambda n=n: visits.star(ann, group, f"y{n}") for n in range(4)))) == [
        False,
        False,
        True,
        True,
    ]
    assert at_once(*[lambda: visits.note(ann, group, "z", [])] * 4) == [True] * 4
    assert [one.audience_id for one in visits.recent(visits.of(ann, group))] == ["z"]
