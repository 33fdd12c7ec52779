"""The database itself refuses to change the audit trail.

Of SQLite, deletions too: 0004.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION access_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END$$;
CREATE TRIGGER access_audit_is_append_only BEFORE UPDATE OR DELETE ON access_auditentry
FOR EACH ROW EXECUTE FUNCTION access_audit_is_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER access_audit_is_append_only ON access_auditentry;
DROP FUNCTION access_audit_is_append_only();
"""
SQLITE = """
CREATE TRIGGER access_audit_is_append_only BEFORE UPDATE ON access_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
"""
SQLITE_BACK = "DROP TRIGGER access_audit_is_append_only;"


def protect(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def release(apps, schema_editor):
    schema_editor.execute(POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_scopes_tokens_audit")]
    operations = [migrations.RunPython(protect, release)]
