"""Cursors in addresses that outsiders see: sealed, and good for one link alone.

A cursor is the API's own and may name whatever it likes. Sealed the same way each time (AES-SIV), so that an address
stays the same and what is kept of it is found again.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from audiences.api.fields import usable_cursor

LONGEST = 6000  # letters of a sealed cursor: the API's are under 4 kB


def seal(cursor: str, whose: str) -> str:
    """The cursor for addresses of the link named `whose`; "" stays ""."""
    if not cursor:
        return ""
    sealed = _cipher().encrypt(cursor.encode(), [whose.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(text: str, whose: str) -> str:
    """The cursor again; "" for one of another link, an altered one, and anything else that seal() has not made."""
    if not text or len(text) > LONGEST or not text.isascii():
        return ""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = _cipher().decrypt(sealed, [whose.encode()]).decode()
    except (binascii.Error, ValueError, InvalidTag):
        return ""
    # base64 has several spellings of the same bytes
    return cursor if usable_cursor(cursor) and seal(cursor, whose) == text else ""


def _cipher() -> AESSIV:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"audiences.sealed", hashlib.sha512)
    return AESSIV(key)
