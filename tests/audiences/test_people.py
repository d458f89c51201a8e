"""Records become the ready strings of rows and panels."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.api.records import Company, Email, Location, Prospect
from audiences.people import (
    email_note,
    full_place,
    initials,
    person_detail,
    person_row,
    short_place,
)
from audiences.reach import email_mark


def row(**fields):
    return person_row(Prospect("p1", **fields), "/p1/")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Zoë Mårtensson", "ZM"),
        ("田中 美咲", "田美"),
        ("أحمد الراشد", "أا"),
        ("Siobhán O’Brien", "SO"),
        ("Ana María de la Cruz", "AC"),
        ("łukasz", "Ł"),
        ("ßen Ångström", "ßÅ"),
        ("(Bob) “Smith”", "BS"),
        ("👩🏽‍🚀 !!", ""),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("text", "code", "short", "full"),
    [
        ("Stockholm", "SE", "Stockholm, SE", "Stockholm, SE"),
        ("Stockholm, Sweden", "SE", "Stockholm, SE", "Stockholm, Sweden, SE"),
        ("Stockholm, se", "SE", "Stockholm, SE", "Stockholm, se"),
        ("Greater Paris", "", "Greater Paris", "Greater Paris"),
        ("", "MX", "MX", "MX"),
        ("SE", "SE", "SE", "SE"),
        ("", "", "", ""),
    ],
)
def test_places(text, code, short, full):
    assert short_place(Location(text, code)) == short
    assert full_place(Location(text, code)) == full


@pytest.mark.parametrize(
    ("word", "mark"),
    [
        ("deliverable", "good"),
        ("True", "good"),
        (" VALID ", "good"),
        ("risky", "unsure"),
        ("unknown", "unsure"),
        ("false", "bad"),
        ("undeliverable", "bad"),
        ("string", "other"),
        ("", ""),
    ],
)
def test_only_known_words_get_a_mark(word, mark):
    assert email_mark(word) == mark


@pytest.mark.parametrize(
    ("email", "note"),
    [
        (Email("a@b.example", "risky", "0.61"), "deliverable: risky · quality 0.61"),
        (Email("a@b.example", "", "7"), "quality 7"),
        (Email("a@b.example"), ""),
    ],
)
def test_what_is_said_of_an_address(email, note):
    assert email_note(email) == note


@pytest.mark.parametrize(
    ("headline", "title", "shown"),
    [
        ("Head of  Growth", "head of growth", ""),
        ("Head of Growth at Przelew24", "Head of Growth", "Head of Growth at Przelew24"),
        ("", "CFO", ""),
        ("W" * 400, "", "W" * 159 + "…"),
    ],
)
def test_a_headline_that_only_repeats_the_title_is_left_out(headline, title, shown):
    assert row(headline=headline, title=title).headline == shown


@pytest.mark.parametrize(
    ("status", "state", "title"),
    [
        ("active", "on", "Connection: active"),
        ("Connected", "on", "Connection: Connected"),
        ("none", "off", "Connection: none"),
        ("", "off", "Connection: not given"),
        ("pending", "unknown", "Connection: pending"),
    ],
)
def test_the_place_of_a_status(status, state, title):
    made = row(connection_status=status)
    assert (made.connection, made.connection_title) == (state, title)


@pytest.mark.parametrize(
    ("flag", "state", "title"),
    [
        (True, "on", "Open profile: yes"),
        (False, "off", "Open profile: no"),
        (None, "off", "Open profile: not given"),
    ],
)
def test_the_place_of_a_flag(flag, state, title):
    made = row(is_open_profile=flag)
    assert (made.open, made.open_title) == (state, title)


GOOD, BAD = Email("a@b.example", "true", "0.9"), Email("c@d.example", "false")


@pytest.mark.parametrize(
    ("emails", "state", "title"),
    [
        ((), "off", "E-mail: none"),
        ((GOOD,), "on", "E-mail: 1 address, deliverable: true · quality 0.9"),
        ((BAD, GOOD), "on", "E-mail: 2 addresses, deliverable: false"),
        ((BAD,), "unknown", "E-mail: 1 address, deliverable: false"),
        ((Email("x@y.example"),), "on", "E-mail: 1 address, nothing more known"),
    ],
)
def test_the_place_of_mail(emails, state, title):
    made = row(emails=emails)
    assert (made.mail, made.mail_title) == (state, title)


def test_a_row_shows_the_first_address_and_counts_the_others():
    made = row(emails=(Email("a@b.example", "maybe?"), GOOD, BAD))
    assert (made.email, made.email_mark, made.email_word, made.more_emails) == (
        "a@b.example",
        "other",
        "maybe?",
        "+2",
    )


def test_a_person_of_whom_nothing_is_known():
    made = row()
    assert (made.name, made.initials, made.email, made.place, made.company_line) == ("No name", "", "", "", "")
    assert not person_detail(Prospect("p1")).has_company


def test_the_hue_stays_with_the_person():
    assert {person_row(Prospect(f"p{number}"), "").hue for number in range(200)} == set(range(8))
    assert row().hue == row(name="Other").hue


def test_the_panel_says_title_and_company_once():
    company = Company(
        name="Klarspråk AB", website="javascript:alert(1)", linkedin_url="https://www.linkedin.com/company/k"
    )
    detail = person_detail(Prospect("p1", title="CFO", headline="CFO at Klarspråk AB", company=company))
    assert (detail.at_company, detail.headline) == ("CFO at Klarspråk AB", "")
    assert (detail.website.url, detail.website.text) == ("", "javascript:alert(1)")
    assert detail.company_linkedin.text == "company/k"


@pytest.mark.parametrize(("about", "folded"), [("x" * 600, False), ("x" * 601, True), ("\n" * 8, True), ("", False)])
def test_long_texts_are_folded(about, folded):
    assert person_detail(Prospect("p1", about=about)).long_about is folded


@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_row(name, word, code):
    made = row(name=name, location=Location(word, code), emails=(Email(word, code, name),), chat_status=word)
    assert all(len(str(value)) < 800 for value in astuple(made))
