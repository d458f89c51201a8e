"""The end of an export: its spool becomes the archive that people fetch, and its maker is told."""

import logging
from collections.abc import Callable, Iterable
from copy import copy
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from audiences import notices
from audiences.exports import files, lease, setbacks, spool
from audiences.exports.order import Export, kept_until
from audiences.exports.setbacks import Values

State = Export.State

LONG = timedelta(minutes=5)  # whoever waited longer has gone elsewhere: they get a letter
UNWRITTEN = "The dashboard could not write the file for 24 hours."
_log = logging.getLogger(__name__)


def close(export: Export) -> None:
    """Write the archive of an export that is held, and settle it; a crash before that costs the writing.

    Raises lease.Lost.
    """
    folder, segments = export.path(), export.segments
    renewed = lease.renewal(export)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        closed = files.close(
            export,
            partial(spool.records, folder, segments),
            _trace_ids(spool.heads(folder, segments), renewed),
            lambda rows_done: renewed(closed_rows=rows_done),
        )
    except (spool.Damaged, files.Uneven):
        lease.release(export, **setbacks.lost_pages(export))
        return
    except OSError as error:
        put_off(export, setbacks.no_disk(export, error))
        return
    try:
        _settle(export, {"archive": closed.archive, "size": closed.size, "sha256": closed.sha256})
    except lease.Lost:
        (folder / closed.archive).unlink(missing_ok=True)
        raise


def _trace_ids(heads: Iterable[spool.Head], alive: Callable[[], None]) -> list[str]:
    found = []
    for head in heads:
        alive()
        found += [head.trace_id] if head.trace_id else []
    return found


def put_off(export: Export, values: Values) -> None:
    """Try again later, or settle it without a file. Raises lease.Lost."""
    if values.get("state") == State.CLOSING:  # it has been put off for a day
        _settle(export, {"early": f"{export.early} {UNWRITTEN}".lstrip()})
    else:
        lease.release(export, still=State.CLOSING, **values)


def _settle(export: Export, values: Values) -> None:
    """It has ended; its maker is told in the same transaction, and what nobody needs any more goes."""
    settled = copy(export)  # where telling fails, the row is as it was, and so must this be
    now, early = timezone.now(), values.get("early", export.early)
    values |= {"state": State.PARTIAL if early else State.WHOLE, "ended_at": now, "expires_at": kept_until(now)}
    values |= {"next_check_at": None, "closed_rows": export.rows, "problem": "", "trace_id": "", "tries": 0}
    values |= {"waits_since": None}
    with transaction.atomic():
        lease.release(settled, still=State.CLOSING, **values)
        if export.by:
            kind = "export-early" if early else "exported"
            mail_to = export.by if now - export.asked_at > LONG else None
            notices.tell(
                [export.by],
                export.group,
                kind,
                export.name,
                audience_id=export.audience_id,
                words=early,
                mail_to=mail_to,
            )
    _sweep(settled, export.fence)


def _sweep(settled: Export, own: int) -> None:
    """Leave the archive alone in the folder, with the spool where it may be taken up again."""
    kept = [name for name, _ in settled.segments if settled.state == State.PARTIAL]
    try:
        spool.sweep(settled.path(), own, [settled.archive, *kept])
    except OSError as error:  # clear_old comes again
        _log.warning("What was read of an export could not be deleted: %s", type(error).__name__)


def clear_old() -> None:
    """Delete what stayed beside a whole file because its worker died that moment, or could not delete it."""
    for export in Export.objects.filter(state=State.WHOLE):
        _sweep(export, export.fence)
