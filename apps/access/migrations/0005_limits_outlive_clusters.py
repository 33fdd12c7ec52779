"""A limit to a cluster stays when the cluster is removed, so that nobody sees everything from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_trail_is_kept_on_sqlite"),
        ("snapshots", "0004_watching"),
    ]

    operations = [
        migrations.AlterField(
            "scope",
            "cluster",
            models.ForeignKey(
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="scopes",
                to="snapshots.cluster",
            ),
        ),
    ]
