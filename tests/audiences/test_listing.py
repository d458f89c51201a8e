"""Searching, filtering and sorting the audiences of the navigation."""

import pytest
from django.http import QueryDict

from audiences import listing
from audiences.api.records import Navigation
from audiences.listing import Query
from tests.audiences.fakes import audience, folder

JOSE = audience("jose", "José’s Führungskräfte", description="DACH only", created_at="2026-02-01", prospect_count=5)
NORDIC = audience("nordic", "Nordic RevOps leads", type="monitoring", folder_id="f1", created_at="2026-01-01")
NULLS = audience("nulls", "Ørsted", prospect_count=None)
TREE = Navigation((folder("f1", NORDIC),), (JOSE, NULLS), 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(q="jose"), ["jose"]),
        (Query(q="FUHRUNGSKRAFTE jose"), ["jose"]),
        (Query(q="dach"), ["jose"]),
        (Query(q="leads nordic"), ["nordic"]),
        (Query(q="leads absent"), []),
        (Query(folder="f1"), ["nordic"]),
        (Query(folder="nowhere"), []),
        (Query(type="monitoring"), ["nordic"]),
        (Query(sort="name"), ["jose", "nordic", "nulls"]),
        (Query(sort="count"), ["nulls", "nordic", "jose"]),
        (Query(sort="-count"), ["jose", "nordic", "nulls"]),
        (Query(sort="-created"), ["jose", "nordic", "nulls"]),
        (Query(), ["nordic", "jose", "nulls"]),
    ],
)
def test_what_fits(query, found):
    assert [audience.id for _, audience in listing.matching(TREE, query)] == found


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("", Query()),
        ("q=+a+b+&sort=-count", Query(q="a b", sort="-count")),
        ("sort=password", Query()),
        ("q=" + "x" * 500, Query(q="x" * 200)),
        ("folder=f&type=t", Query(folder="f", type="t")),
    ],
)
def test_the_query_of_an_address(address, query):
    assert Query.of(QueryDict(address)) == query


def test_an_open_query_leaves_no_trace_in_addresses():
    assert Query().is_open
    assert Query(q="a", sort="name").as_parameters() == {"q": "a", "sort": "name"}


def test_a_row_names_its_folder_where_it_is_known():
    known, unknown = listing.rows("g", [NORDIC, audience("x", folder_id="gone")], TREE)
    assert (known.folder_name, known.folder_url) == ("f1", "/g/g/?folder=f1")
    assert (unknown.folder_name, unknown.folder_url) == ("", "")
    assert known.url == "/g/g/audiences/nordic/"


def test_types_are_those_that_occur():
    assert listing.types(TREE) == ["monitoring", "on_demand"]
