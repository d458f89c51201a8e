"""The archive: the file and its manifest, there in full or not at all."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import pytest
from django.http import FileResponse

from audiences.api.records import Company, Email, Prospect
from audiences.exports import files, synced
from audiences.exports.cells import begins_formula
from audiences.exports.columns import KEYS, chosen
from audiences.exports.record import Record, record
from audiences.exports.table import Table, most_emails
from tests.exports import hostile
from tests.exports.conftest import content, table
from tests.exports.sheets import read_book

ADA = Prospect(
    id="p_1",
    name="Ada Stone",
    company=Company(name="=1+1", follower_count=25),
    emails=(Email("ada@example.com", "deliverable", "0.9"), Email("a@example.com")),
    premium=True,
    is_open_profile=False,
)
ZIP64 = 45  # the version that can tell of 4 GB and more
ROOT = Path(__file__).parents[2]
BO = Prospect(id="p_2", name="Bo\nLine")


def test_csv_and_manifest_are_in_the_archive(closed):
    export = closed([ADA, BO])
    file, length, name = files.open_archive(export)
    with file, ZipFile(file) as pack:
        assert pack.testzip() is None
        assert pack.namelist() == ["Nordic RevOps leads 2026-11-22.csv", "manifest.json"]
    assert name == "Nordic RevOps leads 2026-11-22.zip"
    assert length == (export.path() / "7.zip").stat().st_size


def test_csv_has_a_bom_and_what_is_said_of_it_is_true(closed):
    export = closed([ADA, BO])
    whole, bare = content(export), content(export, bom=False)
    assert whole == b"\xef\xbb\xbf" + bare
    facts = files.manifest(export)
    assert (export.size, export.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert facts["file"] == {"name": "Nordic RevOps leads 2026-11-22.csv", "bytes": len(whole), "sha256": export.sha256}
    assert facts["fileWithoutBom"] == {"bytes": len(bare), "sha256": hashlib.sha256(bare).hexdigest()}


def test_cells_of_a_csv(closed):
    head, ada, bo = (dict(enumerate(row)) for row in table(closed([ADA, BO])))
    of = {header: place for place, header in head.items()}
    assert [ada[of[name]] for name in ("Company", "Company followers", "Premium", "Open profile")] == [
        "'=1+1",
        "25",
        "TRUE",
        "FALSE",
    ]
    assert [ada[of[f"E-mail {number}"]] for number in (1, 2)] == ["ada@example.com", "a@example.com"]
    assert bo[of["Name"]] == "Bo\nLine"


def test_archive_without_bom(closed):
    export = closed([ADA, BO])
    file, length, _ = files.archive_without_bom(export)
    with file, ZipFile(file) as pack:
        assert file.seek(0, io.SEEK_END) == length
        assert pack.read(pack.namelist()[0]) == content(export, bom=False)
        assert json.loads(pack.read("manifest.json")) == files.manifest(export)
    assert [path.name for path in export.path().iterdir()] == ["7.zip"]


def test_xlsx(closed):
    export = closed([ADA, BO], format="xlsx")
    book = read_book(io.BytesIO(content(export)))
    head, ada, _ = book.sheets[0]
    of = dict(zip(head, ada, strict=False))
    assert (of["Company"], of["Company followers"]) == ("=1+1", 25.0)
    assert (of["Premium"], of["Open profile"]) == ("TRUE", "FALSE")
    assert hashlib.sha256(content(export)).hexdigest() == export.sha256 == files.manifest(export)["file"]["sha256"]


def _rows(people: list[Prospect]) -> list[list]:
    """The cells that they should have."""
    columns = chosen(KEYS)
    records = [record(one, columns) for one in people]
    return list(Table(columns, most_emails(columns, records)).rows(records))


def test_hostile_people_in_csv(closed):
    people = list(hostile.people())
    _, *rows = table(closed(people))
    said = {None: "", True: "TRUE", False: "FALSE"}
    for row, cells in zip(rows, _rows(people), strict=True):
        texts = [said[cell] if cell is None or isinstance(cell, bool) else str(cell) for cell in cells]
        assert [cell.removeprefix("'") for cell in row] == [text.removeprefix("'") for text in texts]
        assert not [cell for cell in row if begins_formula(cell)]


def _in_xlsx(cell):
    return str(cell).upper() if isinstance(cell, bool) else None if cell == "" else cell


def test_hostile_people_in_xlsx(closed):
    people = list(hostile.people())
    [[_, *rows]] = read_book(io.BytesIO(content(closed(people, format="xlsx")))).sheets
    for row, cells in zip(rows, _rows(people), strict=True):
        padded = row + [None] * (len(cells) - len(row))
        assert padded == [_in_xlsx(cell) for cell in cells]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_alive_raises_leaves_nothing(export, format):
    export.format, export.rows = format, 1
    people = [Record(f"p_{number}", [], []) for number in range(600)]

    def alive(rows: int) -> None:
        if rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.close(export, lambda: people, [], alive)
    assert list(export.path().iterdir()) == []


def test_all_of_it_is_on_the_disk_and_still_ours_before_it_has_its_name(export, monkeypatch):
    export.rows, steps = 600, []

    def step(name: object) -> None:
        steps.append((name, (export.path() / "7.zip").exists()))

    monkeypatch.setattr(os, "fsync", lambda handle: step("disk"))
    files.close(export, lambda: [Record("p", ["p"], [])] * 600, [], step)
    assert steps[-4:] == [(500, False), ("disk", False), (600, False), ("disk", True)]


def test_a_disk_that_takes_its_time_is_waited_for_by_a_worker_that_lives(export, monkeypatch):
    heard = Event()
    monkeypatch.setattr(synced, "_LISTEN", 0.01)
    monkeypatch.setattr(os, "fsync", lambda _handle: heard.wait(10) or pytest.fail("nothing was heard of it"))
    export.rows, said = 1, []

    def alive(rows: int) -> None:
        said.append(rows)
        if said.count(1) == 3:
            heard.set()

    files.close(export, lambda: [Record("p", ["p"], [])], [], alive)
    assert heard.is_set()


MIDWAY = """
import sys, time
import django
django.setup()
from django.conf import settings
from audiences.exports import files
from audiences.exports.order import Export
from audiences.exports.cells import begins_formula
from audiences.exports.columns import KEYS, chosen
from audiences.exports.record import Record, record
from audiences.exports.table import Table, most_emails
from tests.exports import hostile

