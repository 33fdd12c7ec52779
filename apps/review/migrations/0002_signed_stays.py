"""The database itself refuses to change what was signed.

Of SQLite, deletions too: 0005. A later change of these tables on SQLite makes them anew, without triggers:
such a migration has to end with `protect` again.
"""

from django.db import migrations

_SAYS = "a signed review cannot be changed"
_SIGNED = "SELECT 1 FROM review_review WHERE id = {row}.review_id AND signed IS NOT NULL"

_SQLITE = [
    f"CREATE TRIGGER review_signed_stays BEFORE UPDATE ON review_review WHEN OLD.signed IS NOT NULL"
    f" BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    f"CREATE TRIGGER review_seal_stays BEFORE UPDATE ON review_seal"
    f" BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    *(
        f"CREATE TRIGGER review_decision_stays_{event.lower()} BEFORE {event} ON review_decision"
        f" WHEN EXISTS ({_SIGNED.format(row='NEW')}) BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        for event in ("INSERT", "UPDATE")
    ),
]
_SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in (
        "review_signed_stays",
        "review_seal_stays",
        "review_decision_stays_insert",
        "review_decision_stays_update",
    )
]

_RAISE = f"RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation';"
_POSTGRESQL = [
    f"CREATE FUNCTION review_refuse() RETURNS trigger AS $$ BEGIN {_RAISE} END $$ LANGUAGE plpgsql",
    "CREATE FUNCTION review_refuse_decision() RETURNS trigger AS $$ BEGIN"
    f" IF EXISTS ({_SIGNED.format(row='(COALESCE(NEW, OLD))')})"
    f" THEN {_RAISE} END IF; RETURN COALESCE(NEW, OLD); END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER review_signed_stays BEFORE UPDATE OR DELETE ON review_review FOR EACH ROW"
    " WHEN (OLD.signed IS NOT NULL) EXECUTE FUNCTION review_refuse()",
    "CREATE TRIGGER review_seal_stays BEFORE UPDATE OR DELETE ON review_seal FOR EACH ROW"
    " EXECUTE FUNCTION review_refuse()",
    "CREATE TRIGGER review_decision_stays BEFORE INSERT OR UPDATE OR DELETE ON review_decision FOR EACH ROW"
    " EXECUTE FUNCTION review_refuse_decision()",
]
_POSTGRESQL_BACK = [
    "DROP TRIGGER IF EXISTS review_decision_stays ON review_decision",
    "DROP TRIGGER IF EXISTS review_seal_stays ON review_seal",
    "DROP TRIGGER IF EXISTS review_signed_stays ON review_review",
    "DROP FUNCTION IF EXISTS review_refuse_decision()",
    "DROP FUNCTION IF EXISTS review_refuse()",
]


def protect(apps, schema_editor):
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    for statement in {"sqlite": _SQLITE_BACK, "postgresql": _POSTGRESQL_BACK}[
        schema_editor.connection.vendor
    ]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("review", "0001_decisions")]
    operations = [migrations.RunPython(protect, release)]
