"""Addresses that notifications go to may be secret: from now on they are encrypted, and shown in part."""

from django.db import migrations, models

from apps.review.notifications.address import veil
from apps.snapshots.credentials import decrypt, encrypt


def seal(apps, schema_editor):
    for rule in apps.get_model("review", "NotificationRule").objects.select_for_update():
        rule.sealed_address = encrypt(rule.address)
        rule.address = veil(rule.address)
        rule.save(update_fields=["address", "sealed_address"])


def unseal(apps, schema_editor):
    for rule in apps.get_model("review", "NotificationRule").objects.select_for_update():
        rule.address = decrypt(rule.sealed_address)
        rule.save(update_fields=["address"])


class Migration(migrations.Migration):
    dependencies = [("review", "0003_notifications")]
    operations = [
        migrations.AddField(
            "notificationrule", "sealed_address", models.TextField(default="", editable=False), False
        ),
        migrations.RunPython(seal, unseal),
    ]
