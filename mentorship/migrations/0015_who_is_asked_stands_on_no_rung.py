from django.db import migrations
from django.db.models import F, Q

TELLING = ("flag.raised", "flag.half", "flag.climb", "flag.told")


def off_the_ladder(apps, schema_editor):
    """Take people off the ladders on which they stand only because they were asked to take a flag over, and did not."""
    Rung, Message = apps.get_model("mentorship", "Rung"), apps.get_model("messaging", "Message")
    has = Q(user=F("flag__owner")) | Q(user=F("flag__acknowledged_by")) | Q(user=F("flag__resolved_by"))
    for rung in Rung.objects.filter(on_call=True, named=False).exclude(has).select_related("flag", "user"):
        told = Message.objects.filter(subject=rung.flag.ref, recipient=f"user:{rung.user.ref}")
        kinds = set(told.order_by().values_list("kind", flat=True))
        took = rung.flag.history.filter(by=rung.user, note="taken over").exists()
        if "flag.handed" in kinds and not took and not kinds.intersection(TELLING):
            rung.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("mentorship", "0014_what_they_were_told_to_do"),
        ("messaging", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(off_the_ladder, migrations.RunPython.noop),
    ]
