"""JSON values of every kind, and places to plant them in."""

import copy
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hypothesis import strategies as st

_texts = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates and controls included
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -(10**400), "9" * 5000, "true", "2,340", "x" * 25_000, "\x00", "\ud800", "=1+1"])
    | st.floats()
    | _texts
)
json_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts | st.just("id"), inner, max_size=4),
    max_leaves=8,
)


def node_paths(value: Any, prefix: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside an object or list, itself left out."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in entries:
        yield (*prefix, name)
        yield from node_paths(inner, (*prefix, name))


def planted(value: Any, path: tuple[Any, ...], odd: object) -> Any:
    """A copy of `value` with `odd` at `path`."""
    result = copy.deepcopy(value)
    place = result
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = odd
    return result


def encodable(record: Any) -> bool:
    """Whether all of a record can be written as UTF-8 and kept by PostgreSQL."""
    written = str(asdict(record))
    flat = "".join(_strings(asdict(record)))
    return bool(written) and flat.encode() is not None and not any(ord(c) < 32 and c not in "\n\t" for c in flat)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _strings(inner)
