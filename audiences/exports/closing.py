"""The end of an export: its spool becomes the archive that people fetch, and its maker is told."""

from collections.abc import Callable, Iterable
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


def close(export: Export) -> None:
    """Write the archive of an export that is held, and settle it; a crash before that costs the writing.

    Raises lease.Lost.
    """
    folder, segments, own = export.path(), export.segments, export.fence
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
    spool.sweep(folder, own, [closed.archive, *(name for name, _ in segments if export.state == State.PARTIAL)])


def _trace_ids(heads: Iterable[spool.Head], alive: Callable[[], None]) -> list[str]:
    found = []
    for head in heads:
        alive()
        found += [head.trace_id] if head.trace_id else []
    return found


def put_off(export: Export, values: Values) -> None:
    """Try again later, or settle it without a file. Raises lease.Lost."""
    if values.get("state") == State.CLOSING:  # it has been put off for a day
        _settle(export, {"early": UNWRITTEN})
    else:
        lease.release(export, **values)


def _settle(export: Export, values: Values) -> None:
    """It has ended; its maker is told in the same transaction."""
    now, early = timezone.now(), values.get("early", export.early)
    values |= {"state": State.PARTIAL if early else State.WHOLE, "ended_at": now, "expires_at": kept_until(now)}
    values |= {"next_check_at": None, "closed_rows": export.rows, "problem": "", "trace_id": "", "tries": 0}
    with transaction.atomic():
        lease.release(export, **values)
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
