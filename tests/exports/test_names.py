"""Names of files: what an audience may be called, and what no system takes."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences.exports.names import file_name


def named(export, name: str) -> str:
    export.name = name
    return file_name(export).removesuffix(" 2026-11-22")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Nordic RevOps leads", "Nordic RevOps leads"),
        ("Straße / 田中: <b>", "Straße 田中 b"),
        ("../../etc/passwd", "etc passwd"),
        ("a\u202egnp.exe\x00\r\n", "a gnp.exe"),
        (" . leads. ", "leads"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("x" * 200, "x" * 80),
        ("👩" * 80, "👩" * 50),
        *((name, "aud_1") for name in ("", "///", "\u200b", "CON", "nul.leads", "com1 .x", "LPT¹", "\ud800")),
        ("console", "console"),
    ],
    ids=ascii,
)
def test_name(export, name, safe):
    assert named(export, name) == safe


def test_day_is_that_of_utc_and_a_partial_one_says_so(export):
    export.asked_at = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    export.early = "Ada stopped it."
    assert file_name(export) == "Nordic RevOps leads 2026-11-22 partial"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_name_is_a_name(export, tmp_path, name):
    found = file_name(export) if named(export, name) else ""
    assert found.isprintable()
    assert not set(found) & set('/\\:*?"<>|')
    assert len(f"{found} partial.xlsx".encode()) < 255
