"""A clinic that works already was never switched on: it counts as on since this migration, by nobody."""

from django.db import migrations

from common import clock


def on_already(apps, schema_editor):
    apps.get_model("clinics", "Clinic").objects.filter(switched_on_at=None).update(switched_on_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [("clinics", "0005_switched_on")]

    operations = [migrations.RunPython(on_already, migrations.RunPython.noop, elidable=True)]
