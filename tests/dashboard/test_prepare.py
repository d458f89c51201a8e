"""`manage.py prepare`: what it does, and that what it cannot work with is one sentence."""

import re
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command

from audiences.api.errors import Unavailable
from audiences.management.commands import prepare
from team.models import SignInLink, User
from tests.dashboard.running import ROOT, clean

NO_KEY = {"AUDIENCES_API_KEY": ""}
CASES = [
    (NO_KEY, r"AUDIENCES_API_KEY is not set\. [^\n]+\n"),
    ({"DATABASE_URL": "sqlite:///{tmp}/secret-key"}, r"DATABASE_URL names a database that cannot be used: [^\n]+\n"),
    ({"DATABASE_URL": "postgres://u@127.0.0.1:1/db"}, r"DATABASE_URL names a database that cannot be used: [^\n]+\n"),
]


@pytest.mark.parametrize(("variables", "sentence"), CASES)
def test_what_cannot_be_used_is_one_sentence(tmp_path, variables, sentence):
    (tmp_path / "secret-key").write_text("no database, and long enough to be read as one\n" * 50)
    environ = clean(VAR_DIR=tmp_path, AUDIENCES_API_KEY="sk_1", AUDIENCES_API_URL="http://127.0.0.1:1")
    environ |= {name: value.format(tmp=tmp_path) for name, value in variables.items()}
    command = [sys.executable, "manage.py", "prepare"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert re.fullmatch(sentence, ended.stderr)


@pytest.fixture
def prepared(monkeypatch, db):
    """Prepares, without migrating or collecting in earnest: what was called, and what was printed."""
    monkeypatch.setenv("AUDIENCES_API_KEY", "sk_1")
    monkeypatch.setattr(prepare.catalog, "refresh_account_groups", lambda: None)
    called = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **_: called.append(name))

    def run(*words):
        out = StringIO()
        call_command("prepare", *words, stdout=out)
        return called, out.getvalue()

    return run


def test_links_lead_to_where_people_open_the_dashboard(prepared, settings):
    settings.PUBLIC_URL = "https://audiences.example.com"
    called, said = prepared()
    assert called == ["migrate", "collectstatic"]
    assert len(re.findall(r"^  https://audiences\.example\.com/sign-in/[\w-]{43}/$", said, re.MULTILINE)) == 2


def test_no_link_is_made_where_the_output_is_kept(prepared):
    assert prepared("--no-links")[1] == ""
    assert User.objects.count() == 2
    assert not SignInLink.objects.exists()


def test_what_an_image_has_collected_is_not_collected_again(prepared, settings):
    settings.STATIC_COLLECTED = "/app/collected"
    assert prepared("--no-links")[0] == ["migrate"]


@pytest.mark.parametrize(("sample", "tries"), [(True, 3), (False, 1)])
def test_a_trial_waits_for_its_sandbox(prepared, settings, monkeypatch, sample, tries):
    settings.SAMPLE_DATA = sample
    answers = [Unavailable("not yet"), Unavailable("not yet"), None]
    asked = []
    monkeypatch.setattr(prepare.catalog, "refresh_account_groups", lambda: asked.append(1) or answers[len(asked) - 1])
    monkeypatch.setattr(prepare.time, "sleep", lambda _: None)
    _, said = prepared("--no-links")
    assert len(asked) == tries
    assert ("did not name its account groups" in said) is not sample
