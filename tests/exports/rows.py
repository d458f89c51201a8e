"""Rows of exports in every state, and closed ones with their archive, without the worker."""

import secrets
from datetime import timedelta

from django.utils import timezone

from audiences.components import PEOPLE
from audiences.exports import files
from audiences.exports.columns import DEFAULT, chosen
from audiences.exports.order import Export, kept_until
from audiences.exports.record import record

TRACES = ("first-trace", "middle-trace", "last-trace")


def made(group, by, audience_id="aud", **values) -> Export:
    """A row; being read, where nothing else is said."""
    now = timezone.now()
    given = {"name": "Nordic leads", "columns": list(DEFAULT), "started_at": now, "next_check_at": now}
    key = secrets.token_hex(16)
    return Export.objects.create(group=group, audience_id=audience_id, by=by, form_key=key, **given | values)


def closed(group, by, audience_id="aud", early="", people=PEOPLE, **values) -> Export:
    """One that has ended, with its archive."""
    state = Export.State.PARTIAL if early else Export.State.WHOLE
    ended = timezone.now() - timedelta(seconds=5)
    over = {"ended_at": ended, "expires_at": kept_until(ended), "next_check_at": None, "rows": len(people)}
    export = made(group, by, audience_id, state=state, early=early, **over | values)
    export.path().mkdir(parents=True)
    records = [record(one, chosen(export.columns)) for one in people]
    done = files.close(export, lambda: records, TRACES, lambda _: None)
    export.archive, export.size, export.sha256 = done.archive, done.size, done.sha256
    export.save()
    return export
