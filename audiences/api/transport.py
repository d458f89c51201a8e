"""One attempt of a call, kept within its deadline.

What happened comes back as a value, never as an exception: those of the libraries hold the request and the key.
"""

import contextlib
from collections.abc import Callable
from functools import partial
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.auth import AuthBase
from requests.exceptions import ContentDecodingError
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from audiences.api.bulkhead import Bulkhead
from audiences.api.errors import ConnectionLost, NotSent, TimedOut, TooLarge, Unavailable, Unreadable
from audiences.api.guard import CURRENT, Call, GuardedAdapter
from audiences.api.messages import Failure, Reply, Request
from audiences.api.policy import Deadline, Policy

_CHUNK = 65_536
_SENTENCES: dict[type[Unavailable], str] = {
    TimedOut: "The API did not answer in time.",
    ConnectionLost: "The connection to the API was cut before the answer was whole.",
    TooLarge: "The API's answer was larger than is allowed.",
    Unreadable: "The API's answer could not be read.",
}


class _TooMuch(Exception):
    """The decoded body passed the limit."""


class _Bearer(AuthBase):
    """Puts the key into a request, and shows it nowhere else."""

    def __init__(self, key: str) -> None:
        self._reveal: Callable[[], str] = lambda: key

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._reveal()}"
        return prepared

    def strike_out(self, body: bytes) -> bytes:
        """An answer without the key: an API or a proxy may echo what it was sent."""
        key = self._reveal()
        if len(key) < 8 or key.isalpha():  # a word like any other, in a trial; no answer may be torn by it
            return body
        return body.replace(key.encode(), b"[key]")


class _Session(requests.Session):
    """Of one thread. Nothing from the environment (a .netrc would replace the key), no cookies, no redirects."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self.mount(scheme, GuardedAdapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: even where redirects aren't followed `requests` looks ahead, and reads the whole body for it."""
        return


class Transport:
    """Sends requests to one base URL with one key. Threads may share it."""

    def __init__(self, base_url: str, api_key: str, bulkhead: int) -> None:
        self._base_url = base_url
        self._auth = _Bearer(api_key)
        self._bulkhead: Bulkhead[Reply | Failure] = Bulkhead(bulkhead, _Session)

    def attempt(self, request: Request, policy: Policy, deadline: Deadline) -> Reply | Failure:
        """Send once and wait until the deadline; the wait for a free thread counts."""
        call = Call(deadline)
        if not deadline.left():
            return _unanswered(call, TimedOut)
        future = self._bulkhead.submit(partial(self._perform, call, request, policy))
        try:
            return future.result(timeout=deadline.left())
        except TimeoutError:
            pass
        finally:
            future.cancel()
            call.give_up()
        return _unanswered(call, TimedOut)

    def close(self) -> None:
        """End the threads and their connections."""
        self._bulkhead.close()

    def _perform(self, call: Call, request: Request, policy: Policy, session: requests.Session) -> Reply | Failure:
        # A POST gets a connection of its own: one kept alive may be dead, and it cannot be sent again.
        with _Session() if request.method == "POST" else contextlib.nullcontext(session) as used:
            CURRENT.call = call
            try:
                return self._exchange(call, request, policy, used)
            except Exception as error:  # whatever a hostile answer provokes in the libraries
                return _unanswered(call, _kind(error))
            finally:
                call.finish()

    def _exchange(self, call: Call, request: Request, policy: Policy, session: requests.Session) -> Reply:
        prepared = requests.Request(
            request.method,
            self._base_url + request.path,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": "audience-dashboard",
            },
            params=request.query,
            json=request.body,
            auth=self._auth,
        ).prepare()
        timeout = (policy.connect, policy.read)
        with session.send(prepared, stream=True, timeout=timeout, allow_redirects=False, proxies={}) as response:
            call.head = Reply(response.status_code, b"", response.headers.get("Retry-After"))
            body = self._auth.strike_out(_read(response, policy.max_bytes))
        return Reply(call.head.status, body, call.head.retry_after)


def _read(response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise _TooMuch
    return bytes(body)


def _unanswered(call: Call, kind: type[Unavailable]) -> Reply | Failure:
    """What a call that went wrong amounts to, by how far it got."""
    if call.head is not None and call.head.status >= 400:
        return call.head  # the status says enough, whatever became of its body
    if not call.sent:
        return Failure(NotSent, f"The API could not be reached; {call.step} failed or took too long.")
    return Failure(kind, _SENTENCES[kind], call.head.status if call.head else None)


def _kind(error: Exception) -> type[Unavailable]:
    """What an exception means, once bytes of the request have left."""
    inner = error.args[0] if error.args else None
    cause = inner.args[-1] if isinstance(inner, ProtocolError) and inner.args else None
    if isinstance(error, _TooMuch):
        return TooLarge
    if isinstance(error, requests.Timeout | ReadTimeoutError) or isinstance(inner, ReadTimeoutError):
        return TimedOut
    if isinstance(cause, HTTPException) and not isinstance(cause, RemoteDisconnected | IncompleteRead):
        return Unreadable
    if isinstance(error, ContentDecodingError | ValueError) or not isinstance(error, OSError):
        return Unreadable
    return ConnectionLost
