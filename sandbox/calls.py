"""The endpoints, one function each, in the shapes of the reference pages."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox import cursors, hostile, states
from sandbox.answers import Answer, encode, internal, invalid, invalid_fields, not_ready, success, unprocessable
from sandbox.paging import Asked, asked, encoded_prospects, page
from sandbox.world import Audience, Folder, Group, World, age

_TYPES = ("on_demand", "monitoring")
_MAX_NAME = 200
_MAX_DESCRIPTION = 2_000
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that found its route: `ids` from the path, the query as it came, the body."""

    ids: dict[str, str]
    query: str = ""
    body: bytes = b""


def account_groups(world: World, call: Call) -> Answer:
    """`GET /v1/accounts`"""
    items = [{"id": group.id, "name": group.name, "createdAt": group.created_at} for group in world.groups.values()]
    return success(page(encode(items), None))


def audiences(world: World, call: Call) -> Answer:
    """`GET …/audiences`: the ready ones, newest first."""
    group = world.group(call.ids["group"])
    scope = f"audiences {group.id}"
    ask = asked(call.query, scope)
    after = (str(ask.state["c"]), str(ask.state["i"])) if ask.state else ("~", "")
    rest = [audience for audience in world.ready(group) if age(audience) < after]
    shown = rest[: ask.limit]
    more = len(rest) > ask.limit
    cursor = cursors.make(scope, {"c": shown[-1].created_at, "i": shown[-1].id}) if more else None
    return success(page(encode([audience.shown() for audience in shown]), cursor))


def navigation(world: World, call: Call) -> Answer:
    """`GET …/audiences/navigation`: folders with the ready audiences in them, and those in none."""
    group = world.group(call.ids["group"])
    inside: dict[str | None, list[Audience]] = {}
    for audience in world.ready(group):
        inside.setdefault(audience.folder_id, []).append(audience)
    folders = [_folder(folder, inside.get(folder.id, [])) for folder in group.folders]
    ungrouped = [audience.shown() for audience in inside.get(None, [])]
    return success(encode({"folders": folders, "ungroupedAudiences": ungrouped}))


def _folder(folder: Folder, members: list[Audience]) -> dict[str, object]:
    return {
        "id": folder.id,
        "name": folder.name,
        "audienceType": folder.audience_type,
        "isPinned": folder.is_pinned,
        "position": folder.position,
        "createdAt": folder.created_at,
        "updatedAt": folder.updated_at,
        "audiences": [_nested(audience) for audience in members],
    }


def _nested(audience: Audience) -> dict[str, object]:
    """As anywhere, but inside folders some counts are strings, as in the page's example."""
    shown = audience.shown()
    if int(audience.id[-1], 16) % 5 == 0:
        shown["prospectCount"] = str(audience.count)
    return shown


def audience(world: World, call: Call) -> Answer:
    """`GET …/audiences/{audienceId}`"""
    found, instead = _readable(world, world.group(call.ids["group"]), call)
    return instead or success(encode(found.shown()))


def prospects(world: World, call: Call) -> Answer:
    """`GET …/audiences/{audienceId}/prospects`"""
    group = world.group(call.ids["group"])
    found, instead = _readable(world, group, call)
    if instead:
        return instead
    scope = f"prospects {group.id} {found.id}"
    ask = asked(call.query, scope)
    _refuse(world, found, ask)
    start = int(ask.state.get("o", 0))
    stop = min(start + ask.limit, found.crowd_size)
    cursor = None if stop >= found.crowd_size else cursors.make(scope, _next(found, ask, stop, world.now()))
    return success(page(_items(found, start, stop), cursor))


def _readable(world: World, group: Group, call: Call) -> tuple[Audience, Answer | None]:
    """The audience, and what is answered instead of it. Raises 404, 409 and the statuses of *States*."""
    found = group.audience(call.ids["audience"])
    if not world.is_ready(found):
        raise not_ready()
    return found, states.misbehaviour(found.kind)


def _refuse(world: World, found: Audience, ask: Asked) -> None:
    """The troubles in the middle of a list: an expired cursor (400), a third page that fails at every other try."""
    made = int(ask.state.get("t", 0))
    if made and world.now() - made > states.CURSOR_SECONDS:
        raise invalid("cursor", "The cursor has expired. Start again without one.")
    if found.kind == states.BREAKS_IN_MIDDLE and ask.state.get("n") == 2 and world.is_odd_try():
        raise internal()


def _next(found: Audience, ask: Asked, offset: int, now: float) -> dict[str, int | str]:
    state: dict[str, int | str] = {"o": offset}
    if found.kind == states.BREAKS_IN_MIDDLE:
        state["n"] = int(ask.state.get("n", 0)) + 1
    if found.kind == states.CURSORS_EXPIRE:
        state["t"] = int(now)
    return state


def _items(found: Audience, start: int, stop: int) -> bytes:
    if found.kind == states.HOSTILE:
        return hostile.encoded(start, stop)
    return encoded_prospects(found.crowd, start, stop)


def create_audience(world: World, call: Call) -> Answer:
    """`POST …/audiences`: 201 with the audience, which then is hidden until it is populated."""
    group = world.group(call.ids["group"])
    body = _object(call.body)
    if wrong := _wrong(body):
        raise invalid_fields(wrong)
    name = body["name"].strip()
    if body["type"] == "monitoring" and "forbidden" in name.lower():
        raise unprocessable("This audience cannot be monitored.")
    made = world.create(group, name, body["type"], body.get("description"))
    return success(encode(made.shown() | {"prospectCount": 0}), 201)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid("body", "Expected JSON.") from error
    if not isinstance(value, dict):
        raise invalid("body", "Expected an object.")
    if _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise invalid("body", "Expected valid Unicode text.")
    return value


def _wrong(body: dict[str, Any]) -> list[dict[str, str]]:
    """One entry per wrong field."""
    name, description = body.get("name"), body.get("description")
    found = []
    if not isinstance(name, str) or not name.strip():
        found.append({"path": "name", "message": "Required, and not blank."})
    elif len(name.strip()) > _MAX_NAME:
        found.append({"path": "name", "message": f"At most {_MAX_NAME} characters."})
    if description is not None and not (isinstance(description, str) and len(description) <= _MAX_DESCRIPTION):
        found.append({"path": "description", "message": f"Text of at most {_MAX_DESCRIPTION} characters."})
    if body.get("type") not in _TYPES:
        found.append({"path": "type", "message": "Expected on_demand or monitoring."})
    return found
