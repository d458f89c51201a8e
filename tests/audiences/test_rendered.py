"""Pages of people as markup: made once for all readers, and never shown longer than the answer they were made of."""

import pytest

from audiences import catalog
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.rendered import PeopleAsked, Rendered, kept_rendered, rendered_prospects
from tests.audiences.conftest import until

pytestmark = pytest.mark.django_db
NOW = Deadline(7200)  # made when tests are collected, long before this one runs
FAILED = errors.UpstreamError("it failed", status=502, trace_id="t-1")


class Renderer:
    """Counts how often it was used."""

    def __init__(self):
        self.times = 0

    def __call__(self, page):
        self.times += 1
        ids = tuple(person.id for person in page.items)
        return Rendered(f"{self.times}: " + " ".join(ids), ids, page.next_cursor, page.left_out)


@pytest.fixture
def render():
    return Renderer()


@pytest.fixture
def asked(fake, row):
    fake.pages = {"": (("a", "b"), "two")}
    return PeopleAsked(row, "aud", "", "look")


def test_rendered_once_for_all(fake, asked, render):
    first, again = (rendered_prospects(asked, NOW, render) for _ in range(2))
    assert first == again
    assert (first.value.html, first.value.ids, first.value.next_cursor) == ("1: a b", ("a", "b"), "two")
    assert (render.times, len(fake.calls)) == (1, 1)


def test_another_variant_is_rendered_of_the_same_answer(fake, asked, render):
    rendered_prospects(asked, NOW, render)
    other = PeopleAsked(asked.group, asked.audience_id, asked.cursor, "another look")
    assert rendered_prospects(other, NOW, render).value.html == "2: a b"
    assert len(fake.calls) == 1


def test_a_new_answer_is_rendered_anew(fake, asked, render):
    rendered_prospects(asked, NOW, render)
    fake.pages = {"": (("c",), "")}
    assert rendered_prospects(asked, NOW, render, afresh=True).value.html == "2: c"
    assert rendered_prospects(asked, NOW, render).value.html == "2: c"


def test_what_is_shown_while_the_api_fails_is_not_rendered_again(fake, asked, render, later):
    rendered_prospects(asked, NOW, render)
    fake.failures["prospects"] = FAILED
    later(seconds=61)
    until(lambda: rendered_prospects(asked, NOW, render).problem)
    assert rendered_prospects(asked, NOW, render).value.html == "1: a b"
    assert render.times == 1


def test_at_hand_only_while_fresh_and_without_asking(fake, asked, render, later):
    assert kept_rendered(asked) is None
    assert fake.calls == []
    made = rendered_prospects(asked, NOW, render)
    assert kept_rendered(asked) == made
    later(seconds=61)
    assert kept_rendered(asked) is None
    assert len(fake.calls) == 1


def test_what_the_key_may_not_see_any_more_is_not_at_hand(fake, asked, render):
    rendered_prospects(asked, NOW, render)
    fake.failures["prospects"] = errors.Forbidden("no", status=403)
    with pytest.raises(errors.Forbidden):
        catalog.prospects(asked.group, "aud", "", NOW, afresh=True)
    assert kept_rendered(asked) is None


def test_nobody_is_kept_where_nobody_may_be(fake, asked, render, settings):
    settings.PROSPECTS_MAX_AGE = 0
    for _ in range(2):
        rendered_prospects(asked, NOW, render)
    assert (render.times, len(fake.calls)) == (2, 2)
    assert kept_rendered(asked) is None
