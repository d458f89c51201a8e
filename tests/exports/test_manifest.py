"""The manifest: what it says, and how it says why."""

import json
from zipfile import ZipFile

import pytest

from audiences.api.records import Email, Prospect
from audiences.exports import files
from audiences.exports.columns import KEYS
from tests.exports.conftest import table

FACTS = {
    "expected": 120,
    "pages": 3,
    "twice": 2,
    "nameless": 4,
    "restarts": 1,
}


def crowded(count: int) -> Prospect:
    emails = tuple(Email(f"p{number}@example.com", "risky") for number in range(count))
    return Prospect(id=f"p_{count}", name="=1", headline="-2", emails=emails)


def test_figures(closed):
    facts = files.manifest(closed([crowded(1), crowded(2)], ["t_1", "t_2", "t_3"], **FACTS))
    given = {key: facts[key] for key in ("rows", "apiCount", "pages", "cameTwice", "withoutId", "cursorRestarts")}
    assert given == {"rows": 2, "apiCount": 120, "pages": 3, "cameTwice": 2, "withoutId": 4, "cursorRestarts": 1}
    assert facts["traceIds"] == ["t_1", "t_2", "t_3"]
    assert (facts["formulasDefused"], facts["valuesCut"], facts["emailsLeftOut"], facts["sheets"]) == (4, 0, 0, 1)
    assert (facts["manifestVersion"], facts["format"]) == (1, "csv")


def test_who_what_and_when(closed):
    facts = files.manifest(closed([]))
    assert facts["by"] == {"name": "Ada Stone", "email": "ada@example.com"}
    assert facts["accountGroup"] == {"id": "grp_1", "name": "Nordwind GmbH"}
    assert facts["audience"] == {"id": "aud_1", "name": "Nordic RevOps leads"}
    assert facts["asked"] == facts["started"] == "2026-11-22T09:30:00+00:00"
    assert facts["finished"].endswith("+00:00")


def test_whole(closed):
    facts = files.manifest(closed([crowded(0)], expected=1))
    assert (facts["whole"], facts["status"]) == (True, "whole")
    assert facts["summary"] == "1 person of Nordic RevOps leads; the service counts 1. Whole."


def test_whole_by_another_count(closed):
    facts = files.manifest(closed([crowded(0)], expected=100_000))
    assert facts["summary"] == "1 person of Nordic RevOps leads; the service counts 100,000. Whole."


@pytest.mark.parametrize(
    ("early", "status"),
    [
        ("Ada stopped it.", "ended early because Ada stopped it"),
        ("The service said so.", "ended early because the service said so"),
    ],
)
def test_ended_early(closed, early, status):
    facts = files.manifest(closed([], early=early, expected=None))
    assert (facts["whole"], facts["status"], facts["apiCount"]) == (False, status, None)
    assert facts["summary"] == f"0 people of Nordic RevOps leads. Ended early: {early}"
    assert facts["file"]["name"] == "Nordic RevOps leads 2026-11-22 partial.csv"


@pytest.mark.parametrize(("most", "columns"), [(0, 1), (1, 1), (3, 3), (20, 20), (300, 20)])
def test_columns_are_those_of_the_file(closed, most, columns):
    export = closed([crowded(most), crowded(1)])
    facts = files.manifest(export)
    assert [column["header"] for column in facts["columns"]] == table(export)[0]
    of_emails = [column["header"] for column in facts["columns"] if column["key"].startswith("emails")]
    assert len(of_emails) == columns * 3
    assert of_emails[:3] == ["E-mail 1", "E-mail 1 deliverable", "E-mail 1 quality"]
    assert facts["emailsLeftOut"] == max(0, most - 20)
    assert {column["key"] for column in facts["columns"]} == set(KEYS)


def test_xlsx_has_no_bom_to_leave_out(closed):
    export = closed([crowded(1)], format="xlsx")
    assert files.manifest(export)["fileWithoutBom"] is None
    file, length, _ = files.archive_without_bom(export)
    with file:
        assert file.read() == (export.path() / export.archive).read_bytes()
    assert length == (export.path() / export.archive).stat().st_size


def test_nobody_left_to_name(closed):
    assert files.manifest(closed([], by=None))["by"] is None


def test_hostile_names_leave_it_json(closed):
    export = closed([], name='"},\ud800\n</script>', early="\u202e\ud800")
    with ZipFile(export.path() / export.archive) as pack:
        assert json.loads(pack.read("manifest.json"))["whole"] is False
