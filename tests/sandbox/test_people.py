"""Prospects by index: deterministic, believable, incomplete at a believable rate."""

import re
import time
import unicodedata

import pytest

from sandbox import names, places
from sandbox.latin import slug
from sandbox.people import Crowd, prospects
from sandbox.themes import theme, theme_names

FIELDS = [
    "id", "firstName", "lastName", "name", "headline", "about", "photoUrl", "linkedinUrl", "publicIdentifier",
    "company", "title", "location", "emails", "premium", "isOpenProfile", "connectionStatus", "chatStatus",
]  # fmt: skip
COMPANY = [
    "name", "linkedinIdentifier", "linkedinUrl", "industry", "website", "size", "location", "about", "logoUrl",
    "founded", "type", "specialties", "followerCount", "tagline",
]  # fmt: skip
WORLD = Crowd("a" * 24, theme("sales"), "World")
PEOPLE = prospects(WORLD, 0, 3000)


def test_any_stretch_gives_the_same_people():
    assert prospects(WORLD, 1234, 1284) == PEOPLE[1234:1284]
    assert prospects(WORLD, 99_999, 100_000) == prospects(WORLD, 99_950, 100_000)[-1:]


def test_nobody_has_anothers_id():
    assert len({person["id"] for person in PEOPLE}) == len(PEOPLE)
    other = prospects(Crowd("b" * 24, theme("sales"), "World"), 0, 100)
    assert not {person["id"] for person in other} & {person["id"] for person in PEOPLE}


def test_fields_are_the_documented_ones_in_their_order():
    for person in PEOPLE:
        assert [field for field in FIELDS if field in person] == list(person)
        company = person["company"] or {}
        assert [field for field in COMPANY if field in company] == list(company)
    assert any(list(person) == FIELDS for person in PEOPLE)
    assert any(list(person["company"] or {}) == COMPANY for person in PEOPLE)


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("headline", 0.05, 0.2), ("about", 0.1, 0.3), ("photoUrl", 0.2, 0.4), ("title", 0.02, 0.1), ("company", 0.02, 0.1),
     ("location", 0.03, 0.12), ("emails", 0.1, 0.3), ("premium", 0.05, 0.2), ("chatStatus", 0.1, 0.25)],
)  # fmt: skip
def test_some_of_each_is_missing(field, least, most):
    missing = sum(not person.get(field) and person.get(field) is not False for person in PEOPLE)
    assert least < missing / len(PEOPLE) < most


def test_many_scripts_are_there():
    names_ = "".join(person["name"] for person in PEOPLE)
    scripts = {unicodedata.name(letter).split()[0] for letter in names_ if letter.isalpha()}
    assert scripts >= {"LATIN", "CJK", "HANGUL", "ARABIC", "HEBREW", "CYRILLIC", "GREEK", "DEVANAGARI", "THAI"}


def test_addresses_are_ascii_and_lead_nowhere():
    pattern = re.compile(r"[a-z0-9._]+@[a-z0-9-]+\.example")
    emails = [email["email"] for person in PEOPLE for email in person["emails"] or []]
    assert [email for email in emails if not pattern.fullmatch(email)] == []
    assert {len(person["emails"] or []) for person in PEOPLE} == {0, 1, 2, 3}


def test_links_are_https_and_lead_nowhere():
    pattern = re.compile(r"https://([a-z0-9-]+\.)*example(/[A-Za-z0-9/.-]*)?")
    for person in PEOPLE:
        company = person["company"] or {}
        urls = [person.get("photoUrl"), person["linkedinUrl"], company.get("website"), company.get("logoUrl")]
        assert all(pattern.fullmatch(url) for url in urls if url)


def test_words_about_emails_are_mostly_the_known_ones():
    words = [email["deliverable"] for person in PEOPLE for email in person["emails"] or []]
    known = [word for word in words if word in ("deliverable", "risky", "undeliverable", "unknown")]
    assert 0.9 < len(known) / len(words) < 1
    scores = {type(email["qualityScore"]) for person in PEOPLE for email in person["emails"] or []}
    assert scores == {str, float, type(None)}


@pytest.mark.parametrize("name", theme_names())
def test_titles_and_industries_fit_the_theme(name):
    about = theme(name)
    own = {title for both in about.native.values() for titles in both for title in titles}
    for person in prospects(Crowd("c", about, "World"), 0, 200):
        assert person["title"] in {None, *about.titles, *own}
        assert (person["company"] or {}).get("industry") in {None, *about.industries}


@pytest.mark.parametrize("region", [*places.region_names(), "PL:Warszawa+Kraków"])
def test_people_live_in_the_region(region):
    codes = {country.code for country in places.region(region)}
    shown = {
        (person.get("location") or {}).get("countryCode")
        for person in prospects(Crowd("d", theme("it"), region), 0, 60)
    }
    assert shown - {None} <= codes


def test_a_region_may_be_a_city():
    cities = {city.native for country in places.region("PL:Warszawa+Kraków") for city in country.cities}
    assert cities == {"Warszawa", "Kraków"}


@pytest.mark.parametrize("language", sorted(places.languages()))
def test_every_name_has_a_spelling_in_latin_letters(language):
    pool = names.pool(language)
    for word in (*pool.first[0], *pool.first[1], *pool.last[0], *pool.last[1]):
        assert word.native.strip()
        assert slug(word.latin)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Zoë Mårtensson", "zoemartensson"), ("Łukasz", "lukasz"), ("Ольга", "olga"), ("Ελένη", "eleni"),
     ("김민준", "gimminjun"), ("O'Brien", "obrien"), ("ß", "ss"), ("İzmir", "izmir"), ("!", "")],
)  # fmt: skip
def test_names_in_latin_letters(text, expected):
    assert slug(text) == expected


def test_blanks_become_hyphens_where_asked():
    assert slug(" Flor  Clara! ", "-") == "flor-clara"


@pytest.mark.parametrize(
    ("language", "expected"), [("sv_SE", "Ada Berg"), ("ja_JP", "Berg Ada"), ("zh", "BergAda"), ("hu_HU", "Berg Ada")]
)
def test_names_are_written_in_their_own_order(language, expected):
    assert names.pool(language).full("Ada", "Berg") == expected


def test_a_page_is_made_in_less_than_three_milliseconds():
    took = []
    for start in range(50_000, 52_000, 100):
        begun = time.perf_counter()
        prospects(WORLD, start, start + 50)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.003
