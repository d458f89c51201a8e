"""One odd field costs itself, and no page, row or panel beside it: for every member of the reference examples."""

import re
from typing import Any

import pytest

from tests.audiences.odd import AUDIENCE, FOLDER, LIST, ODD, OPEN, PANEL, PERSON, ROWS, called, cold, put, shown, spots
from tests.audiences.wire import enveloped, page

pytestmark = pytest.mark.django_db


def odd_ones(example: Any, spot: tuple[Any, ...]) -> list[Any]:
    """The example with every odd value at the spot, each with an id of its own unless that is the spot."""
    return [put(called(example, f"odd{number}"), spot, value) for number, value in enumerate(ODD)]


def row_of(said: str, prospect: str) -> str:
    """A row's markup without its number."""
    found = re.search(rf'<div role="row"[^>]* id="prospect-{prospect}".*?</div>\n</div>', said, re.DOTALL)
    return re.sub(r' aria-rowindex="\d+"', "", found[0]) if found else ""


@pytest.mark.parametrize("spot", spots(PERSON), ids=lambda spot: ".".join(map(str, spot)))
def test_an_odd_field_of_a_person_costs_no_row(boss, wire, spot):
    plain = row_of(shown(boss, OPEN), "first")
    cold()
    people = odd_ones(PERSON, spot)
    wire.answers["prospects"] = page([called(PERSON, "first"), *people, called(PERSON, "first2")])
    for said in (shown(boss, OPEN), shown(boss, f"{OPEN}prospects/", ROWS)):
        assert row_of(said, "first") == plain
        assert row_of(said, "first2")
        if spot != ("id",):
            assert re.findall(r'data-prospect="(odd\d+)"', said) == [person["id"] for person in people]


@pytest.mark.parametrize("spot", spots(PERSON), ids=lambda spot: ".".join(map(str, spot)))
def test_an_odd_field_of_a_person_costs_no_panel(boss, wire, spot):
    wire.answers["prospects"] = page([*odd_ones(PERSON, spot), called(PERSON, "last")])
    ids = re.findall(r'data-prospect="([^"]+)"', shown(boss, OPEN))
    for prospect in ids:
        assert f'data-person="{prospect}"' in shown(boss, f"{OPEN}prospects/{prospect}/", PANEL)
    assert f'data-person="{ids[0]}"' in shown(boss, f"{OPEN}prospects/{ids[0]}/")


LISTS = [
    LIST,
    *(f"{LIST}?sort={sort}" for sort in ("name", "-created", "count")),
    f"{LIST}?q=name",
    f"{LIST}navigation/",
]
NAVIGATION = [("folder", spot) for spot in spots(FOLDER | {"audiences": []})] + [
    ("audience", spot) for spot in spots(AUDIENCE)
]


@pytest.mark.parametrize(("kind", "spot"), NAVIGATION, ids=lambda part: part if isinstance(part, str) else part[0])
def test_an_odd_field_costs_no_audience(boss, wire, kind, spot):
    good = called(FOLDER, "fold") | {"audiences": [called(AUDIENCE, "inside")]}
    odd = odd_ones(FOLDER if kind == "folder" else AUDIENCE, spot)
    folders = [*odd, good] if kind == "folder" else [good, called(FOLDER, "full") | {"audiences": odd}]
    loose = [*(odd if kind == "audience" else ()), called(AUDIENCE, "aud")]
    wire.answers |= {
        "navigation": enveloped({"folders": folders, "ungroupedAudiences": loose}),
        "audiences": page([*(odd if kind == "audience" else ()), called(AUDIENCE, "aud")]),
    }
    for path in LISTS:
        said = shown(boss, path)
        assert f'href="{OPEN}"' in said
        assert f'href="{LIST}audiences/inside/"' in said
    shown(boss, f"{LIST}?folder=fold&sort=-count")


@pytest.mark.parametrize("spot", spots(AUDIENCE), ids=lambda spot: spot[0])
def test_an_odd_field_of_an_audience_read_alone_costs_no_page(boss, wire, spot):
    wire.answers["navigation"] = enveloped({"folders": [], "ungroupedAudiences": []})
    for value in (*ODD, "navigation", "folders"):
        cold()
        wire.answers["audience"] = enveloped(put(called(AUDIENCE, "aud"), spot, value))
        assert row_of(shown(boss, OPEN), "first")
