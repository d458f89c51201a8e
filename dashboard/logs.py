"""What is logged, and how: lines without what would let a reader in, and without people's addresses."""

import logging
import re

_SLASH = r"(?:/|%2[Ff])"
# the addresses whose last part is a token: shared views, one-time links, invitations
_TOKEN_ADDRESS = re.compile(
    rf"({_SLASH}(?:s|sign-in|join|password{_SLASH}reset){_SLASH})(?!%2[Ff])[^/\s?#&\"'<>]+", re.ASCII
)
# a token by itself, wherever it stands; the API's keys; e-mail addresses
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}(?![\w-])", re.ASCII)
_KEY = re.compile(r"\bsk_\w+|(?<=Bearer )\S+")
# it begins where a word does: to try at every letter of a long address would take minutes
_EMAIL = re.compile(r"(?<![^\s<>\"'(),;:=/])[^\s<>\"'(),;:=/]+@[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """The text, with an ellipsis for every token, key and e-mail address."""
    for pattern, instead in ((_TOKEN_ADDRESS, r"\1…"), (_TOKEN, "…"), (_KEY, "…"), (_EMAIL, "…@…")):
        text = pattern.sub(instead, text)
    return text


class Masked(logging.Formatter):
    """Masks the whole line, whoever logs it: message, arguments, traceback and all."""

    def format(self, record: logging.LogRecord) -> str:
        """As Python's, masked."""
        return masked(super().format(record))


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "dashboard.logs.Masked",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    # a 503 is a page that says what is wrong with the API: the status page tells of it, the log would be nothing else
    "filters": {
        "no_503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", 0) != 503,
        },
        # nor is a broken request for a shared view news, answered as one for what is not there: Django logs it as an
        # error; a name that is missing in ALLOWED_HOSTS is the operator's to know
        "no_404": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: (
                getattr(record, "status_code", 0) != 404 or record.name == "django.security.DisallowedHost"
            ),
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_404"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handler would print every 4xx twice
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # a 4xx is an answer
        "django.request": {"level": "ERROR", "filters": ["no_503"]},
        # `runserver` has a handler of its own, which masks nothing
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # it writes down who failed to sign in, and from where
        "axes": {"level": "ERROR"},
    },
}
