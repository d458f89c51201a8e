"""A link shows the fields it allows and nothing else of what the API sends, in everything a visitor's browser gets."""

import json

import pytest
from django.test import Client

from audiences import sharing
from audiences.shareview import DEFAULT, EVERYTHING, View
from tests.audiences.odd import PANEL, PERSON, ROWS, spots
from tests.audiences.wire import page

pytestmark = pytest.mark.django_db
ANY = {"person"}

# which group shows a leaf; "": no visitor ever sees it
GROUP_OF = {
    "firstName": "person",
    "lastName": "person",
    "name": "person",
    "headline": "person",
    "title": "person",
    "about": "about",
    "photoUrl": "linkedin",
    "linkedinUrl": "linkedin",
    "publicIdentifier": "linkedin",
    "connectionStatus": "status",
    "chatStatus": "status",
    "location": "place",
    "emails": "emails",
    "company": "company",
}
LINKS = ("photoUrl", "linkedinUrl", "logoUrl", "website")


def group_of(spot):
    """The group of a leaf of the API's example."""
    if spot[0] == "company" and spot[-1] in ("linkedinUrl", "linkedinIdentifier"):
        return "both"
    return GROUP_OF.get(spot[0], "")


def marked():
    """The example with a word of its own in every leaf of text, and new fields on every level."""
    person, words = json.loads(json.dumps(PERSON)), {}
    for number, spot in enumerate(spots(PERSON)):
        place = person
        for key in spot[:-1]:
            place = place[key]
        if not isinstance(place[spot[-1]], str) or spot == ("id",):
            continue
        word = f"mark{number:03}x"
        words[word] = group_of(spot)
        place[spot[-1]] = f"https://{word}.example/" if spot[-1] in LINKS else word
    for level in (person, person["company"], person["location"], person["emails"][0]):
        level |= {"salary": "NEWFIELD", "nested": {"deep": ["NEWFIELD"]}}
    return person | {"id": "p1"}, words


def seen(base, visitor):
    """All that a visitor's browser can get of this person."""
    asked = [(base, {}), (f"{base}prospects/", ROWS), (f"{base}prospects/p1/", PANEL), (f"{base}prospects/p1/", {})]
    answers = [visitor.get(address, headers=headers) for address, headers in asked]
    assert [answer.status_code for answer in answers] == [200] * 4
    return "".join(answer.content.decode() for answer in answers)


@pytest.mark.parametrize(
    "fields",
    [ANY, DEFAULT, EVERYTHING, *(ANY | {group} for group in sorted(EVERYTHING - ANY))],
    ids=lambda fields: "+".join(sorted(fields)),
)
def test_only_what_is_allowed_leaves_the_server(wire, row, ada, fields):
    person, words = marked()
    wire.answers["prospects"] = page([person])
    token = sharing.make(row, "aud", View("Lisbon", fields=frozenset(fields)), ada, form_key="a" * 32, days=1)
    text = seen(f"/s/{token}/", Client())
    allowed = {
        word
        for word, group in words.items()
        if group in fields or (group == "both" and fields >= {"company", "linkedin"})
    }
    assert {word for word in words if word in text} == allowed
    assert "NEWFIELD" not in text
