"""Every component in every state and both themes, on one page: to look at, and for axe and screenshots to run on."""

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from audiences import components as sample
from audiences import listing, notices, populating, reach, remembered, sharing
from audiences.exports import samples as exporting
from audiences.forms import TYPES, AudienceForm, ShareForm
from audiences.models import ShareLink, Watch
from audiences.people import person_detail, person_row
from audiences.reasons import Stale
from audiences.remembered import Line, Remembered
from audiences.shareview import EVERYTHING, GROUPS, View
from audiences.views.links import LinkRow
from audiences.views.people import PeoplePage, mark, rows_of
from audiences.views.place import Offer
from audiences.views.visiting import sections
from team.models import AccountGroup, User

_GROUPS = [
    AccountGroup(id="nordwind", name="Nordwind GmbH"),
    AccountGroup(id="sudwind", name="Südwind"),
    AccountGroup(id="gone", name="A group the key lost", is_reachable=False),
]
_NAMED = re.compile(
    r'( (?:id|for|aria-labelledby|aria-describedby|aria-controls|popovertarget|hx-target|href)="#?[a-z][\w-]*)"'
)
_OPEN = re.compile(r' data-(?:prospect="misaki"|audience="nordic")')
_LANDMARK = re.compile(r'(<(?:nav|form|section)\b[^>]* aria-label="[^"]*)"')


