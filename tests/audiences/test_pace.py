"""What a reader who scrolls gets beyond the page asked for."""

import re

import pytest

from audiences import behind

pytestmark = pytest.mark.django_db
PAGES = {"": (("a",), "p2"), **{f"p{n}": ((f"in-{n}",), f"p{n + 1}") for n in range(2, 9)}, "p9": (("last",), "")}
PEOPLE = "/g/grp/audiences/aud/"


@pytest.fixture
def htmx(boss, row, fake):
    """Asks for the fragment at a cursor; gives who is in it and the cursor that follows."""
    fake.pages = PAGES

    def ask(cursor, **parameters):
        answer = boss.get(
            PEOPLE + "prospects/", {"cursor": cursor} | parameters, headers={"HX-Request": "true", "HX-Target": "rows"}
        )
        said = answer.content.decode()
        following = re.search(r'id="more"[^>]* hx-get="[^"]*cursor=([^"&]+)', said)
        return re.findall(r'data-prospect="([^"]+)"', said), following and following[1]

    return ask


def test_what_is_at_hand_comes_along_with_a_reader_in_a_hurry(htmx, fake):
    for number in range(2, 9):
        htmx(f"p{number}")
    asked = len(fake.calls)
    assert htmx("p2", pace="hurried") == (["in-2", "in-3", "in-4", "in-5", "in-6"], "p7")
    assert htmx("p7", pace="hurried") == (["in-7", "in-8"], "p9")
    assert len(fake.calls) == asked


@pytest.mark.parametrize("pace", [{}, {"pace": "steady"}, {"pace": "x"}])
def test_others_get_one_page(htmx, pace):
    htmx("p3")
    assert htmx("p2", **pace) == (["in-2"], "p3")


def test_pages_that_are_not_at_hand_cost_a_reader_in_a_hurry_nothing(htmx, fake):
    assert htmx("p2", pace="hurried") == (["in-2"], "p3")
    assert [call for call in fake.calls if call[0] == "prospects"] == [("prospects", "p2")]


@pytest.mark.parametrize(("pace", "begun"), [({}, 0), ({"pace": "steady"}, 1), ({"pace": "hurried"}, 1)])
def test_only_for_those_who_scroll_the_next_page_is_begun(htmx, monkeypatch, pace, begun):
    jobs = []
    monkeypatch.setattr(behind, "now", lambda job: jobs.append(job) or True)
    htmx("p2", **pace)
    assert len(jobs) == begun
