"""Sample data for the page that shows every component in every state. Nobody in it exists."""

from datetime import UTC, datetime, timedelta
from typing import Any

from audiences.api.records import Audience, Company, Email, Folder, Location, Navigation, Prospect
from audiences.models import Attempt, Notice, ShareLink, Watch
from audiences.states import State
from team.models import AccountGroup

AS_OF = datetime(2026, 11, 3, 14, 2, tzinfo=UTC)
TRACE = "6a1f77bcf86cd79943901f3c"
_LONG = "Fifteen years of building demand in logistics, from Yokohama to Rotterdam. I care about freight that arrives. "

SOFTWARE = Company(
    name="Klarspråk AB",
    linkedin_identifier="klarsprak",
    linkedin_url="https://www.linkedin.com/company/klarsprak",
    industry="Software",
    website="https://klarsprak.example/om-oss",
    size="201–500",
    location="Stockholm, Sweden",
    about=_LONG * 8,
    logo_url="https://media.klarsprak.example/logo.png",
    founded="1998",
    type="Privately held",
    specialties="plain language, contracts, accessibility",
    follower_count=48210,
    tagline="Say it so that people understand it.",
)

PEOPLE = (
    Prospect(
        id="zoe",
        first_name="Zoë",
        last_name="Mårtensson",
        name="Zoë Mårtensson",
        headline="VP Revenue Operations | Speaker, advisor, building teams that sell",
        about=_LONG * 6,
        photo_url="https://media.example/zoe.jpg",
        linkedin_url="https://www.linkedin.com/in/zoe-martensson",
        public_identifier="zoe-martensson",
        company=SOFTWARE,
        title="VP Revenue Operations",
        location=Location("Stockholm", "SE"),
        emails=(Email("zoe@klarsprak.example", "true", "0.98"), Email("zoe.m@post.example", "risky", "0.61")),
        premium=True,
        is_open_profile=True,
        connection_status="active",
        chat_status="active",
    ),
    Prospect(
        id="misaki",
        name="田中 美咲",
        headline="マーケティング部長",
        title="マーケティング部長",
        company=Company(name="株式会社ソラ", industry="Logistics"),
        location=Location("東京", "JP"),
        emails=(Email("misaki.tanaka@sora.example", "risky", "0.61"),),
        connection_status="active",
        chat_status="active",
    ),
    Prospect(
        id="ahmed",
        name="أحمد الراشد",
        headline="Partnerships Lead, Gulf states and Levant",
        title="مدير الشراكات",
        company=Company(name="Nakheel Mobility", industry="Automotive"),
        location=Location("Dubai, United Arab Emirates", "AE"),
        emails=(Email("a.alrashid@nakheel.example", "false", "0.05"),),
        connection_status="pending",
        premium=True,
    ),
    Prospect(
        id="priya",
        name="Priya Venkataraghavan-Subramaniam Iyer",
        headline="Senior Director of Sales Development and Inbound for Asia, the Pacific and the Middle East",
        title="Senior Director of Sales Development and Inbound for Asia and the Pacific",
        company=Company(name="Tessellate", industry="Developer tools"),
        location=Location("Bengaluru, Karnataka, India", "IN"),
        emails=(Email("priya.venkataraghavan.subramaniam.iyer@mail.tessellate.example", "valid?", "n/a"),),
        is_open_profile=True,
        chat_status="snoozed",
    ),
    Prospect(id="jose", name="José Núñez", title="Growth", location=Location("", "MX"), is_open_profile=False),
    Prospect(
        id="siobhan",
        name="Siobhán O’Brien",
        headline="Demand generation for health care",
        title="Director, Demand Generation",
        company=Company(name="Cúram Health", industry="Health care"),
        location=Location("Dublin", "IE"),
        emails=(Email("siobhan@curam.example"),),
        premium=True,
        is_open_profile=True,
        connection_status="active",
        chat_status="active",
    ),
    Prospect(
        id="lukasz",
        name="Łukasz Wiśniewski",
        title="Head of Growth",
        company=Company(name="Przelew24", industry="Fintech"),
        location=Location("Kraków", "PL"),
        emails=(Email("l.wisniewski@przelew24.example", "deliverable", "0.93"),),
        connection_status="active",
    ),
    Prospect(id="nobody", emails=(Email("ask@example.com", "unknown", ""),)),
    Prospect(
        id="hostile",
        name="Z̸̢̛͓̹͎̬̤̰̎̑̈́́̕ä̷̧̪͔̮́͂̂̉l̵̨̛͎̲̱̑̓͌̀g̶̢̡̝̰̍̾o̷͓̩͎͋̈́̓ <script>alert(1)</script> 👩🏽‍🚀",
        headline='=HYPERLINK("javascript:alert(1)") ' + "W" * 400,
        title="<img src=x onerror=alert(1)>",
        company=Company(name="javascript:alert(1)", website="javascript:alert(1)", industry="‮drawkcab‬"),
        location=Location("ＦＵＬＬＷＩＤＴＨ", "ZZ"),
        emails=(Email("not an address", "whatever the API says of it", "∞"),),
        connection_status="🙃",
        linkedin_url="https://user:secret@linkedin.com/in/x",
    ),
    Prospect(
        id="ngozi",
        name="Ngozi Okafor",
        title="Chief Commercial Officer",
        company=Company(name="Harmattan Capital", industry="Financial services"),
        location=Location("Lagos", "NG"),
        connection_status="none",
    ),
)

