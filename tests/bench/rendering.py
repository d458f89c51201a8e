"""Django with the project's templates and nothing else: no database, no middleware, no settings of a deployment."""

from pathlib import Path
from typing import Any

import django
from django.conf import settings

from audiences.api.records import Page, Prospect
from audiences.people import person_row

ROOT = Path(__file__).resolve().parents[2]


def configure(*folders: Path, **more: Any) -> None:
    """Set Django up, once; templates are looked for in `folders` first."""
    loaders = ["django.template.loaders.filesystem.Loader"]
    options = {
        "libraries": {"shown": "audiences.templatetags.shown"},
        "builtins": ["django.templatetags.static", "django_htmx.templatetags.django_htmx"],
        "loaders": [("django.template.loaders.cached.Loader", loaders)],
    }
    engine = "django.template.backends.django.DjangoTemplates"
    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2", "NAME": "jinja2", "DIRS": [ROOT / "templates"]}
    templates = [{"BACKEND": engine, "DIRS": [*folders, ROOT / "templates"], "OPTIONS": options}, jinja]
    settings.configure(TEMPLATES=templates, USE_I18N=False, **more)
    django.setup()


def people(page: Page[Prospect], offset: int = 0) -> dict[str, Any]:
    """What prospects/_rows.jinja shows of a page."""
    rows = [person_row(person, f"/person/{person.id}/") for person in page.items]
    return {"rows": rows, "first_row": offset + 1, "first": offset + 2, "offset": offset, "at": ""}
