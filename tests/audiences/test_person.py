"""One person: no call of the API gets one, so hints, walks and neighbours must find them with a cold cache."""

import pytest

from audiences.api.errors import ValidationFailed
from audiences.views import shell
from tests.audiences.conftest import forget

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "panel"}


@pytest.fixture
def audience(named):
    return named("Nordic RevOps leads")


@pytest.fixture
def base(group, audience):
    return f"/g/{group.id}/audiences/{audience.id}/prospects/"


@pytest.fixture
def pages(api, group, audience):
    """The cursors and people of the first 36 pages, as the API gives them."""
    found, cursor = [], ""
    for _ in range(36):
        page = api.prospects(group.id, audience.id, cursor).value
        found.append((cursor, page.items))
        cursor = page.next_cursor
    return found


def far_person(pages):
    """Person 1,730, and the cursor of their page."""
    cursor, people = pages[34]
    return cursor, people[29]


def test_the_hint_finds_person_1730_with_one_call(member, api, base, pages, monkeypatch):
    at, person = far_person(pages)
    forget()
    calls = []
    monkeypatch.setattr(type(api), "prospects", _counted(type(api).prospects, calls))
    answer = member.get(f"{base}{person.id}/", {"at": at}, headers=HTMX)
    assert answer.status_code == 200
    assert f'data-person="{person.id}"' in answer.content.decode()
    assert calls == [at]


def _counted(method, calls):
    def prospects(self, group_id, audience_id, cursor="", **options):
        calls.append(cursor)
        return method(self, group_id, audience_id, cursor, **options)

    return prospects


@pytest.mark.parametrize("hint", ["", "no-longer-good"])
def test_without_a_good_hint_the_list_is_walked(member, base, pages, hint):
    _at, person = far_person(pages)
    forget()
    answer = member.get(f"{base}{person.id}/", {"at": hint} if hint else {})
    assert answer.status_code == 200
    assert answer.context["position"] == 1730
    assert answer.context["person"] == person
    assert "Back to the list" in answer.content.decode()


def test_previous_and_next_within_the_page(member, base, pages):
    at, person = far_person(pages)
    context = member.get(f"{base}{person.id}/", {"at": at}, headers=HTMX).context
    around = pages[34][1]
    assert f"/{around[28].id}/?at=" in context["previous_url"]
    assert f"/{around[30].id}/?at=" in context["next_url"]


def test_next_of_the_last_on_a_page_is_the_first_of_the_following(member, base, pages):
    (_first_at, first), (_second_at, second) = pages[:2]
    following = member.get(f"{base}{first[-1].id}/", headers=HTMX).context["next_url"]
    answer = member.get(following, headers=HTMX, follow=True)
    assert answer.context["person"] == second[0]
    assert answer.context["position"] == 51
    back = member.get(answer.context["previous_url"], headers=HTMX, follow=True)
    assert back.context["person"] == first[-1]


def test_the_first_has_nobody_before(member, base, pages):
    assert member.get(f"{base}{pages[0][1][0].id}/", headers=HTMX).context["previous_url"] == ""


def test_somebody_who_is_not_there_is_gone_only_after_a_whole_walk(member, base):
    answer = member.get(f"{base}5fc514488df38985b3b9ffff/")
    assert answer.status_code == 404
    assert "No longer in this audience" in answer.content.decode()
    assert answer.context["looked"] == 2340


def test_a_walk_out_of_time_offers_to_look_further(member, base, pages, monkeypatch):
    _, person = far_person(pages)
    monkeypatch.setattr(shell, "PAGE_SECONDS", 1.05)
    answer = member.get(f"{base}{person.id}/")
    looked = [answer.context["looked"]]
    while "person" not in answer.context:
        assert answer.status_code == 200
        assert "not among the" in answer.content.decode()
        answer = member.get(answer.context["further_url"])
        looked.append(answer.context.get("looked", 9999))
    assert answer.context["person"] == person
    assert looked == sorted(looked)


def test_a_page_of_their_own_leads_back_to_their_place(member, base, pages):
    at, person = far_person(pages)
    answer = member.get(f"{base}{person.id}/", {"at": at})
    assert answer.context["list_url"].endswith(f"#prospect-{person.id}")
    assert '<dialog id="panel"' not in answer.content.decode()


def test_every_field_of_a_company_is_there(member, base, pages):
    person = next(person for _, people in pages for person in people if person.company.specialties)
    said = member.get(f"{base}{person.id}/").content.decode()
    for value in (person.company.industry, person.company.size, person.company.founded, person.company.location):
        assert value.replace("&", "&amp;") in said


def test_a_fragment_that_fails_can_be_closed(member, group, named):
    path = f"/g/{group.id}/audiences/{named('Answers 502').id}/prospects/5fc514488df38985b3b9ffff/"
    answer = member.get(path, headers=HTMX)
    assert answer.status_code == 503
    assert "data-panel-close" in answer.content.decode()


@pytest.mark.parametrize("open", ["first", "last"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_neighbours_page_that_is_gone_leads_to_the_top(member, base, open, headers):
    answer = member.get(base, {"open": open, "cursor": "no-longer-good"}, headers=headers)
    assert answer.status_code == 404
    assert "Start at the top" in answer.content.decode()


def test_a_refused_cursor_is_only_a_lost_hint(api, group, audience):
    with pytest.raises(ValidationFailed):
        api.prospects(group.id, audience.id, "no-longer-good")
