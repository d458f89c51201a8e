"""What outsiders are told of a failure: a code that says nothing to them, and leads admins to the API's trace id."""

import base64
import hashlib
import logging
import secrets

from audiences.api.errors import ApiError

_log = logging.getLogger(__name__)


def code(trace_id: str) -> str:
    """The code of a trace id, "K7QF-2MXA"; "" where there is none. The status page shows both side by side."""
    return _code(trace_id.encode("utf-8", "replace")) if trace_id else ""


def code_of(error: ApiError, link: object) -> str:
    """The code of an error that the visitors of a link meet; the log has it with the trace id."""
    made = code(error.trace_id) or _code(secrets.token_bytes(8))
    told = (link, type(error).__name__, made, error.trace_id or "unknown")
    _log.warning("Link %s could not be shown: %s, support code %s, trace id %s", *told)
    return made


def _code(raw: bytes) -> str:
    letters = base64.b32encode(hashlib.sha256(raw).digest())[:8].decode()
    return f"{letters[:4]}-{letters[4:]}"
