"""How many exports a person may have in an account group, and where those are that they have."""

from audiences.exports.order import Export, not_expired
from team.models import AccountGroup, User

UNDER_WAY_MOST = 5
KEPT_MOST = 30  # with those that have ended


class TooMany(Exception):
    """A person has as many exports as one may have. The text says what to do, `of` which audiences they are of: their
    names by id.
    """

    def __init__(self, says: str, of: dict[str, str]) -> None:
        super().__init__(says)
        self.of = of


def wait_for_turn(person: User) -> None:
    """Of several at once by the same person the others wait here, and then count the first. In a transaction."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def one_more_under_way(group: AccountGroup, person: User, asks: User) -> None:
    """Raise TooMany where there are as many of this person as may be; `asks` reads it."""
    under_way = _audiences(group, person, state__in=Export.UNDER_WAY)
    if len(under_way) >= UNDER_WAY_MOST:
        what = f"{_has(person, asks)} {UNDER_WAY_MOST} exports under way in this account group already."
        raise TooMany(f"{what} Wait for one of them, or cancel one.", dict(under_way))


def one_more_kept(group: AccountGroup, person: User) -> None:
    """Raise TooMany where this person has as many as may be."""
    kept = _audiences(group, person)
    if len(kept) >= KEPT_MOST:
        raise TooMany(f"You have {KEPT_MOST} exports in this account group. Delete one of them first.", dict(kept))


def _audiences(group: AccountGroup, person: User, **which: object) -> list[tuple[str, str]]:
    """Of each export that is to be seen: the audience's id and name, the newest last."""
    exports = Export.objects.filter(not_expired(), group=group, by=person, **which)
    return list(exports.order_by("asked_at").values_list("audience_id", "name"))


def _has(person: User, asks: User) -> str:
    return "You have" if person == asks else f"{person.short_name} has"
