"""SQLite, too, refuses to delete what was signed.

A later change of these tables on SQLite makes them anew, without triggers: such a migration has to end with
`protect` of 0002 and of this one again.
"""

from django.db import migrations

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a signed review cannot be changed'); END"
_SQLITE = {
    "review_signed_is_kept": "review_review WHEN OLD.signed IS NOT NULL",
    "review_seal_is_kept": "review_seal",
    "review_decision_is_kept": (
        "review_decision WHEN EXISTS"
        " (SELECT 1 FROM review_review WHERE id = OLD.review_id AND signed IS NOT NULL)"
    ),
}


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, where in _SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {where} {_REFUSE}")


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in _SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("review", "0004_sealed_addresses")]
    operations = [migrations.RunPython(protect, release)]
