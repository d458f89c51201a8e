"""What rows take in PostgreSQL, indexes and all: filled by the product's own models with values of a usual length."""

from tests.bench.table import Line
from tests.bench.whole import Whole
from tests.sandbox.running import NORDWIND

# table, what a row of it is
TABLES = {
    "team_user": "somebody with an account",
    "team_membership": "their membership of a group",
    "team_session": "a session",
    "audiences_visit": "an audience that somebody was at",
    "audiences_opened": "a person that somebody opened",
    "audiences_notice": "a notice",
    "team_event": "a line of the audit log",
    "audiences_knownaudience": "an audience that navigation names",
    "audiences_attempt": "an audience sent from here",
    "audiences_watch": "an audience that filled",
    "audiences_export": "an export",
    "audiences_sharelink": "a link for outsiders",
}

_FILL = """
import secrets
from datetime import timedelta
from django.utils import timezone
from audiences.exports.columns import DEFAULT
from audiences.models import Attempt, Export, KnownAudience, Notice, Opened, ShareLink, Visit, Watch
from team.models import AccountGroup, Event, Membership, User
from team.sessions import Session
COUNT, now = {count}, timezone.now()
group = AccountGroup.objects.get(pk={group!r})
id24, key = (lambda: secrets.token_hex(12)), (lambda: secrets.token_hex(16))
numbers = range(COUNT)
def fill(model, make):
    model.objects.bulk_create([make(number) for number in numbers], batch_size=1000)
fill(User, lambda n: User(email=f"ada.lovelace.{{n}}@example.com", name=f"Ada Lovelace {{n}}", password="!" + secrets.token_hex(50)))
people = list(User.objects.filter(email__startswith="ada.lovelace."))
by = lambda n: people[n % len(people)]
fill(Membership, lambda n: Membership(user=people[n], group=group))
fill(Session, lambda n: Session(session_key=key(), session_data=secrets.token_urlsafe(180), expire_date=now + timedelta(days=7)))
place = lambda: [[secrets.token_urlsafe(90), number * 50] for number in range(4)]
fill(Visit, lambda n: Visit(user=by(n), group=group, audience_id=id24(), visited_at=now, row=n, person=id24(), at=secrets.token_urlsafe(90), trail=place()))
fill(Opened, lambda n: Opened(user=by(n // 50), group=group, audience_id={audience!r}, prospect_id=id24()))
fill(Notice, lambda n: Notice(user=by(n), group=group, kind="ready", name=f"Revenue leaders in the Nordics {{n}}", audience_id=id24(), read_at=now))
fill(Event, lambda n: Event(group=group, kind="export-fetched", by=by(n), who="Ada Lovelace", about=f"Revenue leaders in the Nordics {{n}}", subject=f"export:{{n}}", network="198.51.100.23"))
fill(KnownAudience, lambda n: KnownAudience(group=group, audience_id=id24(), name=f"Revenue leaders in the Nordics {{n}}", changed_at=now))
fill(Attempt, lambda n: Attempt(group=group, form_key=key(), by=by(n), state="created", name=f"Revenue leaders {{n}}", name_key=secrets.token_hex(32), type="on_demand", description="Heads of revenue operations in companies of 50 to 500.", sent_at=now, first_sent_at=now, settled_at=now, sends=1, audience_id=id24()))
fill(Watch, lambda n: Watch(group=group, audience_id=id24(), name=f"Revenue leaders in the Nordics {{n}}", by=by(n), state="ready", settled_at=now, last_check_at=now))
fill(Export, lambda n: Export(group=group, audience_id=id24(), name=f"Revenue leaders in the Nordics {{n}}", form_key=key(), by=by(n), columns=list(DEFAULT), state="whole", ended_at=now, expires_at=now + timedelta(days=1), segments=[["0001.jsonl", 5000000]], archive="Revenue leaders in the Nordics.zip", sha256=secrets.token_hex(32)))
fill(ShareLink, lambda n: ShareLink(group=group, audience_id=id24(), view={{"title": "Revenue leaders", "note": "For the meeting on Tuesday.", "fields": ["name", "headline", "company", "location"]}}, by=by(n), form_key=key(), token_hash=secrets.token_hex(32), expires_at=now + timedelta(days=30)))
"""


def lines(here: Whole, count: int) -> list[Line]:
    """So many rows of each, and what one takes on the disk."""
    before = {table: _size(here, table) for table in TABLES}
    here.shell(_FILL.format(count=count, group=NORDWIND, audience="6adf4e090574d2e15353a3a0"))
    grown = {table: _size(here, table) - before[table] for table in TABLES}
    return [Line(f"database: {TABLES[table]} (of {count:,})", grown[table] / count, "bytes") for table in TABLES]


def _size(here: Whole, table: str) -> int:
    """Bytes of a table with its indexes and what was too long for it."""
    here.query(f"VACUUM {table}")
    return int(str(here.query(f"SELECT pg_total_relation_size('{table}')")[0][0]))
