"""A mail server of the tests' own: takes every letter, delivers none."""

import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any


@contextmanager
def mailbox(refuse: bool = False) -> Iterator[tuple[int, list[EmailMessage]]]:
    """The port on 127.0.0.1 and the letters so far, oldest first; `refuse`: no sender is let in for now (451).

    A letter is there before its sender is told that it was taken.
    """
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.refuse = refuse
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1], server.letters
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # a sender that never says goodbye does not hold up the test

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.refuse = False
        self.letters: list[EmailMessage] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender who hung up is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line.decode(errors="replace").strip().upper().partition(" ")[0]
            if verb == "DATA":
                self._say("354 go on")
                self.server.letters.append(self._letter())
            self._say(self._answer(verb))
            if verb == "QUIT":
                return

    def _answer(self, verb: str) -> str:
        if verb == "EHLO":
            return "250-127.0.0.1\r\n250 8BITMIME"
        if verb == "MAIL" and self.server.refuse:
            return "451 not now"
        if verb == "QUIT":
            return "221 goodbye"
        return "250 good" if verb in ("HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP") else "502 not known here"

    def _letter(self) -> EmailMessage:
        """What comes until a line of one dot; another dot at the start of a line is the sender's doubling of it."""
        lines = iter(self.rfile.readline, b"")
        text = b"".join(line.removeprefix(b".") for line in _until_the_dot(lines))
        return message_from_bytes(text, policy=SMTP)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def _until_the_dot(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == b".\r\n":
            return
        yield line
    raise ConnectionError("hung up in the middle of a letter")
