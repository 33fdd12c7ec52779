"""SQLite, too, refuses to delete rows of the audit trail.

Who empties the tables there, as tests do, has to set the triggers aside: Django does it by DELETE.
"""

from django.db import migrations

SQLITE = """
CREATE TRIGGER access_audit_is_kept BEFORE DELETE ON access_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
"""


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER access_audit_is_kept")


class Migration(migrations.Migration):
    dependencies = [("access", "0003_audit_is_append_only")]
    operations = [migrations.RunPython(protect, release)]
