"""Any JSON value at any place of the reference examples: nothing raises, and the neighbours stay whole."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.api import parsing
from audiences.api.fields import count, flag, number, text
from tests.api.wild import encodable, json_values, node_paths, planted

ID = "507f1f77bcf86cd799439011"
READERS = {
    "list-audience-prospects": lambda data: parsing.page(data, parsing.prospect),
    "list-audiences": lambda data: parsing.page(data, parsing.audience),
    "get-audience-navigation": parsing.navigation,
    "get-audience": lambda data: parsing.audience(data, known_id=ID),
}


@pytest.mark.parametrize("page", READERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_value_anywhere_is_survived(reference, page, data):
    example = reference(page)["data"]
    path = data.draw(st.sampled_from(list(node_paths(example))))
    record = READERS[page](planted(example, path, data.draw(json_values)))
    assert record is None or encodable(record)


@pytest.mark.parametrize("reader", [parsing.prospect, parsing.audience])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_an_odd_field_costs_itself_alone(reference, reader, data):
    example = reference({parsing.prospect: "list-audience-prospects"}.get(reader, "list-audiences"))["data"]["items"][0]
    path = data.draw(st.sampled_from(list(node_paths(example))))
    odd = planted(example, path, data.draw(json_values)) | {"id": "odd"}
    before, after = example | {"id": "before"}, example | {"id": "after"}
    items = {item.id: item for item in parsing.page({"items": [before, odd, after]}, reader).items}
    whole = asdict(reader(example)) | {"id": ""}
    assert _bare(items["before"]) == _bare(items["after"]) == whole
    assert _differing(_bare(items["odd"]), whole) <= {path[0], "name" if "Name" in path[0] else path[0]}


READ_AS = {"isPinned": flag, "premium": flag, "isOpenProfile": flag, "position": number} | dict.fromkeys(
    ("prospectCount", "followerCount"), count
)


@pytest.mark.parametrize("page", READERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_leaf_is_read_as_its_kind(reference, page, data):
    """A value and what fields.py makes of it give the same record: no leaf is taken over raw."""
    example = reference(page)["data"]
    leaves = [path for path in node_paths(example) if path[-1] not in ("id", "folderId", "hasMore", "nextCursor")]
    path = data.draw(st.sampled_from([path for path in leaves if not isinstance(_at(example, path), dict | list)]))
    odd = data.draw(json_values)
    tame = READ_AS.get(path[-1], text)(odd)
    assert READERS[page](planted(example, path, odd)) == READERS[page](planted(example, path, tame))


def _at(value, path):
    for name in path:
        value = value[name]
    return value


def _bare(record):
    return asdict(record) | {"id": ""}


def _differing(odd, whole):
    """The API's names of the top fields in which two records differ."""
    spelled = {name: "".join(w.title() if n else w for n, w in enumerate(name.split("_"))) for name in whole}
    return {spelled[name] for name in whole if odd[name] != whole[name]}


@settings(max_examples=120, deadline=None)
@given(value=json_values)
def test_readers_survive_any_value(value):
    for reader in (parsing.prospect, parsing.audience, parsing.account_group, parsing.navigation):
        reader(value)
    assert encodable(parsing.page([value, {"id": "a", "name": value}], parsing.audience))
