"""What people do with exports: begin, cancel, stop, take up again, fetch, delete. The worker only ever sees rows.

Each change is a compare-and-swap that raises the row's fence: a worker in the midst of it writes nothing any more.
"""

import logging
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone

from audiences import access
from audiences.access import Entry
from audiences.exports import limits
from audiences.exports.order import FOLDER, NAME, Export, kept_until, not_expired
from audiences.schedule import NOT_LEASED
from team import audit
from team.models import AccountGroup, User

State = Export.State

_STRAY = timedelta(hours=1)  # a folder without a row that is older will get none
_log = logging.getLogger(__name__)


def begin(
    entry: Entry,
    audience_id: str,
    name: str,
    *,
    form_key: str,
    format: str,
    columns: Sequence[str],
    expected: int | None,
    network: str = "",
) -> Export:
    """Write down somebody's wish; the worker begins within seconds. The same form makes one export.

    Raises limits.TooMany.
    """
    group, by = entry.group, entry.user
    try:
        with transaction.atomic():
            limits.wait_for_turn(by)
            if found := Export.objects.filter(group=group, form_key=form_key, by=by).first():
                return found
            limits.one_more_under_way(group, by, by)
            limits.one_more_kept(group, by)
            export = Export.objects.create(
                group=group,
                audience_id=audience_id,
                name=name[:NAME],
                form_key=form_key,
                by=by,
                format=format,
                columns=list(columns),
                expected=expected,
                next_check_at=timezone.now(),
            )
            _note(export, "export-started", by, network)
            return export
    except IntegrityError:
        raise Http404("the form is somebody else's") from None


def visible(entry: Entry) -> QuerySet[Export]:
    """Those of the group that somebody may see and fetch: an admin all, others their own; none that has expired."""
    found = Export.objects.select_related("by").filter(not_expired(), group=entry.group)
    return found if entry.is_admin else found.filter(by=entry.user)


def find(entry: Entry, audience_id: str, form_key: str) -> Export:
    """One of them. Raises Http404 for anything else, as if there were none."""
    export = visible(entry).filter(audience_id=audience_id, form_key=form_key).first()
    if export is None:
        raise Http404("no such export")
    return export


def cancel(export: Export, by: User | None, network: str = "", *, early: str = "") -> bool:
    """End it and delete what was written; False when it has ended already. By nobody: `early` says why."""
    now = timezone.now()
    ended = {"ended_at": now, "expires_at": kept_until(now), "early": early}
    if not _swap(export, Export.UNDER_WAY, state=State.CANCELLED, **ended):
        return False
    _note(export, "export-cancelled", by, network)
    clear_folder(export)
    return True


def stop(export: Export, by: User, network: str = "") -> bool:
    """End it early and keep what there is, as a partial file; False when it is not being read any more."""
    if not export.rows:
        return cancel(export, by, network)
    early = f"{by.short_name} stopped it."
    if not _swap(export, [State.WALKING], state=State.CLOSING, early=early, next_check_at=timezone.now()):
        return False
    _note(export, "export-stopped", by, network)
    return True


def again(export: Export, by: User, network: str = "") -> bool:
    """Take up one that ended early, where it ended, or from the start where that is no place; False for any other.

    Raises limits.TooMany. One whose maker may not export any more stays: the worker would cancel and delete it.
    """
    if export.state != State.PARTIAL or not may_go_on(export):
        return False
    archive = export.archive
    with transaction.atomic():
        if export.by:
            limits.wait_for_turn(export.by)
            limits.one_more_under_way(export.group, export.by, by)
        if not _swap(export, [State.PARTIAL], **_taken_up(export)):
            return False
        _note(export, "export-resumed", by, network)
    if archive:
        with suppress(OSError):  # the next turn deletes what it does not know
            (export.path() / archive).unlink()
    return True


def may_go_on(export: Export) -> bool:
    """Whether who asked for it is still there, and may export from the account group."""
    entry = access.of(export.by, export.group_id) if export.by else None
    return entry is not None and entry.may_export


def _taken_up(export: Export) -> dict[str, object]:
    """How the row of one that ended early goes on."""
    now = timezone.now()
    fresh: dict[str, object] = (
        {} if export.cursor else {"segments": [], "pages": 0, "rows": 0, "twice": 0, "nameless": 0}
    )
    return fresh | {
        "state": State.WALKING,
        "next_check_at": now,
        "moved_at": now,
        "ended_at": None,
        "expires_at": None,
        "early": "",
        "archive": "",
        "size": 0,
        "sha256": "",
        "closed_rows": 0,
        "restarts": 0,
    }


def remove(export: Export, by: User, network: str = "") -> None:
    """Delete it: row, file, and whatever was written."""
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).delete()
        _note(export, "export-deleted", by, network)
    clear_folder(export)


def fetched(export: Export, by: User, network: str = "") -> None:
    """Have the audit log say that somebody fetches the file, before they do."""
    _note(export, "export-fetched", by, network)


def leave(group: AccountGroup, person: User) -> None:
    """Delete what somebody exported who leaves the group. Call it in the transaction that removes them."""
    for export in Export.objects.filter(group=group, by=person):
        _note(export, "export-deleted", None, "")
        export.delete()
        transaction.on_commit(partial(clear_folder, export))


def _swap(export: Export, states: Sequence[str], **values: object) -> bool:
    """Change the row if it is in one of these states, and have whoever works on it stop."""
    begun = {"problem": "", "waits_since": None, "tries": 0, "noes": 0}
    values = {"next_check_at": None, "lease_until": NOT_LEASED} | begun | values
    rows = Export.objects.filter(pk=export.pk, state__in=states)
    if not rows.update(**values, fence=F("fence") + 1):
        return False
    export.refresh_from_db()
    return True


def _note(export: Export, kind: str, by: User | None, network: str) -> None:
    about = export.name or "an audience"
    if export.rows:
        about += f" ({export.rows:,} {'person' if export.rows == 1 else 'people'})"
    audit.note(export.group, kind, by=by, about=about, subject=f"export:{export.pk}", network=network)


# --- Deleting -----------------------------------------------------------------------------------------


def clear_folder(export: Export) -> None:
    """Delete everything that was written for it."""
    _clear(export.path())


def clear_expired() -> None:
    """Delete what is older than EXPORTS_MAX_AGE: rows with their files."""
    # reading is free; on SQLite a DELETE takes the one write lock, even for no row
    expired = Export.objects.filter(expires_at__lte=timezone.now())
    for export in expired.select_related("group"):
        with transaction.atomic():
            if not expired.filter(pk=export.pk).delete()[0]:  # somebody took it up, or deleted it, this moment
                continue
            _note(export, "export-deleted", None, "")
        clear_folder(export)


def clear_old() -> None:
    """Delete folders whose rows are gone, whatever took them. What exports did not make may be there, too: it stays."""
    try:
        found = Path(settings.EXPORTS_DIR).iterdir()
        folders = [path for path in found if FOLDER.fullmatch(path.name) and path.is_dir()]
    except FileNotFoundError:  # somebody has taken it away; the next start makes it anew
        return
    kept = set(Export.objects.values_list("folder", flat=True))
    for folder in folders:
        if folder.name not in kept and _age(folder) > _STRAY.total_seconds():
            _clear(folder)


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _clear(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:  # a worker may be writing into it this moment; clear_old comes again
        _log.warning("An export's folder could not be deleted: %s", type(error).__name__)
