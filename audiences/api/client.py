"""The audiences API: one class, one method per endpoint."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from audiences.api.policy import CREATE, WEB, WORKER, Deadline, Policy
from audiences.api.records import AccountGroup, Audience, Navigation, Page, Prospect

__all__ = ["CREATE", "WEB", "WORKER", "Answer", "AudiencesClient", "Deadline", "Policy"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the API answered, with the trace id it gave ("" where it gave none)."""

    value: T
    trace_id: str


class AudiencesClient:
    """The API with one key. Threads may share it."""

    def __init__(
        self, base_url: str, api_key: str, *, policy: Policy = WEB, page_size: int = 50, bulkhead: int = 48
    ) -> None:
        raise NotImplementedError

    def account_groups(self, *, deadline: Deadline | None = None) -> Answer[tuple[AccountGroup, ...]]:
        """Every account group the key can reach."""
        raise NotImplementedError

    def navigation(self, group_id: str, *, deadline: Deadline | None = None) -> Answer[Navigation]:
        """Folders with their audiences, and the ungrouped ones; ready ones only."""
        raise NotImplementedError

    def audiences(
        self, group_id: str, cursor: str = "", *, deadline: Deadline | None = None
    ) -> Answer[Page[Audience]]:
        """A page of the ready audiences."""
        raise NotImplementedError

    def audience(
        self, group_id: str, audience_id: str, *, deadline: Deadline | None = None
    ) -> Answer[Audience]:
        """One audience; NotReady while it is being populated."""
        raise NotImplementedError

    def create_audience(
        self, group_id: str, *, name: str, type: str, description: str = "", deadline: Deadline | None = None
    ) -> Answer[Audience]:
        """Create an audience: one POST, never repeated."""
        raise NotImplementedError

    def prospects(
        self, group_id: str, audience_id: str, cursor: str = "", *, deadline: Deadline | None = None
    ) -> Answer[Page[Prospect]]:
        """A page of an audience's prospects; NotReady while it is being populated."""
        raise NotImplementedError

    def close(self) -> None:
        """End the threads and connections."""
        raise NotImplementedError
