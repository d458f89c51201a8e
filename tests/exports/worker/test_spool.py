"""The spool: what counts of it after a crash at any byte, and that nobody is in it twice."""

import pytest

from audiences.exports.record import Record
from audiences.exports.seen import LEFT
from audiences.exports.spool import Damaged, Spool, heads, records, sweep

PAGES = [("", "ab"), ("c1", "cd"), ("c2", "ef")]


def people(letters):
    return [Record(letter, [letter, "Ünï\n"], []) for letter in letters]


def opened(folder, segments, own):
    spool = Spool(folder, segments, own)
    spool.open(lambda: None)
    return spool


@pytest.fixture
def written(tmp_path):
    """A turn that added PAGES; gives the segments as the row had them after each page."""
    counted = []
    with opened(tmp_path, [], 1) as spool:
        for cursor, letters in PAGES:
            spool.add(cursor, f"t-{cursor}", people(letters))
            counted.append(spool.segments)
    return counted


def found(folder, segments):
    return "".join(one.id for one in records(folder, segments))


def test_everything_is_read_as_it_was_written(tmp_path, written):
    assert [one.cells for one in records(tmp_path, written[-1])] == [[letter, "Ünï\n"] for letter in "abcdef"]
    assert [(head.cursor, head.trace_id) for head in heads(tmp_path, written[-1])] == [
        (cursor, f"t-{cursor}") for cursor, _ in PAGES
    ]


def test_after_a_kill_at_any_byte_what_the_row_says_counts_and_no_more(tmp_path, written):
    [[name, counted]], [[_, all_of_it]] = written[1], written[2]
    whole = (tmp_path / name).read_bytes()
    for size in range(counted, all_of_it):
        (tmp_path / name).write_bytes(whole[:size])
        assert found(tmp_path, written[1]) == "abcd"


def test_a_segment_that_is_shorter_than_it_was_is_damaged(tmp_path, written):
    [[name, counted]] = written[1]
    whole = (tmp_path / name).read_bytes()
    for size in range(counted):
        (tmp_path / name).write_bytes(whole[:size])
        with pytest.raises(Damaged):
            found(tmp_path, written[1])


@pytest.mark.parametrize("harm", [b"", b"[1]\n", b"{}\n", b"\x00" * 40 + b"\n", b'["\xff",[],[]]\n', None])
def test_a_segment_that_cannot_be_read_is_damaged(tmp_path, harm):
    if harm is not None:
        (tmp_path / "1.jsonl").write_bytes(harm)
    with pytest.raises(Damaged), opened(tmp_path, [["1.jsonl", len(harm or b"") or 1]], 2):
        pass


def test_another_turn_writes_a_segment_of_its_own(tmp_path, written):
    with opened(tmp_path, written[1], 2) as spool:
        spool.add("c2", "", people("xy"))
        assert found(tmp_path, spool.segments) == "abcdxy"
    assert found(tmp_path, written[2]) == "abcdef"


@pytest.mark.parametrize("in_good_order", [True, False])
def test_who_and_where_is_known_in_the_next_turn(tmp_path, in_good_order):
    with opened(tmp_path, [], 1) as spool:
        spool.add("", "", people("ab"))
        if in_good_order:
            spool.leave()
    assert (tmp_path / LEFT).exists() == in_good_order
    with opened(tmp_path, spool.segments, 2) as spool:
        assert spool.has_been_at("")
        assert not spool.has_been_at("c1")
        assert spool.add("c1", "", people("bcb")) == 1
        assert found(tmp_path, spool.segments) == "abc"


def test_what_another_turn_left_is_not_believed_of_this_one(tmp_path, written):
    with opened(tmp_path, [], 0) as spool:  # of somebody who slept over their lease
        spool.add("", "", people("xy"))
        spool.leave()
    with opened(tmp_path, written[0], 3) as spool:
        assert spool.add("c1", "", people("axy")) == 2


def test_what_was_left_and_is_damaged_is_made_anew(tmp_path, written):
    for harm in (b"", b"no database", b"SQLite format 3\x00" + b"\x00" * 4096):
        (tmp_path / LEFT).write_bytes(harm)
        with opened(tmp_path, written[0], 2) as spool:
            assert spool.add("c1", "", people("abc")) == 1
        (tmp_path / "2.jsonl").unlink()


def test_a_turn_leaves_nothing_of_its_own_lying_about(tmp_path, written):
    assert [path.name for path in tmp_path.iterdir()] == ["1.jsonl"]


def test_sweeping_leaves_what_counts_and_what_came_later(tmp_path):
    for name in ("1.jsonl", "2.jsonl", "2.seen", "3.zip", "4.jsonl", "4.zip", LEFT):
        (tmp_path / name).touch()
    (tmp_path / "3.part").mkdir()
    sweep(tmp_path, 3, ["1.jsonl", LEFT])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.jsonl", "4.jsonl", "4.zip", LEFT]
    sweep(tmp_path / "nowhere", 3, [])
