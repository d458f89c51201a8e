"""What is asked of the API: one call, for a group; under which key its answer is kept, and for how long it is good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import msgspec

from audiences import kept
from audiences.api.client import Answer, Deadline
from audiences.kept import Kept
from team.models import AccountGroup

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A call of the API for a group, and how long its answer is good.

    `secret_of`: for personal data, the words that name what a 403 refuses (the audience); () for names.
    """

    group: AccountGroup
    call: str
    parameters: tuple[str, ...]
    decoder: msgspec.json.Decoder[Kept[T]]
    fresh: timedelta
    kept: timedelta
    ask: Callable[[Deadline], Answer[T]]
    secret_of: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The key of its answer."""
        return kept.key(self.group, self.call, self.parameters)

    def refusals(self) -> list[str]:
        """The keys under which the API's refusal of this answer would lie."""
        if not self.secret_of:
            return []
        return [kept.key(None, "refused"), kept.key(self.group, "refused", self.secret_of)]
