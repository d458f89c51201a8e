"""Every page as a page and as a fragment, in every state the API can put it in."""

import re

import pytest

from audiences.api.errors import RateLimited
from audiences.api.records import Navigation
from team.models import User
from tests.audiences.fakes import audience, folder

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "rows"}

# the audience in the sandbox's folder States, the page's status, what it says
STATES = [
    ("Answers 400", 503, "did not accept the request"),
    ("Answers 401", 503, "refuses this dashboard’s key"),
    ("Answers 403", 503, "may not read this"),
    ("Answers 404", 404, "Not found"),
    ("Answers 429", 503, "asks us to slow down"),
    ("Answers 500", 503, "It answers 500"),
    ("Answers 502", 503, "It answers 502"),
    ("Cuts the connection", 503, "closed the connection"),
    ("HTML instead of JSON", 503, "could not be read"),
    ("Empty", 200, "Nobody is in this audience yet"),
    ("Hostile records", 200, "of about 133"),
]
NOT_READY = "57a7e5000000000000000409"


def text(answer) -> str:
    """The answer as people read it."""
    return answer.content.decode().replace("&#x27;", "’").replace("&quot;", '"')


def address(group, audience) -> str:
    return f"/g/{group.id}/audiences/{audience.id}/"


@pytest.mark.parametrize(("name", "status", "says"), STATES)
def test_an_audience_in_every_state(member, group, named, name, status, says):
    answer = member.get(address(group, named(name)))
    assert answer.status_code == status
    assert says in text(answer)
    assert 'aria-label="Audiences"' in text(answer)
    assert "Traceback" not in text(answer)


@pytest.mark.parametrize(("name", "status", "says"), STATES)
def test_its_next_rows_as_a_fragment(member, group, named, name, status, says):
    answer = member.get(address(group, named(name)) + "prospects/", headers=HTMX)
    assert answer.status_code == status
    assert "<html" not in text(answer)
    assert 'id="more"' in text(answer)
    if status != 200:
        assert says in text(answer)


@pytest.mark.parametrize("name", ["Answers 500", "Answers 404", "Answers 403"])
def test_an_error_tells_its_trace_id(member, group, named, name):
    said = text(member.get(address(group, named(name))))
    assert re.search(r"Trace id|Not found", said)
    assert re.search(r"<code[^>]*>[0-9a-f-]{16,}</code>", said) or name == "Answers 404"


def test_an_audience_being_populated_is_a_page_not_an_error(member, group):
    answer = member.get(f"/g/{group.id}/audiences/{NOT_READY}/")
    assert answer.status_code == 200
    assert "still being populated" in text(answer)


def test_the_list_shows_folders_audiences_and_counts(member, group):
    said = text(member.get(f"/g/{group.id}/"))
    for expected in ("Nordic RevOps leads", "2,340", "Q4 push", 'id="navigation"', "All audiences"):
        assert expected in said


def test_the_list_goes_on_where_it_stopped(member, group):
    first = member.get(f"/g/{group.id}/")
    second = member.get(first.context["more_url"], headers=HTMX)
    shown = [row.audience.id for answer in (first, second) for row in answer.context["rows"]]
    assert len(shown) == len(set(shown)) == 100
    assert "<html" not in text(second)


@pytest.mark.parametrize(
    ("query", "matched"),
    [("q=revops+nordic", 1), ("q=NORDIC", None), ("type=csv_import", None), ("sort=-count", None), ("q=zzzzzz", 0)],
)
def test_search_filter_and_sort_use_the_one_navigation_answer(member, group, query, matched):
    answer = member.get(f"/g/{group.id}/?{query}")
    assert answer.status_code == 200
    assert answer.context["matched"] > 0 if matched is None else answer.context["matched"] == matched
    assert "of 15" in text(answer)


