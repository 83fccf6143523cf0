from django.db import migrations, models

import common.clock


def as_due(apps, schema_editor):
    """What waits now is as late as it is due: nobody wrote down when it was wanted first."""
    apps.get_model("messaging", "Message").objects.update(wanted_at=models.F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("messaging", "0004_what_providers_say")]

    operations = [
        migrations.AddField("message", "wanted_at", models.DateTimeField(default=common.clock.now)),
        migrations.RunPython(as_due, migrations.RunPython.noop),
    ]
