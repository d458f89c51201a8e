"""Looking for a person ends, whatever the API does."""

import pytest

from audiences import walk
from audiences.api.client import Deadline
from audiences.api.errors import NotSent, TimedOut, ValidationFailed
from audiences.walk import Found, Gone, LookFurther, Search

pytestmark = pytest.mark.django_db
CHAIN = {"": (("a", "b"), "two"), "two": (("c", "d"), "three"), "three": (("e",), "")}


def find(row, wanted, deadline=8.0, **options):
    return walk.find(Search(row, "aud", wanted, **options), Deadline(deadline))


@pytest.mark.parametrize(("wanted", "at", "index"), [("a", "", 0), ("d", "two", 1), ("e", "three", 0)])
def test_everybody_is_found_from_the_top(fake, row, wanted, at, index):
    fake.pages = CHAIN
    found = find(row, wanted)
    assert isinstance(found, Found)
    assert (found.at, found.index, found.person.id) == (at, index, wanted)


def test_the_hint_is_looked_at_first(fake, row):
    fake.pages = CHAIN
    assert find(row, "d", at="two").at == "two"
    assert fake.calls == [("prospects", "two")]


def test_a_wrong_hint_costs_one_page(fake, row):
    fake.pages = CHAIN
    assert find(row, "a", at="three").at == ""


def test_nobody_is_gone_before_all_were_looked_at(fake, row):
    fake.pages = CHAIN
    assert find(row, "nobody") == Gone(5)


def test_a_walk_goes_on_where_it_stopped(fake, row):
    fake.pages = CHAIN
    assert find(row, "nobody", deadline=0.5) == LookFurther(2, "two")
    assert find(row, "e", start="two", looked=2).at == "three"


@pytest.mark.parametrize(("left", "ends"), [(0.0, LookFurther(4, "three")), (3.0, TimedOut)])
@pytest.mark.parametrize("kind", [TimedOut, NotSent])
def test_a_page_whose_own_time_ends_in_mid_walk_tells_how_far_it_came(fake, row, monkeypatch, kind, left, ends):
    fake.pages = CHAIN | {"three": kind("too slow")}
    monkeypatch.setattr(Deadline, "left", lambda _: left if ("prospects", "three") in fake.calls else 8.0)
    if isinstance(ends, LookFurther):
        assert find(row, "e") == ends
        return
    with pytest.raises(kind):
        find(row, "e")


def test_a_first_page_that_does_not_come_is_an_error(fake, row, monkeypatch):
    fake.pages = {"": TimedOut("too slow")}
    monkeypatch.setattr(Deadline, "left", lambda _: 0.0)
    with pytest.raises(TimedOut):
        find(row, "a")


def test_a_place_to_go_on_from_that_is_refused_means_the_top(fake, row):
    fake.pages = CHAIN | {"old": ValidationFailed("refused")}
    assert find(row, "a", start="old", looked=900).at == ""
    assert find(row, "nobody", start="old", looked=900) == Gone(5)


@pytest.mark.parametrize("following", ["", "two", "three"])
def test_cursors_that_repeat_end_the_walk(fake, row, following):
    fake.pages = CHAIN | {"three": (("e",), following)}
    assert isinstance(find(row, "nobody"), Gone)


def test_empty_pages_are_stepped_over(fake, row):
    fake.pages = {"": (("a",), "two"), "two": ((), "three"), "three": (("c",), "")}
    at, person = walk.first_from(row, "aud", "two", Deadline(8), lambda page: page)
    assert (at, person.id) == ("three", "c")


@pytest.mark.parametrize("pages", [{"x": ((), "")}, {"x": ((), "x")}, {"x": ((), "y"), "y": ((), "x")}])
def test_a_tail_of_empty_pages_ends(fake, row, pages):
    fake.pages = pages
    assert walk.first_from(row, "aud", "x", Deadline(8), lambda page: page) is None


def test_the_last_of_a_page(fake, row):
    fake.pages = CHAIN | {"none": ((), "")}
    assert walk.last_on(row, "aud", "two", Deadline(8), lambda page: page)[1].id == "d"
    assert walk.last_on(row, "aud", "none", Deadline(8), lambda page: page) is None
