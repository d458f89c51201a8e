"""Migrations are safe while the old code runs: it goes on reading and writing tables that it does not know better."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

OURS = ("team", "audiences", "operations")
# before there was anything to upgrade from
FIRST = {"team": 7, "audiences": 5, "operations": 0}


def later():
    """The migrations that deployments meet while they run."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [disk[app, name] for app, name in sorted(disk) if app in OURS and int(name.partition("_")[0]) > FIRST[app]]


def trouble(operation):
    """Why old code would stumble over it; "" when it would not."""
    if isinstance(operation, migrations.CreateModel | migrations.AddIndex):
        return ""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        fits = field.null or field.db_default is not NOT_PROVIDED or field.many_to_many
        return "" if fits else f"old code inserts rows without {operation.name}, and the database has no default for it"
    if isinstance(operation, migrations.AlterField):
        return "" if operation.field.null or operation.field.choices else "old values may not fit any more"
    return f"{type(operation).__name__} takes away or changes what old code uses"


def test_there_are_some():
    assert later()


@pytest.mark.parametrize("migration", later(), ids=lambda one: f"{one.app_label}.{one.name}")
def test_old_code_goes_on_after_it(migration):
    assert [trouble(operation) for operation in migration.operations if trouble(operation)] == []


@pytest.mark.parametrize(
    ("operation", "fits"),
    [
        (migrations.AddField("link", "told", models.IntegerField(null=True)), True),
        (migrations.AddField("link", "told", models.IntegerField(default=0)), False),
        (migrations.AddField("link", "told", models.IntegerField(db_default=0)), True),
        (migrations.RemoveField("link", "told"), False),
        (migrations.RenameField("link", "told", "said"), False),
        (migrations.DeleteModel("link"), False),
        (migrations.RunSQL("DROP TABLE x"), False),
    ],
)
def test_the_rule_knows_what_hurts(operation, fits):
    assert (trouble(operation) == "") is fits