def test_sorting_by_count_puts_the_largest_first(member, group):
    rows = member.get(f"/g/{group.id}/?sort=-count").context["rows"]
    counts = [row.audience.prospect_count for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_a_folder_shows_its_own_fields(member, group):
    folder = member.get(f"/g/{group.id}/?sort=name").context["folders"][0]
    said = text(member.get(f"/g/{group.id}/?folder={folder.id}"))
    assert f'<h1 dir="auto">{folder.name}' in said
    assert "Updated" in said or "updated" in said


def test_an_audience_shows_who_is_in_it(member, group, named):
    audience = named("Nordic RevOps leads")
    answer = member.get(address(group, audience))
    people = answer.context["people"]
    assert len(people.ids) == 50
    assert text(answer).count('data-prospect="') == 50
    assert f'data-audience="{audience.id}" aria-current="page"' in text(answer)


def test_scrolling_numbers_rows_through(member, group, named):
    audience = named("Nordic RevOps leads")
    first = member.get(address(group, audience)).context["people"]
    second = member.get(first.more_url, headers=HTMX).context["people"]
    assert (second.first_row, second.last_row) == (51, 100)
    assert not set(first.ids) & set(second.ids)


def test_the_last_page_says_that_it_is_the_end(member, group, named):
    people = member.get(address(group, named("Warm intros"))).context["people"]
    assert not people.more_url
    assert "That is everyone" in text(member.get(address(group, named("Warm intros"))))


def test_show_earlier_where_the_chain_is_known(member, group, named):
    audience = named("Nordic RevOps leads")
    first = member.get(address(group, audience)).context["people"]
    second = member.get(first.more_url, headers=HTMX).context["people"]
    opened = member.get(address(group, audience), {"at": second.at})
    assert "Show earlier" in text(opened)
    earlier = member.get(opened.context["people"].earlier_url, headers=HTMX)
    assert earlier.context["people"].ids == first.ids


def test_only_from_the_start_where_it_is_not(member, group, named, api):
    audience = named("Nordic RevOps leads")
    cursor = api.prospects(group.id, audience.id).value.next_cursor
    said = text(member.get(address(group, audience), {"at": cursor}))
    assert "From the start" in said
    assert "Show earlier" not in said


@pytest.mark.parametrize("where", ["at", "cursor"])
def test_a_cursor_that_is_no_longer_accepted_leads_to_the_top(member, group, named, where):
    audience = named("Nordic RevOps leads")
    path = address(group, audience) + ("prospects/" if where == "cursor" else "")
    answer = member.get(path, {where: "made-up"})
    assert answer.status_code == 404
    assert "Start at the top" in text(answer)


@pytest.mark.parametrize("cursor", ["x" * 4097, "a\nb", "\x00"])
def test_a_cursor_the_api_cannot_have_made_is_a_404(member, group, named, cursor):
    assert member.get(address(group, named("Nordic RevOps")), {"at": cursor}).status_code == 404


def test_the_sidebar_alone(member, group):
    said = text(member.get(f"/g/{group.id}/navigation/", headers=HTMX))
    assert said.lstrip().startswith('<nav aria-label="Audiences"')


def test_a_sidebar_that_cannot_be_read_says_so_with_its_status(client, fake, row):
    client.force_login(User.objects.create_superuser("boss@example.com"))
    fake.failures["navigation"] = RateLimited("slowly", status=429, retry_after=7, trace_id="t-7")
    answer = client.get("/g/grp/navigation/", headers=HTMX)
    assert answer.status_code == 503
    assert 7 <= int(answer["Retry-After"]) <= 9
    assert text(answer).lstrip().startswith('<nav aria-label="Audiences"')
    assert "t-7" in text(answer)


def test_an_audience_in_two_folders_is_marked_once(client, fake, row):
    client.force_login(User.objects.create_superuser("boss@example.com"))
    fake.pages = {"": (("a",), "")}
    fake.tree = Navigation((folder("one", audience("aud")), folder("two", audience("aud"))), (audience("aud"),), 0)
    said = text(client.get("/g/grp/audiences/aud/"))
    assert said.count('data-audience="aud"') == 4  # and among the recent ones
    assert said.count('aria-current="page"') == 1


def test_home_goes_to_the_last_group(member, groups, client, django_user_model):
    boss = django_user_model.objects.create_superuser("boss@example.com")
    client.force_login(boss)
    assert client.get("/")["Location"] == f"/g/{groups[0].id}/"
    client.get(f"/g/{groups[2].id}/")
    assert client.get("/")["Location"] == f"/g/{groups[2].id}/"
