"""That the API refuses the key: since when, and what becomes of background work meanwhile. reading.py notes it."""

from datetime import timedelta

from audiences import kept
from audiences.kept import TROUBLE, Kept, Trouble

KEY_REFUSED = timedelta(seconds=60)


def key_refusal() -> Kept[Trouble] | None:
    """Since when, and with which trace id, the API has refused the key; None while it does not."""
    return kept.load(kept.key(None, "refused"), TROUBLE)


def is_key_refused() -> bool:
    """Whether background work leaves the API alone because of its key: but for one call in KEY_REFUSED it does."""
    refusal = key_refusal()
    return refusal is not None and refusal.age() < KEY_REFUSED
