"""Asking the API now whether it answers, takes the key and lets it read: for `check --deploy`, never for a page.

Writing is never tried out: whether the key may is unknown until somebody creates an audience.
"""

from collections.abc import Iterator

from audiences import calls, catalog
from audiences.api.errors import ApiError, Forbidden, Unauthorized
from operations.findings import Finding, lacking
from team.models import AccountGroup


def service() -> list[Finding]:
    """What stands in the way of reading; nothing, when a page would work."""
    with catalog.as_worker():
        return list(_found())


def _found() -> Iterator[Finding]:
    client = catalog.client()
    group = AccountGroup.objects.filter(is_reachable=True).first()
    try:
        groups = client.account_groups().value
    except ApiError as error:
        # a key that may not list its groups can still read those that are named for it
        if not isinstance(error, Forbidden) and error.status != 404:
            yield _failed(error)
            return
        groups = ()
    group_id = group.id if group else groups[0].id if groups else ""
    if not group_id:
        todo = "Name them in AUDIENCES_ACCOUNT_GROUPS, or give the key access to one."
        yield Finding("W111", "The key reaches no account group.", todo)
        return
    try:
        everything = [audience for _, audience in client.navigation(group_id).value.every()]
    except ApiError as error:
        yield _failed(error, "audiences:read")
        return
    for audience in everything[:1]:
        try:
            client.prospects(group_id, audience.id)
        except ApiError as error:
            if calls.outcome_of(error) not in ("not_ready", "not_found"):
                yield _failed(error, "prospects:read")


def _failed(error: ApiError, permission: str = "") -> Finding:
    trace = f" (trace id {error.trace_id})" if error.trace_id else ""
    if isinstance(error, Unauthorized):
        todo = "Put a key that is valid into AUDIENCES_API_KEY (or its file)."
        return Finding("E105", f"The service refuses the key{trace}.", todo, is_error=True)
    if isinstance(error, Forbidden) and permission:
        return lacking(permission, error.trace_id)
    what = f"The service could not be asked: {error.message}{trace}"
    return Finding("W106", what, "Look at AUDIENCES_API_URL and at the way there (DNS, firewall); or wait.")
