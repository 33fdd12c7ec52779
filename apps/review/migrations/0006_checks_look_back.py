from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_unknown(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """What had not passed when it was first checked was not looked up any further back."""
    checks = apps.get_model("review", "GuardrailCheck").objects
    checks.filter(since__isnull=False, causes=[]).update(at_least=True)


class Migration(migrations.Migration):
    dependencies = [("review", "0005_signed_is_kept_on_sqlite")]

    operations = [
        migrations.AddField("guardrailcheck", "at_least", models.BooleanField(default=False)),
        migrations.RunPython(mark_unknown, migrations.RunPython.noop),
    ]
