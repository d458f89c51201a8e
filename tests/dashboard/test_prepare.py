"""`manage.py prepare`: what it cannot work with is one sentence."""

import re
import subprocess
import sys

import pytest

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
