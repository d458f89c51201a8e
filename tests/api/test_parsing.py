"""Records from JSON: the reference examples whole, and each odd shape by name."""

import copy
import math
from dataclasses import fields

import pytest

from audiences.api import parsing
from audiences.api.envelope import decode
from audiences.api.records import Audience, Company, Email, Folder, Location, Navigation, Page, Prospect

URL = "https://example.com/resource"
ID = "507f1f77bcf86cd799439011"
CURSOR = "eyJjcmVhdGVkQXQiOiIyMDI2LTA0LTI4VDE1OjMwOjAwLjAwMFoifQ"
AUDIENCE = Audience(ID, "Avery Stone", "linkedin_search", "string", ID, 25, "string")


def test_the_reference_prospect(reference):
    person = Prospect(
        id=ID, first_name="Avery Stone", last_name="Avery Stone", name="Avery Stone", headline="string",
        about="string", photo_url=URL, linkedin_url=URL, public_identifier="string",
        company=Company(
            name="Avery Stone", linkedin_identifier="string", linkedin_url=URL, industry="string", website=URL,
            size="string", location="string", about="string", logo_url=URL, founded="string", type="string",
            specialties="string", follower_count=25, tagline="string",
        ),
        title="string", location=Location("string", "string"),
        emails=(Email("person@example.com", "string", "string"),), premium=True, is_open_profile=True,
        connection_status="active", chat_status="active",
    )  # fmt: skip
    data = reference("list-audience-prospects")["data"]
    assert parsing.page(data, parsing.prospect) == Page((person,), CURSOR, 0)


def test_the_reference_audiences(reference):
    assert parsing.audience(reference("get-audience")["data"]) == AUDIENCE
    assert parsing.audience(reference("create-audience", "201")["data"]) == AUDIENCE
    assert parsing.page(reference("list-audiences")["data"], parsing.audience) == Page((AUDIENCE,), CURSOR, 0)


def test_the_reference_navigation(reference):
    inside = Audience(ID, "Avery Stone", "string", "string", ID, None, "string")
    folder = Folder(ID, "Avery Stone", "on_demand", True, 25.0, "string", "string", (inside,))
    assert parsing.navigation(reference("get-audience-navigation")["data"]) == Navigation((folder,), (AUDIENCE,))


def test_an_id_alone_is_enough():
    assert parsing.prospect({"id": "p"}) == Prospect("p")
    assert parsing.audience({"id": "a"}) == Audience("a")
    assert parsing.account_group({"id": "g"}).name == ""


@pytest.mark.parametrize("raw", [None, "p", 5, [], {}, {"id": None}, {"id": ""}, {"id": "a/b"}, {"id": ["a"]}])
def test_nothing_without_a_usable_id(raw):
    assert parsing.prospect(raw) is None
    assert parsing.account_group(raw) is None
    assert parsing.audience(raw) is None


def test_the_audience_asked_for_keeps_its_id():
    assert parsing.audience({"id": None, "name": "N"}, known_id="a1") == Audience("a1", "N")
    assert parsing.audience({"id": "navigation", "name": "N"}, known_id="a1") == Audience("a1", "N")
    assert parsing.audience(None, known_id="a1") is None


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"name": "Full", "firstName": "A", "lastName": "B"}, "Full"),
        ({"name": None, "firstName": "A", "lastName": "B"}, "A B"),
        ({"name": "  ", "firstName": "A"}, "A"),
        ({"lastName": "B", "firstName": {}}, "B"),
        ({}, ""),
    ],
)
def test_names_are_built_where_they_lack(raw, name):
    assert parsing.prospect(raw | {"id": "p"}).name == name


@pytest.mark.parametrize(
    ("raw", "emails"),
    [
        (["a@x.test", "", None, 5, " "], (Email("a@x.test"), Email("5"))),
        ([{"email": "a@x.test", "deliverable": True, "qualityScore": 0.93}], (Email("a@x.test", "true", "0.93"),)),
        ([{"email": None, "deliverable": "x"}, {"email": "b@x.test"}, {}], (Email("b@x.test"),)),
        ("a@x.test", (Email("a@x.test"),)),
        ({"email": "a@x.test"}, (Email("a@x.test"),)),
        (None, ()),
        ({}, ()),
    ],
)
def test_emails(raw, emails):
    assert parsing.prospect({"id": "p", "emails": raw}).emails == emails


def test_bare_companies_and_places():
    person = parsing.prospect({"id": "p", "company": "Acme", "location": "Lisbon"})
    assert (person.company, person.location) == (Company(name="Acme"), Location("Lisbon"))


