"""Reading an audience for an export: one turn along the API's cursor, each page written before the row counts it.

While a page is written the next one is asked for already, so that an export takes as long as the API does.
"""

import contextvars
import sqlite3
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import TypeAlias

from django.utils import timezone

from audiences import catalog, reasons, waiting
from audiences.api import errors
from audiences.api.client import WORKER, Answer, Deadline
from audiences.api.records import Page, Prospect, Unread
from audiences.exports import lease, setbacks
from audiences.exports.columns import chosen
from audiences.exports.order import NAME, Export
from audiences.exports.record import record
from audiences.exports.setbacks import Values
from audiences.exports.spool import Damaged, Spool
from audiences.refusal import KEY_REFUSED, is_key_refused

State = Export.State
Asked: TypeAlias = "Future[Answer[Unread[Prospect]]]"

READERS = 4  # threads; two exports have a turn at once, and one that was lost may still wait for its answer
LEAVES = 0.003  # seconds until a call has left; writing would keep its thread from doing so, for longer than that
SHORT = 2.0  # seconds; so long a turn waits for the dashboard's own rate
SLOW = 1.0  # seconds; whoever waits longer for a page does so without a database connection (RELIABILITY fact 14)
_NOBODY_NEW = 1000

BREAKS_OFF = "The service broke off: there may be more people, and it did not say how to get them."
TRAILS_OFF = "The service stopped without saying that this was everybody: {rows:,} of {expected:,}."
ROUND = "The service led back to people who were read already, before all of them were."


def go_on(export: Export, is_over: Callable[[], bool]) -> None:
    """Read on until its end, a wait, or the end of the turn; then the row is released, or is closing and still held.

    Raises lease.Lost.
    """
    if export.started_at is None:
        now = timezone.now()
        lease.keep(export, started_at=now, moved_at=now)
    values = _turn(export, is_over)
    ends = values.get("state", export.state) == State.CLOSING
    if values:
        (lease.keep if ends else lease.release)(export, **values)


def _turn(export: Export, is_over: Callable[[], bool]) -> Values:
    """What to write at its end; nothing when the last page said it."""
    if is_key_refused():
        return setbacks.wait(export, KEY_REFUSED, reasons.why(errors.Unauthorized("", status=401)))
    try:
        with catalog.as_worker(), Spool(export.path(), export.segments, export.fence) as spool:
            spool.open(lease.renewal(export))
            values = _read(export, spool, is_over)
            if export.state == State.WALKING:
                spool.leave()
            return values
    except Damaged:
        return setbacks.lost_pages(export)
    except (OSError, sqlite3.Error) as error:
        return setbacks.no_disk(export, error)


def _read(export: Export, spool: Spool, is_over: Callable[[], bool]) -> Values:
    try:
        if not export.pages:
            _count(export)
        return _pages(export, spool, is_over)
    except errors.ApiError as error:
        return setbacks.after(export, error)


def _count(export: Export) -> None:
    """Have the row say how many people the API counts. The call may take as long as a page."""
    values: Values = {}
    with suppress(errors.Unavailable, errors.Forbidden):  # what that is its people say, too
        found = catalog.ask_audience(export.group, export.audience_id, Deadline(WORKER.total)).value
        values = {"expected": found.prospect_count, "name": export.name or found.name[:NAME]}
    lease.keep(export, **values)


def _pages(export: Export, spool: Spool, is_over: Callable[[], bool]) -> Values:
    asked = _ask(export, export.cursor)
    while True:
        answer = _answer(asked, export, is_over)
        following = answer.value.next_cursor
        leads_on = following not in ("", export.cursor) and not spool.has_been_at(following)
        goes_on = leads_on and not is_over()
        if goes_on:
            asked = _ask(export, following)
            futures.wait([asked], LEAVES)
        page = answer.value.read()
        values = _written(export, spool, page, answer.trace_id)
        if not leads_on or _brings_nobody(values):
            values |= _end(export, values, page)
        lease.keep(export, **values)
        if export.state == State.CLOSING:
            return {}
        if not goes_on:
            return {"next_check_at": timezone.now()}


def _written(export: Export, spool: Spool, page: Page[Prospect], trace_id: str) -> Values:
    """Write a page; gives what the row has to say of it."""
    columns = chosen(export.columns)
    new = spool.add(export.cursor, trace_id, [record(person, columns) for person in page.items])
    return {
        "cursor": page.next_cursor,
        "segments": spool.segments,
        "pages": export.pages + 1,
        "rows": export.rows + new,
        "twice": export.twice + len(page.items) - new,
        "nameless": export.nameless + page.left_out,
        "moved_at": timezone.now(),
        "problem": "",
        "trace_id": "",
        "waits_since": None,
        "tries": 0,
        "noes": 0,
    }


def _end(export: Export, values: Values, page: Page[Prospect]) -> Values:
    """How the walk ends that leads nowhere else."""
    rows, expected = values["rows"], export.expected
    if page.next_cursor:
        # a circle behind the last person is an end like any other; a count of nobody counted none of these
        return setbacks.end("" if expected and rows >= expected else ROUND, cursor="")
    if page.breaks_off:
        return setbacks.end(BREAKS_OFF, cursor="")
    if page.trails_off and expected and rows < expected:
        return setbacks.end(TRAILS_OFF.format(rows=rows, expected=expected), cursor="")
    return setbacks.end(cursor="")


def _brings_nobody(values: Values) -> bool:
    """Whether the API goes on for ever, with new cursors to the same people or to none."""
    most = values["rows"] + _NOBODY_NEW
    return bool(values["twice"] > most or values["pages"] > most)


def _ask(export: Export, cursor: str) -> Asked:
    """Ask for a page in a thread, as who we are here."""
    context, group, audience_id = contextvars.copy_context(), export.group, export.audience_id
    return _readers().submit(context.run, catalog.take_prospects, group, audience_id, cursor, Deadline(WORKER.total))


def _answer(asked: Asked, export: Export, is_over: Callable[[], bool]) -> Answer[Unread[Prospect]]:
    """The page; for the dashboard's own rate a turn waits where it is. Raises ApiError and lease.Lost."""
    while True:
        if not futures.wait([asked], SLOW).done:
            waiting.release_connection()
        try:
            return asked.result()
        except errors.RateSpent as error:
            if (error.retry_after or SHORT) >= SHORT or is_over():
                raise
            lease.keep(export)
            time.sleep(error.retry_after or 0)
            asked = _ask(export, export.cursor)


@lru_cache(maxsize=1)
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(READERS, thread_name_prefix="export")
