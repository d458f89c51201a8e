"""Errors to Sentry, with SENTRY_DSN: where in our code they happened, and nothing of whom or what they were about.

Its defaults send the API key in frame locals (RELIABILITY fact 11), and messages of exceptions quote what they failed
on. So each event is built anew from what may leave: kinds, places in the code, the request's id and view.
"""

from typing import Any

from dashboard import requestid

_OURS = ("audiences", "dashboard", "operations", "team")
_OF_FRAME = ("filename", "function", "module", "lineno", "context_line", "in_app")


def begin(dsn: str) -> None:
    """From here on."""
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=dsn,
        before_send=allowed,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration(), LoggingIntegration(level=None)],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        enable_backpressure_handling=False,  # it would start a thread before the server forks
        shutdown_timeout=2,
    )


def allowed(event: Any, hint: object) -> Any:
    """What of an event leaves. Built from a list of what may: what a later version adds does not."""
    kept = {name: event[name] for name in ("event_id", "timestamp", "platform", "level", "logger") if name in event}
    values = (event.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [_exception(value) for value in values]}
    # as it stands in our code, before its arguments; what others log may be made of them
    if (entry := event.get("logentry")) and str(event.get("logger")).startswith(_OURS):
        kept["logentry"] = {"message": str(entry.get("message", ""))}
    kept["tags"] = {"request_id": requestid.current() or "none"}
    return kept


def _exception(value: dict[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {"frames": [{name: frame[name] for name in _OF_FRAME if name in frame} for frame in frames]},
    }
