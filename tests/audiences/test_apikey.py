"""The key in use, and its file."""

import pytest

from audiences import apikey


@pytest.fixture
def file(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(apikey, "LOOK_EVERY", 0.0)
    path = tmp_path / "key"
    path.write_text("sk_first\n")
    settings.AUDIENCES_API_KEY_FILE = str(path)
    settings.AUDIENCES_API_KEY = "sk_at_the_start"
    return path


def test_without_a_file_it_is_the_setting(settings):
    settings.AUDIENCES_API_KEY_FILE = ""
    assert apikey.current() == settings.AUDIENCES_API_KEY


def test_a_changed_file_counts(file):
    first = (apikey.current(), apikey.fingerprint())
    file.write_text("sk_second")
    assert (apikey.current(), first[0]) == ("sk_second", "sk_first")
    assert apikey.fingerprint() != first[1]


@pytest.mark.parametrize("broken", ["", "two words", "né", None])
def test_a_broken_file_leaves_the_last_key(file, broken):
    assert apikey.current() == "sk_first"
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken)
    assert apikey.current() == "sk_first"


def test_a_key_that_may_not_go_where_the_sandbox_is_leaves_the_last_one(file, settings):
    settings.AUDIENCES_API_URL = "http://sandbox:8900"
    file.write_text("sk_sandbox_all")
    assert apikey.current() == "sk_sandbox_all"
    file.write_text("sk_live_1")
    assert apikey.current() == "sk_sandbox_all"


def test_it_is_not_read_at_every_call(file, monkeypatch):
    monkeypatch.setattr(apikey, "LOOK_EVERY", 60.0)
    apikey.current()
    monkeypatch.setattr(apikey._seen, "look_again", float("inf"))
    file.write_text("sk_second")
    assert apikey.current() == "sk_first"
