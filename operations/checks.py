"""What can be wrong when the deployment runs, as Django's system checks: `manage.py check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError, connection

from operations.findings import Finding


@register("operations", deploy=True)
def encrypted(app_configs: Any, **options: Any) -> Sequence[CheckMessage]:
    """Whether people reach it by TLS."""
    if settings.SESSION_COOKIE_SECURE:
        return []
    hint = "Name the dashboard's https:// origin there; without one cookies travel in the clear."
    return [Warning("CSRF_TRUSTED_ORIGINS has no https:// origin.", hint=hint, id="operations.W112")]


@register("operations", deploy=True)
def running(app_configs: Any, **options: Any) -> Sequence[CheckMessage]:
    """Whether everything that the deployment needs is there and well, and the API answers."""
    from operations import findings, marker, probing

    if marker.stands():
        return [Error("A restore was not finished.", hint=marker.SENTENCE, id="operations.E115")]
    try:
        if not connection.introspection.table_names() or _is_behind():
            hint = "Run `manage.py prepare`."
            return [Error("The database is not prepared for this version.", hint=hint, id="operations.E113")]
        found = [*findings.all_here(), *probing.service()]
    except DatabaseError as error:
        reason = str(error).strip().partition("\n")[0]
        return [Error(f"The database cannot be used: {reason}", hint="Look at DATABASE_URL.", id="operations.E114")]
    return [_message(one) for one in found]


def _is_behind() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _message(finding: Finding) -> CheckMessage:
    kind = Error if finding.is_error else Warning
    return kind(finding.what, hint=finding.todo, id=f"operations.{finding.code}")
