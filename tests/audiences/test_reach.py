"""One badge a person: the best way to reach them, decided by words and numbers that anybody may have written."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences import components as sample
from audiences import reach
from audiences.api.parsing import prospect
from audiences.api.records import Email, Prospect
from audiences.reach import GOOD, ON, best, parts, score, tally
from tests.api.wild import json_values

ADDRESS = "zoe@klarsprak.example"


def kind(*emails, **fields):
    return best(Prospect("p1", emails=tuple(emails), **fields)).kind


@pytest.mark.parametrize(
    ("quality", "shown"),
    [
        *[("0.98", 0.98), ("1", 1.0), ("0", 0.0), (".5", 0.5), ("91%", 0.91), (" 91 % ", 0.91), ("91", 0.91)],
        *[("100", 1.0), ("1%", 0.01), ("1.0", 1.0), ("0.5%", 0.005)],
        *[("", None), ("high", None), ("n/a", None), ("-1", None), ("101", None), ("1e3", None), ("9" * 5000, None)],
        *[("nan", None), ("inf", None), ("∞", None), ("٠.٩", None), ("0,98", None), ("250%", None)],
    ],
)
def test_a_quality_is_a_number_of_a_scale_we_know_or_nothing(quality, shown):
    assert score(quality) == (shown if shown is None else pytest.approx(shown))


@pytest.mark.parametrize(
    ("deliverable", "quality", "shown"),
    [
        *[("true", "0.98", "mail"), (" Deliverable ", "", "mail"), ("valid", "n/a", "mail"), ("ok", "50%", "mail")],
        *[("true", "0.49", "maybe"), ("true", "12", "maybe"), ("risky", "0.99", "maybe"), ("unknown", "", "maybe")],
        *[("", "0.99", "maybe"), ("", "", "maybe"), ("valid?", "1", "maybe"), ("disposable", "", "maybe")],
        *[("false", "0.99", "none"), ("Bounced", "", "none")],
    ],
)
def test_an_address_is_as_good_as_its_word_and_no_better_than_its_quality(deliverable, quality, shown):
    assert kind(Email(ADDRESS, deliverable, quality)) == shown


def test_the_first_good_address_counts_and_only_a_plain_one():
    good, bad = Email("b@x.example", "valid"), Email("a@x.example", "false")
    assert "b@x.example" in best(Prospect("p1", emails=(bad, good))).why
    assert kind(Email("not an address", "true", "1")) == "none"
    assert kind(Email("a@x.example?bcc=you@y.example", "true", "1")) == "none"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"chat_status": "active"}, "chat"),
        ({"connection_status": "Connected"}, "chat"),
        ({"connection_status": "connected", "chat_status": "none"}, "chat"),
        ({"connection_status": "connected", "chat_status": "closed"}, "maybe"),
        ({"connection_status": "connected", "chat_status": "closed", "is_open_profile": True}, "open"),
        ({"connection_status": "pending"}, "maybe"),
        ({"chat_status": "🙃"}, "maybe"),
        ({"connection_status": "not_connected", "chat_status": "none"}, "none"),
        ({"is_open_profile": True, "premium": False}, "open"),
        ({"is_open_profile": False, "premium": True}, "none"),
        ({"premium": True}, "maybe"),
        ({"premium": False}, "none"),
        ({}, "none"),
    ],
)
def test_without_an_address_the_statuses_decide(fields, shown):
    assert kind(**fields) == shown
    assert kind(Email(ADDRESS, "true"), **fields) == "mail"


def test_the_explanation_names_fields_and_literal_values():
    assert best(sample.PEOPLE[0]).why == "zoe@klarsprak.example, deliverable: true, quality 0.98"
    assert best(Prospect("p1", chat_status="Active")).why == "chat status: Active"
    nobody = best(Prospect("p1", emails=(Email(ADDRESS, "bounced"),), is_open_profile=False))
    assert nobody.why == (
        f"{ADDRESS}, deliverable: bounced, connection status not given, chat status not given, "
        "open profile: false, premium not given"
    )


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_word_we_do_not_know_is_never_good(word, quality):
    if word.strip().casefold() in GOOD | ON:
        return
    made = Prospect("p1", emails=(Email(ADDRESS, word, quality),), chat_status=word, connection_status=word)
    assert best(made).kind in ("maybe", "none")


@given(json_values, json_values, json_values)
def test_whatever_the_api_sends_there_is_one_badge_with_a_short_reason(one, other, third):
    sent = {"id": "p1", "emails": [{"email": one, "deliverable": other, "qualityScore": third}, one]}
    sent |= {"isOpenProfile": one, "premium": other, "connectionStatus": third, "chatStatus": one}
    found = best(prospect(sent))
    assert found.kind in reach.WORDS
    assert 0 < len(found.why) < 700


@given(st.lists(st.sampled_from(sample.PEOPLE), max_size=40))
def test_the_bar_counts_everybody_once_without_a_gap(people):
    bar = parts(tally(people))
    assert [part.kind for part in bar] == list(reach.WORDS)
    assert sum(part.count for part in bar) == len(people)
    assert all(after.start == before.start + before.count for before, after in pairwise(bar))
