"""The API keys the sandbox knows, and what each may do."""

from dataclasses import dataclass

AUDIENCES_READ = "audiences:read"
AUDIENCES_WRITE = "audiences:write"
PROSPECTS_READ = "prospects:read"
EVERYTHING = frozenset({AUDIENCES_READ, AUDIENCES_WRITE, PROSPECTS_READ})

ALL = "sk_sandbox_all"
READ = "sk_sandbox_read"
AUDIENCES_ONLY = "sk_sandbox_audiences_only"
NOTHING = "sk_sandbox_nothing"
NO_DISCOVERY = "sk_sandbox_no_discovery"


@dataclass(frozen=True, slots=True)
class Key:
    """A valid key: its permissions, and whether it may list the account groups."""

    text: str
    permissions: frozenset[str]
    discovers: bool = True


KEYS = {
    key.text: key
    for key in (
        Key(ALL, EVERYTHING),
        Key(READ, frozenset({AUDIENCES_READ, PROSPECTS_READ})),
        Key(AUDIENCES_ONLY, frozenset({AUDIENCES_READ, AUDIENCES_WRITE})),
        Key(NOTHING, frozenset()),
        Key(NO_DISCOVERY, EVERYTHING, discovers=False),
    )
}


def key_of(authorization: str) -> Key | None:
    """The key named by an `Authorization` header, or None when it is missing, malformed or unknown."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    return KEYS.get(text.strip())