@pytest.mark.parametrize(
    ("more", "cursor"),
    [
        ({"nextCursor": "c", "hasMore": True}, "c"),
        ({"nextCursor": "c"}, "c"),
        ({"nextCursor": "c", "hasMore": None}, "c"),
        ({"nextCursor": "c", "hasMore": "maybe"}, "c"),
        ({"nextCursor": "c", "hasMore": False}, ""),
        ({"nextCursor": "c", "hasMore": "false"}, ""),
        ({"nextCursor": None, "hasMore": True}, ""),
        ({"nextCursor": 5, "hasMore": True}, ""),
        ({"nextCursor": "a\nb", "hasMore": True}, ""),
        ({}, ""),
    ],
)
def test_where_a_list_goes_on(more, cursor):
    assert parsing.page({"items": [], **more}, parsing.audience).next_cursor == cursor


def test_a_page_keeps_each_id_once_and_counts_what_it_leaves_out():
    items = [{"id": "a", "name": "first"}, {"id": "a", "name": "again"}, {"id": None}, "x", {"id": 7}]
    assert parsing.page({"items": items}, parsing.audience) == Page(
        (Audience("a", "first"), Audience("7")), "", 2, trails_off=True
    )


@pytest.mark.parametrize(
    ("data", "page"),
    [
        ([{"id": "a"}], Page((Audience("a"),), trails_off=True)),
        ({"items": None}, Page(breaks_off=True, trails_off=True)),
        ({"items": {}}, None),
        ({}, None),
        (None, None),
        ("x", None),
    ],
)
def test_what_counts_as_a_page(data, page):
    assert parsing.page(data, parsing.audience) == page


@pytest.mark.parametrize(
    ("tail", "breaks_off", "trails_off"),
    [
        ({}, False, True),
        ({"nextCursor": None}, False, False),
        ({"nextCursor": ""}, False, False),
        ({"nextCursor": None, "hasMore": True}, True, False),
        ({"hasMore": False}, False, False),
        ({"hasMore": False, "items": None, "nextCursor": 7}, False, False),
        ({"nextCursor": "there"}, False, False),
        ({"nextCursor": "there", "items": None}, False, False),
        *[({"nextCursor": odd}, True, False) for odd in (7, {"a": 1}, "x" * 5000, "a\tb", ["b"])],
    ],
)
def test_a_page_without_a_next_one_says_whether_that_is_the_end(tail, breaks_off, trails_off):
    page = parsing.page({"items": [], **tail}, parsing.audience)
    assert (page.breaks_off, page.trails_off) == (breaks_off, trails_off)


def test_folders_stand_pinned_first_then_by_position_then_by_name():
    folders = [
        {"id": "late", "position": 9},
        {"id": "none-b", "name": "b"},
        {"id": "none-a", "name": "A", "position": "NaN"},
        {"id": "pinned-none", "isPinned": "true"},
        {"id": "pinned", "isPinned": True, "position": "2"},
        {"id": "early", "position": -1},
    ]
    found = parsing.navigation({"folders": folders}).folders
    assert [folder.id for folder in found] == ["pinned", "pinned-none", "early", "late", "none-a", "none-b"]


def test_navigation_is_searched_and_counted():
    found = parsing.navigation(
        {
            "folders": [{"id": "f", "audiences": [{"id": "a"}, {"id": "a"}, {"id": None}, {"id": "b"}]}],
            "ungroupedAudiences": [{"id": "c"}, 5],
        }
    )
    folder = found.folders[0]
    assert [(place and place.id, audience.id) for place, audience in found.every()] == [
        ("f", "a"), ("f", "b"), (None, "c"),
    ]  # fmt: skip
    assert found.find("b") == (folder, Audience("b"))
    assert found.find("c") == (None, Audience("c"))
    assert found.find("x") is None
    assert (found.count, found.left_out) == (3, 2)


def test_audiences_of_a_folder_without_an_id_are_not_lost():
    folders = [{"id": None, "audiences": [{"id": "a"}]}, 5, {"id": "f", "audiences": {}}, {"id": "f"}]
    found = parsing.navigation({"folders": folders, "ungroupedAudiences": None})
    assert found == Navigation((Folder("f"),), (Audience("a"),), 2)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"items": []}])
def test_what_is_no_navigation(data):
    assert parsing.navigation(data) is None


def test_a_rich_page_through_the_wire():
    body = b'{"items": [{"id": 12345678901234567890, "prospectCount": 1e999, "name": "\\u0000\\ud800x"}]}'
    assert parsing.page(decode(body), parsing.audience).items == (
        Audience("12345678901234567890", "\N{REPLACEMENT CHARACTER}x"),
    )


def test_every_record_field_is_read(reference):
    """A field added to a record and forgotten in the reader would stay at its default."""
    example = copy.deepcopy(reference("list-audience-prospects")["data"]["items"][0])
    person = parsing.prospect(example)
    for record in (person, person.company, person.location, person.emails[0]):
        for field in fields(record):
            assert getattr(record, field.name) not in ("", None, ()), field.name
    assert math.isclose(person.company.follower_count, 25)


@pytest.mark.parametrize("word", ["navigation", "folders"])
def test_a_word_of_the_apis_own_is_no_audiences_id(word):
    assert parsing.audience({"id": word, "name": "x"}) is None
