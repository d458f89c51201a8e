"""Style sheets and scripts, joined where static files are collected."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from playwright._impl._driver import compute_driver_executable

from dashboard import bundles
from dashboard.bundles import BUNDLES, BundledStorage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def collected(tmp_path, settings):
    """The storage, with everything collected."""
    settings.STATIC_ROOT = str(tmp_path)
    storage = BundledStorage()
    found = {}
    for finder in finders.get_finders():
        for path, source in finder.list([]):
            with source.open(path) as file:
                storage.save(path, file)
            found[path] = (storage, path)
    problems = [result for _, _, result in storage.post_process(found) if isinstance(result, Exception)]
    assert problems == []
    return storage


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_has_every_part_and_a_name_that_changes_with_it(collected, name):
    hashed = collected.stored_name(name)
    assert re.search(r"all\.[0-9a-f]{12}\.(css|js)$", hashed)
    text = Path(collected.path(hashed)).read_text()
    for part in BUNDLES[name]:
        source = (ROOT / "static" / part).read_text()
        code = bundles.shortened(source)[:60] if part.endswith(".js") else source
        assert next(line for line in code.splitlines() if "url(" not in line) in text


def test_addresses_in_a_bundle_are_those_of_hashed_files(collected):
    text = Path(collected.path(collected.stored_name("css/components/all.css"))).read_text()
    found = re.findall(r'url\("?([^")]+)', text)
    assert found
    for address in found:
        assert re.search(r"\.[0-9a-f]{12}\.svg$", address)
        assert (Path(collected.path("css/components")) / address).resolve().exists()


def test_pages_name_the_bundles_where_there_are_some(collected, monkeypatch):
    monkeypatch.setattr(staticfiles_storage, "_wrapped", collected)
    assert bundles.styles().count("<link") == 1
    assert bundles.scripts().count("<script") == 1


def test_else_they_name_the_parts():
    assert re.findall(r'/static/([^"]+)', bundles.scripts()) == list(BUNDLES["js/all.js"])


def test_every_script_and_style_sheet_is_used():
    parts = {part for found in BUNDLES.values() for part in found}
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    for path in [*(ROOT / "static/js").rglob("*.js"), *(ROOT / "static/css").rglob("*.css")]:
        name = str(path.relative_to(ROOT / "static"))
        assert name in parts or name in pages


MOST = 15_000  # bytes of our own JavaScript, compressed: what everybody loads with their first page


def test_our_own_javascript_stays_small(collected):
    served = ("js/all.js", "js/theme.js")
    sizes = [len(gzip.compress(Path(collected.path(name)).read_bytes(), 9)) for name in served]
    assert sum(sizes) < MOST


def test_a_shortened_script_is_still_one(collected):
    node, _ = compute_driver_executable()  # Playwright brings one
    subprocess.run([node, "--check", collected.path("js/all.js")], check=True)
