"""Every leaf of a person is a column, and docs/exports.md says of each what it is."""

import re

from audiences.api import parsing
from audiences.exports import files
from audiences.exports.columns import COLUMNS, DEFAULT, KEYS, EmailColumn, chosen
from audiences.exports.record import record
from tests.audiences.test_fields import PERSON, ROOT, changed, leaves

DOCS = (ROOT / "docs/exports.md").read_text()
KINDS = {"text": "text", "number": "number", "flag": "yes or no"}
VALUES = {"text": "of_{}".format, "number": len, "flag": lambda key: key == "premium"}


def test_every_leaf_of_the_reference_is_a_column():
    assert sorted(KEYS) == sorted(leaves(PERSON))


def test_docs_have_every_column_as_it_is():
    documented = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \| (yes)? ?\|$", DOCS, re.MULTILINE)
    assert documented == [
        (one.key, one.header.format(1), one.group, KINDS[one.kind], "yes" if one.is_default else "") for one in COLUMNS
    ]


def test_docs_have_every_key_of_the_manifest(closed):
    facts = files.manifest(closed([]))
    section = DOCS.partition("\n## Manifest\n")[2]
    lines = re.findall(r"^\| (`.+`) \| .+ \|$", section, re.MULTILINE)
    assert [key for line in lines for key in re.findall("`([^`]+)`", line)] == list(facts)


def test_every_column_reads_its_leaf():
    """A value nobody else has at each leaf comes out in that leaf's column."""
    given = {column.key: VALUES[column.kind](column.key) for column in COLUMNS}
    raw = PERSON
    for key, value in given.items():
        raw = changed(raw, key, value)
    made = record(parsing.prospect(raw), COLUMNS)
    assert made.cells == [given[column.key] for column in COLUMNS if not isinstance(column, EmailColumn)]
    assert made.emails[0] == [given[column.key] for column in COLUMNS if isinstance(column, EmailColumn)]


def test_headings_are_no_cells_that_need_quotes():
    headers = [column.header.format(20) for column in COLUMNS]
    assert len(set(headers)) == len(headers)
    assert not [header for header in headers if set(header) & set('",;\t\r\n') or not header[0].isalpha()]
    assert headers[0] != "ID"


def test_chosen_ones_keep_their_order():
    assert [column.key for column in chosen(["title", "unknown", "id"])] == ["id", "title"]
    assert {"id", "name", "emails[].email"} <= set(DEFAULT)
