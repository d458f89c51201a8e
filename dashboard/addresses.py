"""Reads addresses from the environment: databases, Redis, hosts, people. A wrong one stops the start, as in env.py."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dashboard import env


@dataclass(frozen=True, slots=True)
class Mail:
    """Where letters are handed in. `starts_tls`: in the clear at first, and encrypted before anything is said."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    starts_tls: bool


_HOST = r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])"
_ALLOWED_HOST = re.compile(rf"\*|\.?{_HOST}\.?", re.I | re.ASCII)
_ORIGIN = re.compile(rf"https?://(?:\*\.)?{_HOST}(?::[0-9]{{1,5}})?", re.I | re.ASCII)
_RECIPIENT = re.compile(r"age1[0-9a-z]{20,3000}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]{40,1000}(?: [^,]*)?", re.ASCII)
_DATABASE = "must be a database address such as postgres://user:password@host:5432/name or sqlite:////path/to/file."
_ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")


def database(name: str, default: str) -> dict[str, Any]:
    """A database as Django's settings take it: PostgreSQL, or SQLite in a folder that exists."""
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(env.secret(name) or default))
    except (ValueError, dj_database_url.UnknownSchemeError):
        env.refuse(name, _DATABASE)
    # a database in memory would be another one in each process
    if parsed["ENGINE"] not in _ENGINES or parsed["NAME"] in ("", ":memory:"):
        env.refuse(name, _DATABASE)
    if parsed["ENGINE"].endswith("sqlite3"):
        if not Path(parsed["NAME"]).parent.is_dir():
            env.refuse(name, "names a file in a folder that does not exist.")
    elif unknown := _unknown_option(parsed.get("OPTIONS", {})):
        env.refuse(name, f"has an option that PostgreSQL does not know: {unknown}.")
    return parsed


def _unknown_option(options: dict[str, Any]) -> str:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    for option, value in options.items():
        try:
            make_conninfo("", **{option: value})
        except ProgrammingError:
            return option
    return ""


def redis(name: str, default: str = "") -> str:
    """The address of a Redis, "" when unset: one that could be connected to, whether or not it answers now."""
    address = env.secret(name) or default
    if address and not _is_redis(address):
        env.refuse(name, "must be a Redis address such as redis://127.0.0.1:6379/0.")
    return address


def _is_redis(address: str) -> bool:
    from redis import ConnectionPool

    try:
        parts = urlsplit(address)
        is_place = bool(parts.hostname) and re.fullmatch(r"/?\d{0,4}", parts.path, re.ASCII) and parts.port != 0
        if not (parts.path if parts.scheme == "unix" else is_place):
            return False
        # makes the object alone; an option that nobody knows is a TypeError here
        ConnectionPool.from_url(address).make_connection()
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def listener(name: str) -> tuple[str, int] | None:
    """Where to listen, as 127.0.0.1:9464; None when unset."""
    address = env.text(name)
    if not address:
        return None
    host, _, port = address.rpartition(":")
    try:
        ip_address(host.strip("[]"))
        number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        env.refuse(name, "must be an IP address and a port such as 127.0.0.1:9464.")
    return host.strip("[]"), number


def recipients(name: str) -> list[str]:
    """Public keys that `age` encrypts to: its own (age1…), or those of SSH."""
    given = env.words(name)
    if not all(_RECIPIENT.fullmatch(key) for key in given):
        env.refuse(name, "must be public keys such as age1…, as age-keygen prints them, separated by commas.")
    return given


def hosts(name: str, default: tuple[str, ...]) -> list[str]:
    """Names under which pages are served, as Django's ALLOWED_HOSTS takes them."""
    given = env.words(name, default)
    if not all(_ALLOWED_HOST.fullmatch(host) for host in given):
        env.refuse(name, "must be host names such as audiences.example.com, without scheme, port or path.")
    return given


def origins(name: str) -> list[str]:
    """Scheme and host, as Django's CSRF_TRUSTED_ORIGINS takes them."""
    given = env.words(name)
    if not all(_ORIGIN.fullmatch(origin) for origin in given):
        env.refuse(name, "must be origins such as https://audiences.example.com, without a path.")
    return given


def networks(name: str) -> list[str]:
    """IP addresses or networks."""
    given = env.words(name)
    try:
        for word in given:
            ip_network(word, strict=False)
    except ValueError:
        env.refuse(name, "must be IP addresses or networks such as 10.0.0.0/8.")
    return given


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether it is an address of one of these networks; an IPv4 one that is written as IPv6 is the same."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any((getattr(found, "ipv4_mapped", None) or found) in network for network in _parsed(tuple(networks)))


@lru_cache(maxsize=8)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network, strict=False) for network in networks)


def email(name: str, default: str) -> str:
    """Somebody's e-mail address, in lower case: one that the sign-in form takes."""
    address = env.text(name, default).lower()
    try:
        validate_email(address)
    except ValidationError:
        env.refuse(name, "must be an e-mail address.")
    return address if len(address) <= 254 else env.refuse(name, "must be an e-mail address of at most 254 characters.")


def url(name: str, schemes: tuple[str, ...], example: str) -> str:
    """An address with one of the schemes and a host, "" when unset."""
    address = env.secret(name)
    try:
        parts = urlsplit(address)
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if address and not fits:
        env.refuse(name, f"must be an address such as {example}.")
    return address


def mail(address: str) -> Mail:
    """An address such as smtps://user:password@host as a mail server.

    Letters go out in the clear only to this machine, and without a password to a relay on port 25.
    """
    parts = urlsplit(address)
    host, is_tls = parts.hostname or "", parts.scheme == "smtps"
    port = parts.port or (465 if is_tls else 587)
    in_the_clear = host in ("127.0.0.1", "localhost", "::1") or (port == 25 and not parts.username)
    return Mail(
        host, port, unquote(parts.username or ""), unquote(parts.password or ""), is_tls, not (is_tls or in_the_clear)
    )
