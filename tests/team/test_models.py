"""Who people are."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audiences.api.records import AccountGroup as GroupRecord
from team.models import AccountGroup, Membership, SignInLink, User

pytestmark = pytest.mark.django_db

NORD, SUED = GroupRecord("nord", "Nord", ""), GroupRecord("sued", "Süd", "")


def test_an_address_belongs_to_one_person_whatever_its_case():
    User.objects.create_user("Ada@Example.com", "a long password")
    assert User.objects.get_by_natural_key("ADA@example.com").email == "ada@example.com"
    with pytest.raises(IntegrityError):
        User.objects.create_user("ada@EXAMPLE.com")


def test_a_person_without_a_password_cannot_use_one():
    assert not User.objects.create_user("ada@example.com").has_usable_password()


@pytest.mark.parametrize(("name", "short"), [("Ada L", "Ada L"), ("", "ada")])
def test_short_name(name, short):
    assert User(email="ada@example.com", name=name).short_name == short


def test_groups_are_kept_when_the_key_no_longer_reaches_them():
    AccountGroup.objects.note((NORD, SUED))
    user = User.objects.create_user("ada@example.com")
    Membership.objects.create(user=user, group_id="sued")
    AccountGroup.objects.note((GroupRecord("nord", "North", ""),))
    assert dict(AccountGroup.objects.values_list("name", "is_reachable")) == {"North": True, "Süd": False}
    assert Membership.objects.filter(group_id="sued").exists()


def test_a_group_without_a_name_is_called_by_its_id():
    AccountGroup.objects.note((GroupRecord("nord", "", ""),))
    assert AccountGroup.objects.get().name == "nord"


def test_the_first_member_joins_the_first_group_once_it_is_known():
    user = User.objects.create_user("ada@example.com", joins_first_group=True)
    AccountGroup.objects.note((SUED, NORD))
    AccountGroup.objects.note((SUED, NORD))
    assert list(user.groups.values_list("id", flat=True)) == ["sued"]


def test_a_sign_in_link_works_once():
    user = User.objects.create_user("ada@example.com")
    token = SignInLink.objects.issue(user)
    assert SignInLink.objects.redeem(token) == user
    assert SignInLink.objects.redeem(token) is None


def test_an_expired_link_works_no_more_and_is_cleared():
    token = SignInLink.objects.issue(User.objects.create_user("ada@example.com"))
    SignInLink.objects.update(expires_at=timezone.now())
    assert SignInLink.objects.redeem(token) is None
    assert SignInLink.objects.clear_expired() == 1


def test_a_link_of_somebody_who_left_works_no_more():
    token = SignInLink.objects.issue(User.objects.create_user("ada@example.com", is_active=False))
    assert SignInLink.objects.redeem(token) is None


def test_the_database_holds_no_token():
    token = SignInLink.objects.issue(User.objects.create_user("ada@example.com"))
    assert token not in str(SignInLink.objects.values_list())
