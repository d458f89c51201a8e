"""The envelope `{success, data, error, traceId}` every answer comes in, and the errors the API documents."""

import json
import random
from dataclasses import dataclass, field
from http import HTTPStatus

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire. `cut` closes the connection instead of finishing the body."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A failure as the reference pages show it; raised anywhere, turned into an envelope in one place."""

    status: int
    code: str
    message: str
    details: object = None
    headers: tuple[tuple[str, str], ...] = field(default=())
    traced: bool = True

    def answer(self) -> Answer:
        """The failure's envelope; without `traceId` where `traced` is false."""
        envelope: dict[str, object] = {
            "success": False,
            "data": None,
            "error": {"code": self.code, "message": self.message, "details": self.details},
        }
        if self.traced:
            envelope["traceId"] = trace_id()
        return Answer(self.status, encode(envelope), headers=self.headers)


def success(data: bytes, status: int = HTTPStatus.OK) -> Answer:
    """An envelope around `data`, which is JSON already (pages come encoded from a cache)."""
    tail = f',"error":null,"traceId":"{trace_id()}"}}'.encode()
    return Answer(status, b'{"success":true,"data":' + data + tail)


def encode(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def trace_id() -> str:
    """24 hex digits, new for every answer."""
    return f"{random.getrandbits(96):024x}"


def invalid(path: str, message: str) -> Problem:
    """400 with one entry in `details`."""
    return invalid_fields([{"path": path, "message": message}])


def invalid_fields(details: list[dict[str, str]]) -> Problem:
    """400 VALIDATION_ERROR; `details` names each field."""
    return Problem(HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "The request is not valid.", details)


def unauthorized() -> Problem:
    """401: key missing, invalid or revoked."""
    return Problem(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED", "The API key is missing, invalid or revoked.")


def forbidden(permission: str) -> Problem:
    """403: the key lacks a permission."""
    message = f"This API key does not have the permission {permission}."
    return Problem(HTTPStatus.FORBIDDEN, "FORBIDDEN", message, f"required: {permission}")


def not_found(what: str) -> Problem:
    """404, e.g. `not_found("Audience")`."""
    return Problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"{what} not found.")


def not_ready() -> Problem:
    """409: reading an audience that is still being populated."""
    message = "The audience is still being populated by an active prospecting job."
    return Problem(HTTPStatus.CONFLICT, "AUDIENCE_NOT_READY", message)


def unprocessable(message: str) -> Problem:
    """422: the audience cannot be created with this configuration."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "UNPROCESSABLE_ENTITY", message)


def rate_limited(seconds: int) -> Problem:
    """429 with `Retry-After` in whole seconds."""
    message = f"Too many requests. Try again in {seconds} s."
    headers = (("Retry-After", str(seconds)),)
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", message, None, headers)


def internal() -> Problem:
    """500."""
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Something went wrong on our side.")


def upstream(*, traced: bool = True) -> Problem:
    """502: a service behind the API failed."""
    message = "A service we depend on did not answer."
    return Problem(HTTPStatus.BAD_GATEWAY, "UPSTREAM_ERROR", message, None, (), traced)
