"""Facts of the tree that `make check` wants: templates compile, lock files are whole and name no host."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.*"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
_PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    using = "jinja2" if name.endswith(".jinja") else "django"
    assert get_template(name, using=using).template is not None


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host(lock):
    assert not re.search(r"://|--(extra-)?index-url|--find-links", (ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock):
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert len(entries) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_development_adds_to_what_runs_and_changes_nothing():
    running, development = (dict(_PINNED.findall((ROOT / lock).read_text())) for lock in LOCKS)
    assert running.items() <= development.items()


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "soak", "audit", "lock"])
def test_make_lists_its_targets(target):
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {target} " in listed


def test_the_lock_of_lighthouse_names_no_host():
    packages = json.loads((ROOT / "tests/lighthouse/package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
