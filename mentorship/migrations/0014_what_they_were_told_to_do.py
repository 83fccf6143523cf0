from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mentorship", "0013_on_call_and_versions"),
    ]

    operations = [
        migrations.AddField(model_name="redflag", name="guidance", field=models.JSONField(blank=True, null=True)),
    ]
