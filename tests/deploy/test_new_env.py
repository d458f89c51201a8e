"""deploy/new-env writes what docker-compose.yml needs, and what the dashboard takes."""

import re
import shutil
import stat
import subprocess
import sys

import pytest
import yaml

from tests.dashboard.running import ROOT, clean

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
NAME = "audiences.example.com"
_VARIABLE = re.compile(r"\$\{([A-Z_]+):([-?])([^}]*)\}")


@pytest.fixture
def new_env(tmp_path):
    """Runs the script in a checkout of its own."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy/new-env", tmp_path / "deploy")

    def run(*words):
        command = ["sh", tmp_path / "deploy/new-env", *words]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=20)

    return run


def written(path):
    """The variables of a file, as Compose reads them."""
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line and not line.startswith("#"))


def as_composed(service, variables):
    """The environment that Compose would give to a service; what it would refuse to start without is a failure."""

    def value(found):
        name, kind, other = found.groups()
        assert variables.get(name) or kind == "-", other
        return variables.get(name) or other

    return {name: _VARIABLE.sub(value, text) for name, text in SERVICES[service]["environment"].items()}


@pytest.mark.parametrize(
    ("word", "name", "key", "command"),
    [
        (NAME, ".env", {"AUDIENCES_API_KEY": "sk_live_1"}, ["manage.py", "check"]),
        # the same again, without what does not depend on it
        ("--sandbox", ".env.sandbox", {}, ["-c", "import dashboard.settings"]),
    ],
)
def test_what_it_writes_starts_the_dashboard(new_env, tmp_path, word, name, key, command):
    assert new_env(word).returncode == 0
    path = tmp_path / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    variables = written(path) | key
    environ = clean(VAR_DIR=tmp_path / "var", **as_composed("web", variables))
    checked = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert checked.returncode == 0, checked.stderr
    assert as_composed("proxy", variables)["UPSTREAMS"] == "web:8000"
    assert as_composed("postgres", variables)["POSTGRES_PASSWORD"] in variables["DATABASE_URL"]


def test_processes_of_ones_own_find_their_databases_beside_them(new_env, tmp_path):
    assert new_env("--bare", NAME).returncode == 0
    variables = written(tmp_path / ".env")
    assert variables["REDIS_URL"] != variables["BROKER_URL"]
    assert variables["TRUSTED_PROXIES"] == "127.0.0.1"
    environ = clean(VAR_DIR=tmp_path / "var", **variables | {"AUDIENCES_API_KEY": "sk_live_1"})
    command = [sys.executable, "-c", "import dashboard.settings"]
    assert subprocess.run(command, cwd=ROOT, env=environ, timeout=60).returncode == 0
    assert "for the containers" in new_env("--bare", "--sandbox").stderr


def test_a_trial_stands_beside_a_deployment(new_env, tmp_path):
    assert new_env(NAME).returncode == new_env("--sandbox").returncode == 0
    real, trial = written(tmp_path / ".env"), written(tmp_path / ".env.sandbox")
    assert trial["COMPOSE_PROJECT_NAME"]
    assert trial["COMPOSE_PROFILES"] == "sandbox"
    assert trial["SITE_ADDRESS"] == f"localhost:{trial['HTTPS_PORT']}"
    assert (
        as_composed("web", trial)["TRUSTED_PROXIES"]
        != as_composed("web", real | {"AUDIENCES_API_KEY": "k"})["TRUSTED_PROXIES"]
    )
    for secret in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert len(real[secret]) >= 40
        assert real[secret] != trial[secret]


def test_nobody_starts_without_the_key_of_the_api(new_env, tmp_path):
    new_env(NAME)
    with pytest.raises(AssertionError, match="Set AUDIENCES_API_KEY"):
        as_composed("web", written(tmp_path / ".env"))


def test_it_writes_over_nothing(new_env, tmp_path):
    (tmp_path / ".env").write_text("SECRET_KEY=ours\n")
    (tmp_path / ".env.sandbox").symlink_to("nowhere")
    for word in (NAME, "--sandbox"):
        refused = new_env(word)
        assert refused.returncode == 1
        assert "is there already and stays as it is" in refused.stderr
    assert (tmp_path / ".env").read_text() == "SECRET_KEY=ours\n"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        (NAME, NAME),
        ("--bare",),
        (f"https://{NAME}",),
        (f"{NAME}:8443",),
        ("10.0.0.1",),
        ("localhost",),
        ("a b.c",),
        ("",),
    ],
)
def test_what_is_no_name_is_refused(new_env, tmp_path, words):
    refused = new_env(*words)
    assert refused.returncode == 1
    assert f"sh deploy/new-env {NAME}" in refused.stderr.replace(" [--bare]", "")
    assert not list(tmp_path.glob(".env*"))


def test_a_name_is_written_as_browsers_write_it(new_env, tmp_path):
    new_env("Audiences.Example.COM")
    assert written(tmp_path / ".env")["CSRF_TRUSTED_ORIGINS"] == f"https://{NAME}"
