"""Every template compiles, and renders with everything and with nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory

from audiences import components as sample
from audiences.exports import samples as exporting
from audiences.forms import TYPES
from audiences.legacies import Legacy
from audiences.samename import SameName
from audiences.views import components as shown
from audiences.views.people import PeoplePage
from audiences.views.place import Offer
from team import audit
from team.forms import NameForm, PasswordForm, SignInForm
from team.membership import Person
from team.models import AccountGroup, Event, Invitation, Membership, Session, User
from team.preferences import DENSITIES, THEMES

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
SOURCES = {name: (ROOT / name).read_text() for name in TEMPLATES}


def request():
    made = RequestFactory().get("/")
    made.user = User(email="ada@example.com", name="Ada")
    return made


def everything():
    """One context with all that any template asks for."""
    group = AccountGroup(id="nordwind", name="Nordwind")
    context = {
        "group": group,
        "groups": [group, AccountGroup(id="gone", name="Gone", is_reachable=False)],
        "navigation": sample.NAVIGATION,
        "state": replace(sample.states()[8], status=503),
        "people": shown._page(sample.PEOPLE),
        "first": 2,
        "opened": 41,
        "go_on": Offer(340, "#"),
        "form": SignInForm(request(), {"email": "x"}),
        "name_form": NameForm({"name": "x" * 121}),
        "password_form": PasswordForm(request(), User(email="ada@example.com"), {"new": "short"}, asks_current=True),
        "sessions": [{"row": Session(agent="Firefox", network="::1"), "id": "x", "is_this": this} for this in (0, 1)],
        "kinds": TYPES,
        "attempt": sample.attempts()[3],
        "other": SameName(watch=sample.watch(), audience_id="filling"),
        "filling": shown.filling(sample.watch()),
        "watch": sample.watch(),
        "link": {"text": "x", "url": "https://example.com"},
        "sidebar": "<nav></nav>",
        **shown._mine(),
        "themes": THEMES.items(),
        "densities": DENSITIES.items(),
        "remembered": {"opened": 1, "visits": 2, "stars": 3},
        "trace_id": sample.TRACE,
    }
    context |= of_the_team(group) | of_exports()
    flags = dict.fromkeys(
        ("is_admin", "sample_data", "can_refresh", "oob", "folded", "gone", "problem", "notice", "has_mail", "done"),
        "yes",
    )
    return context | shown._audiences() | shown._person(sample.PEOPLE[0]) | flags


def of_exports():
    """What the page of exports shows; of its cards a partial one."""
    partial = next(card for card in exporting.cards().cards if card.kind == "partial")
    return {"exports": exporting.cards(), "card": partial, "export": partial.export, "target": {"state": "fills"}}


def of_the_team(group):
    """What the pages of the team show."""
    ada = User(pk=1, email="ada@example.com", name="Ada")
    moments = {"made_at": sample.AS_OF, "expires_at": sample.AS_OF}
    invitation = Invitation(pk=1, group=group, email="mia@example.com", by=ada, is_asleep=True, **moments)
    return {
        "team": [{"person": Person(ada, Membership.Role.ADMIN), "user": ada, "needs_link": True}],
        "invitation": invitation,
        "invitations": [invitation],
        "now": sample.AS_OF,
        "who": ada,
        "legacies": [Legacy(invitation, "invitation", "mia@example.com", sample.AS_OF)],
        "lines": [{"event": Event(group=group, kind="joined", who="Mia", times=12, at=sample.AS_OF), "did": "joined"}],
        "chapters": audit.CHAPTERS,
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_renders_with_everything(name):
    markup = get_template(name).render(everything(), request())
    assert markup.strip()
    assert "{{" not in markup
    assert "{%" not in markup


@pytest.mark.parametrize("name", TEMPLATES)
def test_renders_with_nothing(name):
    assert isinstance(get_template(name).render({}), str)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_the_csp_would_refuse(name):
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|https?://(?!.*%})", SOURCES[name]
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_is_no_longer_than_a_page(name):
    assert SOURCES[name].count("\n") <= (40 if "/_" in name else 80)


@pytest.mark.parametrize(
    "path", sorted({path for text in SOURCES.values() for path in re.findall(r"static '([^']+)'", text)})
)
def test_every_static_file_is_there(path):
    assert finders.find(path)


@pytest.mark.parametrize("path", re.findall(r'"/static/([^"]+)"', SOURCES["500.html"]))
def test_the_page_of_last_resort_needs_no_manifest(path):
    assert finders.find(path)


def test_a_row_stays_light():
    page: PeoplePage = shown._page(sample.PEOPLE[:1])
    markup = page.html
    assert len(re.findall(r"<[a-z]", markup)) <= 22


def test_strangers_markup_stays_text():
    hostile = next(person for person in sample.PEOPLE if person.id == "hostile")
    markup = shown._page((hostile,)).html
    markup += get_template("prospects/_person.html").render(shown._person(hostile))
    assert "<script" not in markup
    assert "<img" not in markup
    assert 'href="javascript' not in markup


@pytest.mark.parametrize("kind", [state.kind for state in sample.states()])
def test_errors_are_alerts_and_the_rest_is_not(kind):
    state = next(state for state in sample.states() if state.kind == kind)
    markup = get_template("states/_state.html").render({"state": state})
    assert ('role="alert"' in markup) is (kind not in ("empty", "not-ready", "filtered-out", "no-groups"))
    assert state.title in markup.replace("&#x27;", "'")


_TIMES = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} [A-Z][a-z]{2,8} 20\d\d\b|\b20\d\d-\d\d-\d\d")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_time_can_be_put_into_the_readers_zone(name):
    markup = get_template(name).render(everything(), request())
    times = re.findall("<time ([^>]*)>([^<]*)</time>", markup)
    assert all('datetime="20' in attributes for attributes, _ in times)
    assert [said for attributes, said in times if 'data-when="day"' not in attributes and "UTC" not in said] == []
    outside = re.sub("<time .*?</time>|<[^>]*>", "", markup, flags=re.DOTALL)
    assert _TIMES.findall(outside) == []
