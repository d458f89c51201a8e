"""Every leaf of the reference examples has a place in docs/fields.md, and the values reach the page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from audiences.api import parsing
from audiences.people import person_detail, person_row

ROOT = Path(__file__).parents[2]
EXAMPLES = {path.stem: json.loads(path.read_text()) for path in (ROOT / "tests/api/reference").glob("*.json")}
PERSON = EXAMPLES["list-audience-prospects"]["200"]["data"]["items"][0]
AUDIENCE = EXAMPLES["get-audience"]["200"]["data"]
FOLDER = EXAMPLES["get-audience-navigation"]["200"]["data"]["folders"][0]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of what is neither an object nor a list, `[]` for the members of a list."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member, f"{path}[]")
    else:
        yield path


def documented() -> dict[str, str]:
    """Path → place, as docs/fields.md has it: every heading's prefixes times its table's leaves."""
    places: dict[str, str] = {}
    for section in (ROOT / "docs/fields.md").read_text().split("\n## ")[1:]:
        prefixes = re.findall(r"`([^`]*)`", section.partition("\n")[0])
        for leaf, place in re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE):
            places |= {f"{prefix}.{leaf}".lstrip("."): place for prefix in prefixes or [""]}
    return places


def in_examples() -> set[str]:
    return {leaf for pages in EXAMPLES.values() for answer in pages.values() for leaf in leaves(answer)}


def test_all_five_pages_are_read():
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("leaf", sorted(in_examples()))
def test_every_leaf_has_a_place(leaf):
    assert documented().get(leaf, "").strip()


def test_no_place_for_what_the_examples_do_not_have():
    assert not set(documented()) - in_examples()


def changed(example: Any, path: str, value: object) -> Any:
    """A copy of the example with `value` at the leaf."""
    copy = json.loads(json.dumps(example))
    *above, last = path.replace("[]", ".0").split(".")
    spot = copy
    for step in above:
        spot = spot[int(step) if step.isdigit() else step]
    spot[last] = value
    return copy


def marked(example: Any, path: str) -> tuple[Any, str]:
    """A copy with a value nobody has at the leaf, and how that value must read on the page."""
    spot: Any = example
    for step in path.replace("[]", ".0").split("."):
        spot = spot[int(step) if step.isdigit() else step]
    if isinstance(spot, bool):
        return changed(example, path, False), "no"
    if isinstance(spot, int):
        return changed(example, path, 7654321), "7,654,321"
    value = "https://marked.example/qx9z" if str(spot).startswith("http") else "qx9z@marked.example"
    return changed(example, path, "qx9z" if "example" not in str(spot) else value), "qx9z"


def panel(raw: Any) -> str:
    person = parsing.prospect(raw)
    given = {"person": person, "row": person_row(person, "/p/"), "detail": person_detail(person)}
    return render_to_string("prospects/_person.html", given)


def audience_page(raw: Any) -> str:
    audience = parsing.audience(raw)
    return render_to_string("audiences/detail.html", {"audience": audience})


def folder_page(raw: Any) -> str:
    folder = parsing.navigation({"folders": [raw], "ungroupedAudiences": []}).folders[0]
    return render_to_string("audiences/list.html", {"folder": folder, "query": {}}).replace(",", "")


PLACES = [
    *((panel, PERSON, path) for path in leaves(PERSON)),
    *((audience_page, AUDIENCE, path) for path in leaves(AUDIENCE)),
    *((folder_page, FOLDER, path) for path in leaves({**FOLDER, "audiences": []})),
]


@pytest.mark.parametrize(("shown", "example", "path"), PLACES, ids=lambda value: getattr(value, "__name__", None))
def test_the_value_reaches_the_page(shown, example, path):
    raw, words = marked(example, path)
    assert shown(raw) != shown(example)
    assert words.replace(",", "") in shown(raw).replace(",", "")
