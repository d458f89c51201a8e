"""What stands between the client and the API: who may ask now, and what is learnt from each answer."""

from typing import Protocol

from audiences.api.errors import ApiError
from audiences.api.messages import Operation


class Gate(Protocol):
    """Asked before each attempt of a call, told after it. One gate serves all threads."""

    def admit(self) -> None:
        """Let the attempt go, or raise HeldBack or Resting: nothing is sent then, and nobody is made to wait here."""

    def note(self, error: ApiError | None) -> None:
        """Learn from an attempt that was made; None is a success."""

    def record(self, operation: Operation, seconds: float, error: ApiError | None, trace_id: str) -> None:
        """Write down an attempt that was made: of what, how long it took, and how it ended."""


class OpenGate:
    """Lets everything through."""

    def admit(self) -> None:
        """Always."""

    def note(self, error: ApiError | None) -> None:
        """Nothing to learn."""

    def record(self, operation: Operation, seconds: float, error: ApiError | None, trace_id: str) -> None:
        """Nowhere."""
