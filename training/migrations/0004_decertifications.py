"""A certificate taken back is kept as a fact of its own, with its reasons; an appeal is against one of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.fields
import common.models


def remember_decertifications(apps, schema_editor):
    """Write one for everybody who is without their certificate now, as their history tells it."""
    event = apps.get_model("training", "MentorEvent")
    decertification = apps.get_model("training", "Decertification")
    for mentor in apps.get_model("training", "Mentor").objects.filter(status="decertified").order_by("pk"):
        row = event.objects.filter(mentor=mentor, to_status="decertified").order_by("-at", "-pk").first()
        if row is not None:
            decertification.objects.create(
                ref=common.models.new_ref(), mentor=mentor, reasons=["other"], words=row.note[:1000],
                was_status=row.from_status, at=row.at, by_id=row.by_id,
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0003_mentors_road"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decertification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=common.models.new_ref, editable=False, max_length=16, unique=True)),
                ("reasons", common.fields.CodesField(blank=True, default=list, verbose_name="reasons")),
                ("words", models.TextField(max_length=1000, verbose_name="what happened")),
                ("was_status", models.CharField(max_length=12)),
                ("at", models.DateTimeField(default=common.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decertifications",
                        to="training.mentor",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["mentor", "-at"], name="training_de_mentor__0f5416_idx")],
            },
        ),
        # Nobody could appeal before this: there are no rows that would need the default.
        migrations.AddField(
            model_name="appeal",
            name="against",
            field=models.OneToOneField(
                default=0,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="appeal",
                to="training.decertification",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(remember_decertifications, migrations.RunPython.noop, elidable=True),
    ]