class Shown(NamedTuple):
    """One component in one state; `width` is "" for all there is, "beside" an open panel, "narrow" as on a phone."""

    title: str
    html: SafeString
    width: str = ""


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The page; there is none where real data may be."""
    if not (settings.SAMPLE_DATA or settings.DEBUG):
        raise Http404("only beside sample data")
    themes = [(theme, _shown(request, theme)) for theme in ("light", "dark")]
    return render(request, "components/page.html", {"themes": themes})


def _shown(request: HttpRequest, theme: str) -> list[Shown]:
    made = [*_of_people(), *_of_reach(), *_of_persons(), *_of_groups(), *_of_creating(), *_of_sharing(), *_of_states()]
    return [
        Shown(title, _apart(render_to_string(name, given, request), f"{theme}-{number}"), WIDTHS.get(title, ""))
        for number, (title, name, given) in enumerate(made)
    ]


Made = list[tuple[str, str, dict[str, Any]]]
WIDTHS = {"People beside a panel": "beside", "People on a phone": "narrow"}


def _of_people() -> Made:
    middle = {"people": _page(sample.PEOPLE), "as_of": sample.AS_OF, "opened": 41, "go_on": Offer(340, "#")}
    end = _page(sample.PEOPLE[:2], more_url="", left_out=2, offset=None)
    failed = {"state": sample.states()[8], "more_url": "#"}
    return [
        ("People", "components/_people.html", middle),
        ("People beside a panel", "components/_people.html", middle),
        ("People on a phone", "components/_people.html", middle),
        ("People, the end", "components/_people.html", {"people": end}),
        ("A failed load in mid-list", "states/_more.html", failed),
    ]


def _of_persons() -> Made:
    shown = (person for person in sample.PEOPLE if person.id in _IN_PANELS)
    return [
        *(("Person", "prospects/_person.html", _person(person)) for person in shown),
        ("Person not found yet", "prospects/_looking.html", {"looked": 1200, "total": 2340, "further_url": "#"}),
        ("Person gone", "prospects/_looking.html", {"looked": 2340, "gone": True}),
    ]


def _of_groups() -> Made:
    user = User(email="ada@example.com", name="Ada")
    group = {"group": _GROUPS[0], "groups": _GROUPS, "is_admin": True, "user": user, "as_of": sample.AS_OF}
    full, bare = group | {"navigation": sample.NAVIGATION}, group | _STALE | {"navigation": sample.Navigation()}
    return [
        ("Sidebar", "navigation/_navigation.html", full),
        ("Sidebar, stale and empty", "navigation/_navigation.html", bare),
        ("View", "audiences/_view.html", {"user": user}),
        ("Recent and starred", "navigation/_mine.html", _mine()),
        *(("Star", "audiences/_star.html", group | {"audience": _STARRED, "is_starred": one}) for one in (True, False)),
        ("Keys and signs", "keys/_keys.html", group),
        ("Palette", "components/_palette.html", {}),
        ("Account", "navigation/_account.html", group | {"sample_data": True}),
        ("Audiences", "components/_audiences.html", group | _audiences()),
    ]


_STARRED = sample.AUDIENCES[0]


def _mine() -> dict[str, Any]:
    words = ("", remembered.FILLS, remembered.AWAY, remembered.GONE)
    lines = [Line(one.id, one.name, "#", why) for one, why in zip(sample.AUDIENCES, words, strict=False)]
    return {"sections": sections(Remembered(lines, lines[:1])), "current": ""}


def _of_creating() -> Made:
    around = {"group": _GROUPS[0], "may_act": True}
    watches = [sample.watch(), sample.watch("stalled", problem="the service answers 502")]
    on_their_way = populating.of([sample.attempts()[2]], watches)
    lines = [{"notice": one, "says": notices.sentence(one), "url": "#"} for one in sample.notices()]
    wrong = AudienceForm({"name": "", "description": "x"})
    wrong.is_valid()
    form = around | {"form": wrong, "kinds": TYPES, "attempt": sample.attempts()[4]}
    return [
        ("On their way", "navigation/_populating.html", around | {"on_their_way": on_their_way}),
        ("On their way, in the list", "audiences/_on_their_way.html", around | {"on_their_way": on_their_way}),
        *(("Filling", "audiences/_filling.html", around | {"filling": filling(watch)}) for watch in watches),
        *(("Attempt", "audiences/_attempt.html", around | {"attempt": one}) for one in sample.attempts()),
        ("New audience, refused", "audiences/_new.html", form),
        ("Notices", "navigation/_notices_list.html", around | {"notices": lines, "unread": 1}),
        ("Notices, none", "navigation/_notices_list.html", around),
    ]


def _of_sharing() -> Made:
    view = View("People to meet in Lisbon", "Sixty minutes with each.", "Ada, Nordwind")
    wrong = ShareForm({"title": "", "days": "400", "password": "x"})
    wrong.is_valid()
    audience = {"group": _GROUPS[0], "audience": sample.AUDIENCES[0], "is_admin": True}
    form = audience | {"form": wrong, "groups_of_fields": GROUPS, "most_days": 90}
    return [
        ("Shared: the head", "shared/_view.html", {"view": view, "link": sample.share_links()[0]}),
        ("Shared: being prepared", "shared/_preparing.html", {}),
        ("Sharing, not made", "sharing/_form.html", form),
        ("Sharing: the preview", "sharing/_preview.html", {"view": view, "people": _page(sample.PEOPLE[:2])}),
        ("Sharing: made", "sharing/_made.html", {"made_url": "https://x.example/s/…/", "has_password": True}),
        ("Links", "sharing/_links.html", audience | {"links": [_link(one) for one in sample.share_links()]}),
        ("Links, none", "sharing/_links.html", {}),
        *exporting.specimens(audience),
    ]


def _link(link: ShareLink) -> LinkRow:
    return LinkRow(link, sharing.title(link), sharing.state(link), "Nordic RevOps leads", "#", True, 30)


def filling(watch: Watch) -> dict[str, object]:
    """As views.progress.facts gives it."""
    return {"item": populating.of_watch(watch, False), "watch": watch, "refused_since": None}


def _of_reach() -> Made:
    """One person of each badge, the worst first."""
    badges = {reach.best(person).kind: person for person in reversed(sample.PEOPLE)}
    people = tuple(badges[kind] for kind in reversed(reach.WORDS) if kind in badges)
    table = "components/_people.html"
    return [
        ("Reach: every badge", table, {"people": _page(people, more_url="")}),
        ("Reach: nobody", table, {"people": _page(people[:1], more_url=""), "opened": 0}),
    ]


def _of_states() -> Made:
    return [
        ("Stale", "states/_stale.html", _STALE),
        ("Controls", "components/_controls.html", {}),
        *((f"State: {state.kind}", "states/_state.html", {"state": state}) for state in sample.states()),
    ]


_STALE = {"as_of": sample.AS_OF, "problem": Stale("the service did not answer in time", sample.TRACE)}
_OPENED = frozenset({"ahmed", "jose", "lukasz"})
_IN_PANELS = ("zoe", "misaki", "hostile", "nobody")


def _page(
    people: tuple[sample.Prospect, ...], more_url: str = "#", left_out: int = 0, offset: int | None = 50
) -> PeoplePage:
    rows = [person_row(person, f"#{person.id}/?at=sample") for person in people]
    return PeoplePage(
        html=mark(rows_of(rows, EVERYTHING, "sample", offset), _OPENED),
        ids=tuple(person.id for person in people),
        address="#",
        at="sample",
        offset=offset,
        total=2340,
        following="",
        more_url=more_url,
        earlier_url="#",
        earlier_page_url="#",
        top_url="#",
        left_out=left_out,
        read_at=sample.AS_OF,
        problem=None,
        trace_id=sample.TRACE,
        reach=reach.parts(reach.tally(people)),
    )


def _person(person: sample.Prospect) -> dict[str, Any]:
    return {
        "person": person,
        "row": person_row(person, "#"),
        "detail": person_detail(person),
        "best": reach.best(person),
        "position": 3,
        "total": 2340,
        "previous_url": "#",
        "next_url": "#",
        "list_url": "#",
        "trace_id": sample.TRACE,
        "as_of": sample.AS_OF,
    }


def _audiences() -> dict[str, Any]:
    return {
        "audience": sample.AUDIENCES[0],
        "folder": sample.NAVIGATION.folders[0],
        "rows": listing.rows("nordwind", sample.AUDIENCES, sample.NAVIGATION),
        "folders": sample.NAVIGATION.folders,
        "types": ["monitoring", "on_demand"],
        "sorts": listing.SORTS,
        "query": listing.Query(q="revops", folder="q4"),
        "total": 150,
        "matched": 12,
        "as_of": sample.AS_OF,
        "left_out": 1,
    }


def _apart(html: str, name: str) -> SafeString:
    """Ids and landmark names of their own for what stands on the page more than once; one row and one link are open."""
    marked = _OPEN.sub(r'\g<0> aria-current="true"', html)
    apart = _LANDMARK.sub(rf'\1 ({name})"', _NAMED.sub(rf'\1-{name}"', marked))
    return mark_safe(apart)  # noqa: S308 - rendered by our own templates
