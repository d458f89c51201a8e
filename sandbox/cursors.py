"""Opaque cursors that refuse tampering, bound to the call, the account group and the audience they were made for.

The signing key is a constant: like the real API's, a cursor outlives a restart of the server.
"""

import base64
import binascii
import hmac
import json

_SIGNING_KEY = b"the sandbox signs its cursors with this"
_MAC_BYTES = 12


class BadCursor(ValueError):
    """The cursor was altered, cut short, or made for another call, account group or audience."""


def make(scope: str, state: dict[str, int | str]) -> str:
    """A cursor that carries `state` and opens only for the same `scope` (call, account group, audience)."""
    payload = json.dumps(state, separators=(",", ":")).encode()
    return _spell(payload + _mac(scope, payload))


def read(scope: str, cursor: str) -> dict[str, int | str]:
    """The state inside `cursor`. Raises BadCursor unless this server made it for this very scope."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCursor("not a cursor") from error
    payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(scope, payload)) or _spell(raw) != cursor:
        raise BadCursor("not a cursor of this list")
    state: dict[str, int | str] = json.loads(payload)
    return state


def _spell(raw: bytes) -> str:
    """The one spelling of these bytes: base64 has spare bits, and a cursor spelled otherwise was altered."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _mac(scope: str, payload: bytes) -> bytes:
    return hmac.digest(_SIGNING_KEY, scope.encode() + b"\n" + payload, "sha256")[:_MAC_BYTES]