AUDIENCES = (
    Audience(
        "nordic", "Nordic RevOps leads", "on_demand", "Heads of revenue operations", "q4", 2340, "2026-11-03T09:12:00Z"
    ),
    Audience("fintech", "Fintech CFOs · DACH", "monitoring", "", "q4", 340, "2026-10-28T16:40:00.123+02:00"),
    Audience(
        "series-b", "Series B founders who raised in the last ninety days", "linkedin_search", _LONG, "q4", 212, "soon"
    ),
    Audience("tokyo", "東京のマーケティング責任者", "on_demand", "日本のSaaS企業", "partners", 87, "2026-09-01"),
    Audience("riyadh", "مدراء المشتريات في الرياض", "brand_new_type", "قائمة قصيرة", "partners", 0, ""),
    Audience("untitled"),
    Audience(
        "whale",
        "Everyone who ever liked a post about spreadsheets",
        "monitoring",
        "",
        "",
        1_204_338,
        "2025-01-31T23:59:59Z",
    ),
)

NAVIGATION = Navigation(
    folders=(
        Folder("q4", "Q4 push", "on_demand", True, 1, "2026-01-05T08:00:00Z", "2026-11-02T17:30:00Z", AUDIENCES[:3]),
        Folder("partners", "Partners and resellers in every region we sell to", "monitoring", audiences=AUDIENCES[3:5]),
        Folder("later"),
    ),
    ungrouped=AUDIENCES[5:],
    left_out=2,
)

_WORDS = {
    "empty": ("Nobody is in this audience yet", "It is ready, and the service has found no people for it so far."),
    "not-ready": ("This audience is still being populated", "The service is finding people for it."),
    "filtered-out": ("No audience fits", "None has all of what you are looking for in its name."),
    "no-groups": ("You are in no account group yet", "An account group holds the audiences of one team."),
    "not-found": ("Not found", "There is nothing at this address, or it is not yours to see."),
    "cursor": ("This place in the list no longer exists", "The service does not accept the bookmark any more."),
    "forbidden": ("This dashboard’s key may not read this", "The service answers 403."),
    "limited": ("The service asks us to slow down", "More was asked of it than it allows at once (429)."),
    "down": ("The service has a problem", "It did not answer in time."),
    "key": ("The service refuses this dashboard’s key", "It answers 401: the key is missing, wrong or revoked."),
    "unknown-groups": ("Which account groups are there?", "The key may not ask which account groups it reaches."),
    "csrf": ("This form is too old", "It was opened in another session. Nothing was sent."),
    "bad-request": ("That request was not understood", "Something in the address is not as it should be."),
}


_OUTAGES = frozenset({"forbidden", "limited", "down", "key", "unknown-groups"})


def states() -> list[State]:
    """One state of each kind, every other one of the errors with a trace id."""
    todo = "Here stands what to do about it."
    return [
        State(kind, 503 if kind in _OUTAGES else 200, *words, todo, "Try again", "#", TRACE if number % 2 else "")
        for number, (kind, words) in enumerate(_WORDS.items())
    ]


def watch(state: str = "populating", **fields: Any) -> Watch:
    """An audience that fills since the moment of all samples."""
    given = {"name": "Freight forwarders, Baltics", "since": AS_OF, "last_check_at": AS_OF, "next_check_at": AS_OF}
    group = AccountGroup(id="nordwind", name="Nordwind GmbH")
    return Watch(audience_id="filling", group=group, state=state, **given | fields)


def attempts() -> list[Attempt]:
    """One in each state that has a page, two names for the one that nobody can decide."""
    group = AccountGroup(id="nordwind", name="Nordwind GmbH")
    moments = dict.fromkeys(("written_at", "sent_at", "settled_at", "next_check_at"), AS_OF)
    problems = {"refused": "This audience cannot be monitored.", "unconfirmed": "the service did not answer in time"}
    made = [
        Attempt(
            group=group,
            form_key="a" * 32,
            name="Freight forwarders, Baltics",
            description="Who moves goods between Gdańsk and Tallinn.",
            type="on_demand",
            state=state,
            problem=problems.get(state, "the service could not be reached"),
            trace_id=TRACE,
            **moments,
        )
        for state in ("written", "sent", "unconfirmed", "unconfirmed", "refused", "unsent", "given_up")
    ]
    made[3].candidates = ["6b01d4aa56b828b3fab209ee", "6b01d4aa56b828b3fab209ef"]
    return made


def notices() -> list[Notice]:
    """One unread, one read."""
    group = AccountGroup(id="nordwind", name="Nordwind GmbH")
    return [
        Notice(group=group, kind="ready", name="Freight forwarders, Baltics", audience_id="filling", made_at=AS_OF),
        Notice(group=group, kind="gone", name="Old list", audience_id="old", made_at=AS_OF, read_at=AS_OF),
    ]


def share_links() -> list[ShareLink]:
    """One live with a password, one asleep, one revoked, one that has expired."""
    view = {"version": 1, "title": "People to meet in Lisbon", "note": "", "from": "", "fields": [], "hidden": []}
    far = AS_OF + timedelta(days=36500)
    made = {
        "audience_id": "nordic",
        "view": view,
        "made_at": AS_OF,
        "opened": 12,
        "opened_at": AS_OF,
        "expires_at": far,
    }
    each: list[dict[str, Any]] = [{"password": "x"}, {"is_asleep": True}, {"revoked_at": AS_OF}, {"expires_at": AS_OF}]
    return [ShareLink(pk=number, **(made | changes)) for number, changes in enumerate(each, start=1)]
