"""What is logged, and how: lines without what would let a reader in, and without people's addresses."""

import json
import logging
import re
from datetime import UTC, datetime

from dashboard import requestid

_SLASH = r"(?:/|%2[Ff])"
# the addresses whose last part is a token: shared views, one-time links, invitations
_TOKEN_ADDRESS = re.compile(
    rf"({_SLASH}(?:s|sign-in|join|password{_SLASH}reset){_SLASH})(?!%2[Ff])[^/\s?#&\"'<>]+", re.ASCII
)
# a token by itself, wherever it stands; the API's keys; e-mail addresses
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}(?![\w-])", re.ASCII)
_KEY = re.compile(r"\bsk_\w+|(?<=Bearer )\S+")
# PostgreSQL names the values of a row that it refuses
_DETAIL = re.compile(r"(?<=DETAIL: ) .*")
# it begins where a word does: to try at every letter of a long address would take minutes
_EMAIL = re.compile(r"(?<![^\s<>\"'(),;:=/])[^\s<>\"'(),;:=/]+@[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """The text, with an ellipsis for every token, key and e-mail address."""
    for pattern, instead in ((_TOKEN_ADDRESS, r"\1…"), (_TOKEN, "…"), (_KEY, "…"), (_DETAIL, " …"), (_EMAIL, "…@…")):
        text = pattern.sub(instead, text)
    return text


class Masked(logging.Formatter):
    """Masks the whole line, whoever logs it: message, arguments, traceback and all."""

    def format(self, record: logging.LogRecord) -> str:
        """As Python's, masked."""
        return masked(super().format(record))


class Events(logging.Formatter):
    """One JSON object a line: when, how bad, who says it, what, and of which request. Every text in it is masked.

    Beside the message only what a caller hands over as `extra={"fields": …}` gets in: records carry whole requests.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": masked(record.getMessage()),
            "request_id": requestid.current(),
        }
        event |= {name: _plain(value) for name, value in getattr(record, "fields", {}).items()}
        if record.exc_info:
            event["traceback"] = masked(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in event.items() if value != ""})


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else masked(str(value))


_FORMATTERS = {
    "text": {
        "()": "dashboard.logs.Masked",
        "format": "{asctime} {levelname} {name}: {message}",
        "style": "{",
    },
    "json": {"()": "dashboard.logs.Events"},
}


# a 503 is a page that says what is wrong with the API: the status page tells of it, the log would be full of it
_FILTERS = {
    "no_503": {
        "()": "django.utils.log.CallbackFilter",
        "callback": lambda record: getattr(record, "status_code", 0) != 503,
    },
    # nor is a broken request for a shared view news, answered as one for what is not there: Django logs it as
    # an error; a name that is missing in ALLOWED_HOSTS is the operator's to know
    "no_404": {
        "()": "django.utils.log.CallbackFilter",
        "callback": lambda record: (
            getattr(record, "status_code", 0) != 404 or record.name == "django.security.DisallowedHost"
        ),
    },
}


def configured(form: str) -> dict[str, object]:
    """What Django's LOGGING takes. "json": requests and calls of the API are events, too; "text": for a person, who
    wants to hear of what is wrong alone.
    """
    logging.captureWarnings(form == "json")
    told = "INFO" if form == "json" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _FORMATTERS[form]},
        "filters": _FILTERS,
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_404"]}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "dashboard.requests": {"level": told},
            "audiences.calls": {"level": told},
            # Django's own handler would print every 4xx twice
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # a 4xx is an answer
            "django.request": {"level": "ERROR", "filters": ["no_503"]},
            # `runserver` has a handler of its own, which masks nothing
            "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # it writes down who failed to sign in, and from where
            "axes": {"level": "ERROR"},
            # the web server's own words, which it prints by a handler of its own
            "_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        },
    }
