"""The holder of a link: sees what it allows, and nothing else; everybody else gets one and the same 404."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client
from django.utils import timezone

from audiences import behind, budget, catalog, flight, sharing
from audiences.api import errors
from audiences.api.client import Deadline
from audiences.api.records import Navigation
from audiences.models import ShareLink, Watch
from audiences.shareview import EVERYTHING, View
from team.models import Event
from tests.audiences.conftest import until
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "rows"}
PANEL = {"HX-Request": "true", "HX-Target": "panel"}
PAGES = {"": (("a", "b"), "two"), "two": (("c", "d"), "three"), "three": (("e",), "")}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture
def make(row, ada, fake):
    """Makes a link; gives its address."""
    fake.pages = PAGES
    fake.tree = Navigation((), (audience("aud", "Secret plan", prospect_count=5),), 0)
    catalog.navigation(row, Deadline(8))
    fake.calls.clear()
    keys = iter("0123456789")

    def make(password="", days=30, **parts):
        view = View(**({"title": "Lisbon"} | parts))
        token = sharing.make(row, "aud", view, ada, form_key=next(keys) * 32, days=days, password=password)
        return f"/s/{token}/"

    return make


@pytest.fixture
def visitor():
    return Client(headers={"User-Agent": BROWSER})


def text_of(answer):
    return answer.content.decode()


def sealed_cursors(answer):
    return re.findall(r"prospects/\?cursor=([\w%-]+)", text_of(answer))


def test_the_list_with_its_title_note_and_sender(make, visitor):
    answer = visitor.get(make(note="Have a look", sender="Ada"))
    page = text_of(answer)
    assert answer.status_code == 200
    for words in ("Lisbon", "Have a look", "Ada", "Person a", "Person b", "of about 5"):
        assert words in page
    assert "<title>A shared list</title>" in page


def test_nothing_of_the_team_is_on_it(make, visitor):
    base = make()
    pages = [visitor.get(base), visitor.get(f"{base}prospects/a/"), visitor.get(f"{base}prospects/a/", headers=PANEL)]
    for answer in pages:
        assert (answer.status_code, "Person a" in text_of(answer)) == (200, True)
        for secret in ("Secret plan", "Group", "ada@example.com", "/g/grp", "trace-", "grp"):
            assert secret not in text_of(answer)


def test_rows_a_person_and_their_neighbours(make, visitor):
    base = make()
    more = visitor.get(base)
    cursor = sealed_cursors(more)[0]
    assert "two" not in cursor
    rows = visitor.get(f"{base}prospects/?cursor={cursor}", headers=HTMX)
    assert "Person c" in text_of(rows)
    person = visitor.get(f"{base}prospects/c/?at={cursor}", headers=PANEL)
    assert "Person c" in text_of(person)
    back = visitor.get(f"{base}prospects/?open=last", headers=PANEL, follow=True)
    assert back.redirect_chain[-1][0].startswith(f"{base}prospects/b/")
    assert "Person b" in text_of(back)


@pytest.mark.parametrize("address", ["prospects/?cursor={}", "?at={}", "prospects/c/?at={}", "prospects/c/?further={}"])
def test_a_cursor_of_another_link_or_an_altered_one_starts_at_the_top_without_a_call(make, visitor, fake, address):
    base, other = make(), make()
    good = sealed_cursors(visitor.get(base))[0]
    fake.calls.clear()
    for cursor in (good[:-1] + ("A" if good[-1] != "A" else "B"), "two", "%00", "x" * 7000):
        answer = visitor.get(base + address.format(cursor))
        assert (answer.status_code, answer["Location"]) == (302, base)
    answer = visitor.get(other + address.format(good), headers=HTMX)
    assert answer["HX-Redirect"] == other
    assert fake.calls == []


def test_the_hidden_are_not_there(make, visitor):
    base = make(hidden=frozenset({"a", "e"}))
    page = text_of(visitor.get(base))
    assert "Person b" in page
    assert "Person a" not in page
    # the API's number beside the rows would tell how many are hidden
    assert "of about" not in page
    assert 'data-total=""' in page


def test_somebody_hidden_is_as_somebody_who_is_not_there(make, visitor, fake):
    base = make(hidden=frozenset({"a", "e"}))
    answers = [visitor.get(f"{base}prospects/{who}/", headers=PANEL) for who in ("a", "nobody")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "All 3 people" in text_of(answers[0])
    assert answers[0].content == answers[1].content


def test_rows_are_counted_without_the_hidden(make, visitor):
    base = make(hidden=frozenset({"a"}))
    cursor = sealed_cursors(visitor.get(base))[0]
    assert 'data-offset="1"' in text_of(visitor.get(f"{base}prospects/?cursor={cursor}", headers=HTMX))
    assert ">2<" in text_of(visitor.get(f"{base}prospects/c/?at={cursor}", headers=PANEL))


def test_what_two_links_show_of_the_same_page_stays_apart(make, visitor):
    wide, narrow = make(fields=EVERYTHING), make()
    assert "slot-mail" in text_of(visitor.get(wide))
    assert "slot-mail" not in text_of(visitor.get(narrow))


# --- One 404 ------------------------------------------------------------------------------------------


def ended_addresses(base):
    return (base, f"{base}prospects/", f"{base}prospects/a/", f"{base}pulse/", f"{base}?at=x", f"{base}nowhere/")


@pytest.fixture
def not_there(visitor):
    return visitor.get(f"/s/{'A' * 43}/")


@pytest.mark.parametrize(
    "end",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now()},
        {"is_asleep": True},
        {"view": {"version": 2}},
        {"revoked_at": timezone.now(), "password": "x"},
    ],
    ids=["revoked", "expired", "asleep", "another version", "revoked with a password"],
)
def test_every_end_is_the_same_404_from_the_next_request_on(make, visitor, not_there, end):
    base = make()
    assert visitor.get(base).status_code == 200
    ShareLink.objects.update(**end)
    for address in ended_addresses(base):
        answer = visitor.get(address)
        assert (answer.status_code, answer.content) == (404, not_there.content)
        assert answer.headers == not_there.headers


def test_an_audience_that_is_gone_is_the_same_404(make, visitor, fake, not_there):
    base = make()
    fake.failures["prospects"] = errors.NotFound("no", status=404)
    answer = visitor.get(base)
    assert (answer.status_code, answer.content, answer.headers) == (404, not_there.content, not_there.headers)
    assert visitor.get(f"{base}prospects/", headers=HTMX)["HX-Refresh"] == "true"


def test_a_fragment_of_an_ended_link_has_the_page_leave(make, visitor):
    base = make()
    ShareLink.objects.update(revoked_at=timezone.now())
    answer = visitor.get(f"{base}prospects/?cursor=x", headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")


@pytest.mark.parametrize("path", ["/s/", "/s/x", "/s/x/y/z", "/s/é/", "/s/../g/grp/", "/s/%2e%2e/"])
def test_whatever_else_stands_below_is_the_same_404(visitor, not_there, path):
    answer = visitor.get(path, follow=True)
    assert (answer.status_code, answer.content) == (404, not_there.content)


MANY = "&".join(f"a{number}=1" for number in range(1500))


@pytest.mark.parametrize("rest", [f"?{MANY}", f"prospects/a/?{MANY}", "a form"])
def test_a_broken_request_is_the_same_404_and_leaves_no_line(make, visitor, not_there, rest, caplog):
    base = make(password="open sesame" if rest == "a form" else "")
    if rest == "a form":
        answer = visitor.post(base, MANY, content_type="application/x-www-form-urlencoded")
    else:
        answer = visitor.get(base + rest)
    assert (answer.status_code, answer.content, answer.headers) == (404, not_there.content, not_there.headers)
    assert written(caplog) == []


def written(caplog):
    """What the log says, of all that was to be logged."""
    stderr = next(handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler)
    return [record.getMessage() for record in caplog.records if stderr.filter(record)]


def test_of_a_host_that_is_missing_in_the_settings_the_log_tells(make, visitor, not_there, caplog):
    answer = visitor.get(make(), headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.content) == (404, not_there.content)
    assert "add 'elsewhere.example' to ALLOWED_HOSTS" in written(caplog)[0]


def test_an_address_that_lost_its_slash_still_leads_there(make, visitor):
    base = make()
    assert visitor.get(base[:-1], follow=True).status_code == 200


# --- What every answer carries ------------------------------------------------------------------------


@pytest.mark.parametrize("there", [True, False])
def test_no_answer_may_be_kept_or_indexed(make, visitor, there):
    base = make() if there else f"/s/{'A' * 43}/"
    for address in ended_addresses(base):
        headers = visitor.get(address).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["Referrer-Policy"] == "same-origin"


# --- Openings -----------------------------------------------------------------------------------------


def openings():
    return ShareLink.objects.get().opened


def test_looking_at_it_is_an_opening_and_scrolling_is_none(make, visitor):
    base = make()
    visitor.get(base)
    visitor.get(f"{base}prospects/", headers=HTMX)
    visitor.get(f"{base}prospects/a/")
    visitor.get(f"{base}pulse/", headers=HTMX)
    visitor.get(base, headers={"Sec-Fetch-Dest": "empty"})
    assert openings() == 1


@pytest.mark.parametrize("path", ["prospects/", "prospects/a/", ""])
def test_whoever_comes_by_a_side_door_has_opened_it_too(make, visitor, path):
    base = make()
    for _ in range(2):
        visitor.get(f"{base}{path}", headers=HTMX | {"Sec-Fetch-Dest": "empty"})
    assert openings() == 1
    assert Event.objects.get(kind="link-opened").network == "127.0.0.1"


def test_a_page_that_refreshes_itself_is_opened_once(make, visitor):
    base = make()
    for query in ("", "?refreshed=1", "?refreshed=1"):
        visitor.get(base + query)
    assert openings() == 1


def test_asking_whether_it_is_still_open_is_no_opening(make, visitor):
    visitor.get(f"{make()}pulse/", headers=HTMX)
    assert openings() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)"},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_a_machine_that_looks_ahead_sees_nothing_and_has_not_opened_it(make, visitor, fake, headers):
    answer = visitor.get(make(note="Have a look"), headers=headers)
    assert answer.status_code == 200
    assert not {"Lisbon", "Have a look", "Person a"} & set(re.findall(r"Lisbon|Have a look|Person a", text_of(answer)))
    assert (openings(), fake.calls) == (0, [])


def test_asking_for_the_head_alone_is_no_opening(make, visitor, fake):
    answer = visitor.head(make())
    assert (answer.status_code, answer.content, openings(), fake.calls) == (200, b"", 0, [])


def test_in_a_chat_programs_own_browser_it_is_opened(make, visitor):
    inside = f"{BROWSER} [LinkedInApp]/9.1 CUBOT NOTE"
    assert "Person a" in text_of(visitor.get(make(), headers={"User-Agent": inside}))


# --- Password -----------------------------------------------------------------------------------------


def test_without_the_password_nothing_is_shown_and_nothing_asked(make, visitor, fake):
    base = make(password="open sesame", sender="Ada")
    for address in (base, f"{base}prospects/", f"{base}prospects/a/", f"{base}pulse/"):
        page = text_of(visitor.get(address))
        assert "This list has a password" in page
        assert "Ada" in page
        assert "Lisbon" not in page
    assert visitor.get(f"{base}prospects/", headers=HTMX)["HX-Redirect"] == base
    assert (fake.calls, openings()) == ([], 0)


def test_the_password_opens_it_in_this_browser(make, visitor):
    base = make(password="open sesame")
    assert visitor.post(base, {"password": "wrong"}).status_code == 422
    answer = visitor.post(base, {"password": "open sesame"})
    assert (answer.status_code, answer["Location"]) == (302, base)
    cookie = next(iter(answer.cookies.values()))
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "Person a" in text_of(visitor.get(base))
    assert "Person a" not in text_of(Client().get(base))


def test_the_cookie_of_one_link_opens_no_other(make, visitor):
    one, other = make(password="open sesame"), make(password="open sesame")
    visitor.post(one, {"password": "open sesame"})
    first, second = (f"link-{link.token_hash[:16]}" for link in ShareLink.objects.order_by("pk"))
    visitor.cookies[second] = visitor.cookies[first].value
    assert "This list has a password" in text_of(visitor.get(other))


def test_too_many_tries_are_told_so(make, visitor):
    base = make(password="open sesame")
    answers = [visitor.post(base, {"password": f"guess {number}"}) for number in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 900


def test_a_form_without_its_token_is_told_so_and_an_unknown_link_is_unknown(make):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(make(password="open sesame"), {"password": "open sesame"})
    assert (answer.status_code, "This form had become too old" in text_of(answer)) == (403, True)
    assert strict.post(f"/s/{'A' * 43}/", {"password": "x"}).status_code == 404


# --- The API in trouble -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        errors.Unauthorized("Invalid API key sk_live", status=401, trace_id="trace-9"),
        errors.UpstreamError("down", status=502, trace_id="trace-9"),
        errors.Forbidden("no", status=403),
    ],
)
def test_a_failure_is_a_plain_503_with_a_support_code(make, visitor, fake, error, caplog):
    fake.failures["prospects"] = error
    answer = visitor.get(make())
    page = text_of(answer)
    assert answer.status_code == 503
    code = re.search(r"<code>([A-Z2-7]{4}-[A-Z2-7]{4})</code>", page)[1]
    body = page[page.index("<body") :]
    assert not re.search(r"trace-9|Invalid|key|401|502|service", body)
    assert code in caplog.text
    assert openings() == 0


def test_while_the_api_fails_the_last_good_page_is_shown_with_its_age(make, visitor, fake, later):
    base = make()
    visitor.get(base)
    later(seconds=90)
    fake.failures["prospects"] = errors.UpstreamError("down", status=502, trace_id="trace-9")
    for _ in range(2):
        answer = visitor.get(base)
        assert (answer.status_code, "Person a" in text_of(answer), "trace-9" in text_of(answer)) == (200, True, False)
    until(lambda: re.search(r'class="stale".*Read at ', text_of(visitor.get(base))))  # it is asked for behind the page


def test_a_list_that_is_not_ready_is_being_prepared(make, visitor, fake):
    fake.failures["prospects"] = errors.NotReady("not ready", status=409)
    base = make()
    answer = visitor.get(base)
    assert (answer.status_code, "This list is being prepared" in text_of(answer)) == (200, True)
    assert Watch.objects.get().state == Watch.State.POPULATING
    fake.calls.clear()
    assert 'data-state="populating"' in text_of(visitor.get(f"{base}pulse/", headers=HTMX))
    assert "being prepared" in text_of(visitor.get(base))
    assert fake.calls == []


def test_an_empty_list_says_so_in_plain_words(make, visitor, fake):
    fake.pages = {"": ((), "")}
    page = text_of(visitor.get(make()))
    assert "Nobody is in this list yet" in page
    assert "monitors" not in page


@pytest.fixture
def uncached(settings, fake):
    """Every view is a call; visitors of a link have one a second, after four at once."""
    settings.AUDIENCES_API_RATE = 8.0
    settings.PROSPECTS_MAX_AGE = 0
    fake.pages = {"": (("a",), "")}


def test_the_visitors_of_a_link_share_an_allowance_and_members_do_not(make, visitor, client, ada, uncached):
    base = make()
    statuses = [visitor.get(base).status_code for _ in range(8)]
    assert statuses[:4] == [200] * 4
    assert 503 in statuses[4:]
    busy = visitor.get(base)
    assert "This list is busy" in text_of(busy)
    assert int(busy["Retry-After"]) >= 1
    client.force_login(ada)
    assert client.get("/g/grp/audiences/aud/").status_code == 200


def test_all_links_together_leave_members_their_half(make, visitor, uncached, fake):
    bases = [make() for _ in range(4)]
    fake.calls.clear()
    for base in bases * 6:
        visitor.get(base)
    assert len(fake.calls) <= 6  # half of the rate, and what grows back meanwhile


def test_what_is_old_is_shown_and_not_asked_for_beyond_the_allowance(make, visitor, settings, fake, later, monkeypatch):
    settings.AUDIENCES_API_RATE = 8.0
    base = make()
    cursor = sealed_cursors(visitor.get(base))[0]
    visitor.get(f"{base}prospects/?cursor={cursor}", headers=HTMX)
    later(seconds=90)
    monkeypatch.setattr(behind, "soon", lambda job: job() or True)
    fake.calls.clear()
    link = ShareLink.objects.get()
    with budget.visit(str(link.pk)):
        while budget.may_refresh():
            pass
    assert "Person c" in text_of(visitor.get(f"{base}prospects/?cursor={cursor}", headers=HTMX))
    assert fake.calls == []


def test_a_member_who_joins_a_visitors_call_is_not_told_to_wait(row, ada, fake, uncached, monkeypatch):
    """The visitor leads and has no turn; the member, who waited with them, asks."""
    with budget.visit("7"):
        while budget.may_refresh():
            pass
    slow = budget.visitors_turn
    monkeypatch.setattr(budget, "visitors_turn", lambda: (time.sleep(0.2), slow()) if budget.is_visitor() else None)
    with ThreadPoolExecutor(2) as both:
        visit = both.submit(_as_visitor, row)
        until(lambda: flight._flying)
        member = both.submit(catalog.prospects, row, "aud", "", Deadline(8))
        assert isinstance(visit.exception(), budget.LinkSpent)
        assert member.result().value.items[0].id == "a"


def _as_visitor(row):
    with budget.visit("7"):
        catalog.prospects(row, "aud", "", Deadline(8))
