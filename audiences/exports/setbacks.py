"""What becomes of an export that cannot get on: when it goes on and why it waits, or how it ends.

Each gives the values to write into its row.
"""

import errno
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audiences import catalog, readiness, reasons, schedule
from audiences.api import errors
from audiences.api.client import WORKER, Deadline
from audiences.budget import UNKNOWN_WAIT
from audiences.exports import lease
from audiences.exports.order import Export
from audiences.refusal import KEY_REFUSED

PATIENCE = timedelta(hours=24)  # of failures in a row
AWAY = timedelta(hours=1)  # due for longer than that, and nobody took it up: the dashboard was off
_LEAST = timedelta(seconds=1)  # that a pause takes, whatever the API says: it would be asked without a breath
BEGINNINGS = tuple(timedelta(seconds=pause) for pause in (2, 20, 60))  # before it begins again, as often as that
DISK = timedelta(seconds=60)
_LONGEST = timedelta(seconds=60)
_FRESH = {"cursor": "", "segments": [], "pages": 0, "rows": 0, "twice": 0, "nameless": 0, "tries": 0, "noes": 0}

REFUSED_PLACE = "the service does not know any more where the reading stopped, so it begins again"
_PASSING = (408, 425)  # answers that say nothing about what was asked for
LOST_PAGES = "what was read is not there any more, so the reading begins again"

Values = dict[str, Any]


def wait(export: Export, after: timedelta, problem: str, trace_id: str = "", **values: Any) -> Values:
    """Go on after this time; or end early when nothing has come for a day."""
    now, since = timezone.now(), _since(export)
    if now - since > PATIENCE:
        return end(f"For 24 hours no more could be read: {problem}.")
    due = {"next_check_at": now + max(after, _LEAST), "waits_since": since}
    return {**due, "problem": problem, "trace_id": trace_id, **values}


def _since(export: Export) -> datetime:
    """When the failures in a row began. Those from before the dashboard was off are none in a row."""
    now, due = timezone.now(), export.next_check_at
    if export.waits_since is None or (due and now - due > AWAY):
        return now
    return export.waits_since


def end(early: str = "", **values: Any) -> Values:
    """The walk is over; `early`: why that is not the end of the audience."""
    settled = {"problem": "", "trace_id": "", "waits_since": None, "tries": 0, "noes": 0, "closed_rows": 0}
    return {"state": Export.State.CLOSING, "early": early, "next_check_at": timezone.now()} | settled | values


def begin_again(export: Export, problem: str, early: str) -> Values:
    """Read everything anew soon; but not for ever: then it ends early, and is taken up from the start."""
    if export.restarts >= len(BEGINNINGS):
        return end(early, cursor="")
    next_check_at = timezone.now() + BEGINNINGS[export.restarts]
    due = {"state": Export.State.WALKING, "next_check_at": next_check_at, "waits_since": _since(export)}
    return _FRESH | due | {"early": "", "problem": problem, "restarts": export.restarts + 1}


def lost_pages(export: Export) -> Values:
    """What the row counts on is not in the folder. Where that happens again and again nothing of it can be shown."""
    if export.early:  # nobody wants it read again
        return end(f"{export.early} What was read until then is not there any more.", **_FRESH)
    early = "What was read was not there any more, several times: the dashboard's servers may not share one folder."
    return begin_again(export, LOST_PAGES, early) | _FRESH


def no_disk(export: Export, error: Exception) -> Values:
    """The folder takes nothing (more), or what is in it cannot be read at the moment."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    # SQLite has a sentence and no number
    full = full or "full" in str(error)
    problem = "the dashboard's disk is full" if full else "the dashboard cannot use its files"
    return wait(export, schedule.spread(DISK), problem)


def after(export: Export, error: errors.ApiError) -> Values:
    """The API gave no page. Raises lease.Lost."""
    why = reasons.why(error)
    if isinstance(error, errors.HeldBack | errors.Resting):
        return wait(export, timedelta(seconds=error.retry_after or 1.0), why)
    if isinstance(error, errors.RateLimited):
        pause = UNKNOWN_WAIT if error.retry_after is None else error.retry_after
        return wait(export, timedelta(seconds=pause), why, error.trace_id)
    if isinstance(error, errors.NotReady):
        return _filling(export, error)
    if isinstance(error, errors.Unauthorized | errors.Forbidden):
        return wait(export, KEY_REFUSED, why, error.trace_id)
    if isinstance(error, errors.Unavailable) or error.status in _PASSING:
        return _failed(export, why, error.trace_id)
    if isinstance(error, errors.ValidationFailed) and export.cursor:
        early = "The service did not know any more where the reading stopped, several times."
        return begin_again(export, REFUSED_PLACE, early)
    return _no(export, error)


def unforeseen(export: Export) -> Values:
    """The dashboard itself failed."""
    return _failed(export, "the dashboard failed at it; its log says how", "")


def _failed(export: Export, problem: str, trace_id: str) -> Values:
    tries = min(export.tries + 1, 1000)
    pause = min(_LONGEST, timedelta(seconds=2.0 ** min(tries, 10)))
    return wait(export, schedule.spread(pause), problem, trace_id, tries=tries)


def _filling(export: Export, error: errors.NotReady) -> Values:
    # so that it is watched, and people see that it fills
    readiness.met(export.group, export.audience_id, None)
    pause = schedule.spread(schedule.pause(timezone.now() - _since(export)))
    return wait(export, pause, "the service is filling the audience (409)", error.trace_id, tries=0, noes=0)


def _no(export: Export, error: errors.ApiError) -> Values:
    """It says that there is no such audience, or that it cannot give it: believed when it says so again."""
    noes = export.noes + 1
    if noes < readiness.NOES:
        return wait(export, readiness.NO_AGAIN, f"the service answers {error.status}", error.trace_id, noes=noes)
    if not isinstance(error, errors.NotFound):
        return end(f"The service refused to give its people: {error.message}")
    try:
        lease.keep(export)  # the call may take as long as a page
        # a key that lost the group gets the same 404 for all of its audiences
        catalog.ask_navigation(export.group, Deadline(WORKER.total))
    except errors.ApiError as why:
        return wait(export, KEY_REFUSED, reasons.why(why), why.trace_id)
    return end("The service says that there is no such audience any more.")