def people():
    yield from (Record(f"p_{number}", [f"p_{number}"], []) for number in range(5_000))
    print("midway", flush=True)
    time.sleep(60)

settings.EXPORTS_DIR, folder, format = sys.argv[1:]
export = Export(folder=folder, format=format, columns=["id"], audience_id="aud", fence=3, rows=5_000)
files.close(export, people, [], lambda rows: None)
"""


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_killed_midway_leaves_no_archive(closed, export, format):
    command = [sys.executable, "-c", MIDWAY, export.path().parent, export.folder, format]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout.readline() == b"midway\n"
        process.kill()
    assert [path.name for path in export.path().iterdir()] == ["3.part"]
    closed([ADA], format=format)
    assert [path.name for path in export.path().iterdir()] == ["7.zip"]


def test_other_people_than_the_row_says_are_no_file(export):
    export.rows = 2
    with pytest.raises(files.Uneven):
        files.close(export, list, [], lambda rows: None)
    assert list(export.path().iterdir()) == []


@pytest.mark.parametrize("fetch", [files.open_archive, files.archive_without_bom, files.open_file, files.manifest])
@pytest.mark.parametrize("loss", ["archive", "folder", "name"])
def test_what_is_gone_is_not_found(closed, fetch, loss):
    export = closed([ADA])
    if loss == "name":
        export.archive = ""
    else:
        (export.path() / export.archive).unlink()
    if loss == "folder":
        export.path().rmdir()
    with pytest.raises(FileNotFoundError):
        fetch(export)


@pytest.mark.parametrize("fetch", [files.archive_without_bom, files.open_file, files.manifest])
def test_a_broken_archive_is_not_found(closed, fetch):
    export = closed([ADA])
    archive = export.path() / export.archive
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(FileNotFoundError):
        fetch(export)


def test_leftovers_of_others_go(closed, export):
    (export.path() / "3.part").mkdir()
    (export.path() / "3.part" / "3.zip").write_bytes(b"half")
    (export.path() / "2.zip").write_bytes(b"of another time")
    (export.path() / "8.zip").write_bytes(b"of who came after this one had slept over the lease")
    (export.path() / "1.jsonl").write_bytes(b"")
    closed([ADA], segments=[["1.jsonl", 0]])
    assert sorted(path.name for path in export.path().iterdir()) == ["1.jsonl", "7.zip", "8.zip"]


@pytest.mark.django_db  # the end of an answer looks after the database, too
def test_file_is_sent_with_its_length(closed):
    part, length, name, kind = files.open_file(closed([ADA, BO]), bom=False)
    answer = FileResponse(
        part, as_attachment=True, filename=name, content_type=kind, headers={"Content-Length": length}
    )
    sent = b"".join(answer.streaming_content)
    answer.close()
    assert len(sent) == length == int(answer["Content-Length"])
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("segment", [0, 2**31])
def test_a_large_spool_is_packed_for_large_files(closed, segment):
    export = closed([ADA], segments=[["1.jsonl", segment]])
    with ZipFile(export.path() / export.archive) as pack:
        assert (pack.infolist()[0].extract_version == ZIP64) is bool(segment)
    assert len(table(export)) == 2


@pytest.mark.soak
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_hundred_thousand_take_no_more_memory_than_a_thousand(export, format):
    export.format = format
    few, many = (_peak(export, rows) for rows in (1_000, 100_000))
    assert many < few * 1.3 + 2**20


def _peak(export, rows: int) -> int:
    export.rows = rows
    text = ["Some text of somebody " * 3] * 27
    people = [Record("p", text, [["ada@example.com", "yes", "0.9"]] * (number % 3)) for number in range(10)]
    tracemalloc.start()
    try:
        files.close(export, lambda: (people[number % 10] for number in range(rows)), [], lambda _rows: None)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
