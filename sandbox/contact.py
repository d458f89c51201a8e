"""How a prospect can be reached: e-mail addresses with what was found out about them, and where the contact stands."""

import random
from typing import Any

from sandbox.latin import slug

_DELIVERABLE = ("deliverable",) * 11 + ("risky",) * 4 + ("undeliverable",) * 3 + ("unknown",) * 3
_RARE = ("accept_all", "catch-all", True, False, None, "disposable")
_CONNECTIONS = ("not_connected",) * 9 + ("connected",) * 5 + ("pending",) * 3 + ("active",) * 2 + ("withdrawn",)
_CHATS = ("none",) * 9 + ("active",) * 3 + ("replied",) * 3 + ("awaiting_reply",) * 2 + ("archived",)
_HOW_MANY = (0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3)
_PRIVATE = ("mail.example", "post.example", "inbox.example")


def emails(dice: random.Random, name: tuple[str, str], domain: str) -> list[dict[str, Any]] | None:
    """0 to 3 addresses of a person (`name`: first and family, in Latin letters), at work and private."""
    count = _HOW_MANY[int(dice.random() * len(_HOW_MANY))]
    if not count:
        return [] if dice.random() < 0.8 else None
    first, last = (slug(part) or "team" for part in name)
    spellings = _spellings(first, last, dice)
    hosts = (domain, domain, _PRIVATE[int(dice.random() * len(_PRIVATE))])
    return [_email(dice, f"{spellings[number]}@{hosts[number]}") for number in range(count)]


def _spellings(first: str, last: str, dice: random.Random) -> tuple[str, str, str]:
    order = (f"{first}.{last}", f"{first[0]}.{last}", first, f"{first[0]}{last}", f"{first}_{last}")
    start = int(dice.random() * 3)
    return order[start], order[start + 1], f"{first}{last}{int(dice.random() * 90) + 10}"


def _email(dice: random.Random, address: str) -> dict[str, Any]:
    chance = dice.random()
    if chance < 0.04:
        word: Any = _RARE[int(dice.random() * len(_RARE))]
    else:
        word = _DELIVERABLE[int(dice.random() * len(_DELIVERABLE))]
    return {"email": address, "deliverable": word, "qualityScore": _quality(dice, word)}


def _quality(dice: random.Random, word: Any) -> str | float | None:
    low, high = {"deliverable": (0.8, 0.99), "undeliverable": (0.02, 0.3)}.get(word, (0.3, 0.8))
    score = low + (high - low) * dice.random()
    chance = dice.random()
    if chance < 0.1:
        return None
    return f"{score:.2f}" if chance < 0.85 else round(score, 2)


def connection(dice: random.Random) -> dict[str, Any]:
    """Premium, open profile, connection and chat; each may be null."""
    chance = dice.random
    return {
        "premium": chance() < 0.3 if chance() < 0.9 else None,
        "isOpenProfile": chance() < 0.35 if chance() < 0.88 else None,
        "connectionStatus": _CONNECTIONS[int(chance() * len(_CONNECTIONS))] if chance() < 0.92 else None,
        "chatStatus": _CHATS[int(chance() * len(_CHATS))] if chance() < 0.85 else None,
    }
