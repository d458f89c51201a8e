"""What goes to the API and what comes of it, as plain values: none of them holds the key."""

from dataclasses import dataclass, field
from enum import StrEnum

from audiences.api.errors import ApiError, Refused, Unavailable


class Operation(StrEnum):
    """The endpoints, by what they are asked for."""

    ACCOUNTS = "accounts"
    NAVIGATION = "navigation"
    AUDIENCES = "audiences"
    AUDIENCE = "audience"
    PROSPECTS = "prospects"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: a path below the base URL, without the query. `conflict` is what a 409 means here."""

    operation: Operation
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] | None = None
    conflict: type[ApiError] = Refused


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its decoded bytes (none where an error's body never came whole), its Retry-After header."""

    status: int
    body: bytes = b""
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer. `status` is known where its head had come."""

    kind: type[Unavailable]
    message: str
    status: int | None = None
