"""The data: the same at every start, sized and dated as promised."""

from collections import Counter

import pytest

from sandbox import seeding
from tests.sandbox.running import HUGE, NORDWIND, REVOPS

GROUPS = seeding.groups()


def test_three_groups_the_same_at_every_start():
    assert [group.name for group in GROUPS] == ["Nordwind GmbH", "Baltic Loop", "Casa Verde Studios"]
    assert seeding.groups() == GROUPS
    assert [len(group.audiences) for group in GROUPS] == [159, 25, 6]


def test_the_ids_the_readme_names():
    first = GROUPS[0]
    assert first.id == NORDWIND
    assert first.audience(HUGE).crowd_size == 100_000
    assert first.audience(REVOPS).name == "Nordic RevOps leads"


def test_every_id_is_unique_and_24_hex_digits():
    ids = [item.id for group in GROUPS for item in (group, *group.folders, *group.audiences)]
    assert len(set(ids)) == len(ids)
    assert all(len(identity) == 24 and set(identity) <= set("0123456789abcdef") for identity in ids)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_audiences_lie_in_the_past_year_and_in_their_group(group):
    folders = {folder.id for folder in group.folders} | {None}
    for audience in group.audiences:
        assert "2025-11-17" < audience.created_at < "2026-11-18"
        assert audience.folder_id in folders


def test_the_kinds_the_team_uses():
    kinds = Counter(audience.type for audience in GROUPS[0].audiences)
    assert set(kinds) == {"linkedin_search", "on_demand", "monitoring", "csv_import"}
    assert min(kinds.values()) >= 10


def test_descriptions_are_written_empty_or_null():
    texts = [audience.description for audience in GROUPS[0].audiences]
    assert texts.count(None) > 10
    assert texts.count("") > 10
    assert len([text for text in texts if text]) > 60


def test_one_count_lies_and_no_other():
    lying = [(item.name, item.count - item.crowd_size) for item in GROUPS[0].audiences if item.count != item.crowd_size]
    assert lying == [("Agencies EMEA", 12)]


@pytest.mark.parametrize(("audiences", "folders"), [(2000, 100), (7, 0), (3, 5)])
def test_the_large_group_is_as_large_as_asked(audiences, folders):
    large = seeding.groups(audiences, folders)[3]
    assert (large.name, len(large.audiences), len(large.folders)) == ("Meridian Holdings", audiences, folders)
    assert len({audience.name for audience in large.audiences}) == audiences
    inside = [audience for audience in large.audiences if audience.folder_id]
    assert len(inside) == (audiences if folders else 0)
