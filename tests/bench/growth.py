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
name = "Revenue leaders in the Nordics"
fill(User, lambda n: User(email=f"ada.lovelace.{{n}}@example.com", name="Ada Lovelace", password="!" + key() * 3))
people = list(User.objects.filter(email__startswith="ada.lovelace."))
by = lambda n: people[n % len(people)]
cursor = lambda: secrets.token_urlsafe(90)
fill(Membership, lambda n: Membership(user=people[n], group=group))
week = now + timedelta(days=7)
fill(Session, lambda n: Session(session_key=key(), session_data=cursor() + cursor(), expire_date=week, user=by(n)))
def visit(n):
    trail = [[cursor(), number * 50] for number in range(4)]
    where = {{"row": n, "person": id24(), "at": cursor(), "trail": trail}}
    return Visit(user=by(n), group=group, audience_id=id24(), visited_at=now, **where)
fill(Visit, visit)
fill(Opened, lambda n: Opened(user=by(n // 50), group=group, audience_id={audience!r}, prospect_id=id24()))
fill(Notice, lambda n: Notice(user=by(n), group=group, kind="ready", name=name, audience_id=id24(), read_at=now))
said = {{"group": group, "who": "Ada Lovelace", "about": name, "network": "198.51.100.23"}}
fill(Event, lambda n: Event(kind="export-fetched", by=by(n), subject=f"export:{{n}}", **said))
fill(KnownAudience, lambda n: KnownAudience(group=group, audience_id=id24(), name=name, changed_at=now))
sent = {{"state": "created", "type": "on_demand", "description": "Heads of sales, 50 to 500 people.", "sends": 1}}
sent |= {{"group": group, "sent_at": now, "first_sent_at": now, "settled_at": now}}
def attempt(n):
    return Attempt(form_key=key(), by=by(n), name=name, name_key=key() * 2, audience_id=id24(), **sent)
fill(Attempt, attempt)
seen = {{"state": "ready", "settled_at": now, "last_check_at": now}}
fill(Watch, lambda n: Watch(group=group, audience_id=id24(), name=name, by=by(n), **seen))
whole = {{"columns": list(DEFAULT), "state": "whole", "ended_at": now, "expires_at": week, "archive": name + ".zip"}}
whole |= {{"group": group, "name": name, "segments": [["0001.jsonl", 5_000_000]]}}
fill(Export, lambda n: Export(audience_id=id24(), form_key=key(), by=by(n), sha256=key() * 2, **whole))
view = {{"title": name, "note": "For the meeting on Tuesday.", "fields": ["name", "headline", "company"]}}
link = {{"group": group, "view": view, "expires_at": week}}
fill(ShareLink, lambda n: ShareLink(audience_id=id24(), by=by(n), form_key=key(), token_hash=key() * 2, **link))
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
