import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.models

USER = settings.AUTH_USER_MODEL
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')


def nobody_or(to):
    return models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=to)


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0004_closing_days'),
        ('mentorship', '0012_flags_from_an_own_page'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FlagRules',
            fields=[
                ('id', KEY.clone()),
                ('number', models.PositiveIntegerField()),
                ('timings', models.JSONField()),
                ('levels', models.JSONField()),
                ('at', models.DateTimeField(default=common.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flag_rules', to='clinics.clinic')),
            ],
            options={
                'ordering': ['clinic', '-number'],
                'constraints': [models.UniqueConstraint(fields=('clinic', 'number'), name='flag_rules_number')],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', KEY.clone()),
                ('ref', models.CharField(default=common.models.new_ref, editable=False, max_length=16, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('second', models.BooleanField(default=False, verbose_name='beside somebody who is on call already')),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('removed', 'Taken off')], default='planned', max_length=8)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='clinics.clinic')),
                ('offered_to', nobody_or(USER)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to=USER)),
            ],
            options={
                'ordering': ['starts_at', 'second', 'pk'],
                'indexes': [
                    models.Index(fields=['clinic', 'status', 'ends_at'], name='mentorship__clinic__293265_idx'),
                    models.Index(fields=['user', 'ends_at'], name='mentorship__user_id_6c2845_idx'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='shift_order'),
                    models.UniqueConstraint(condition=models.Q(('status', 'planned')), fields=('clinic', 'starts_at', 'second'), name='shift_once'),
                    models.CheckConstraint(condition=models.Q(('offered_to', None), models.Q(('status', 'planned'), models.Q(('offered_to', models.F('user')), _negated=True)), _connector='OR'), name='shift_offered_to_another'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ShiftEvent',
            fields=[
                ('id', KEY.clone()),
                ('from_status', models.CharField(blank=True, max_length=20, verbose_name='from')),
                ('to_status', models.CharField(max_length=20, verbose_name='to')),
                ('at', models.DateTimeField(default=common.clock.now)),
                ('note', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=USER)),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='mentorship.shift')),
            ],
            options={'ordering': ['at', 'pk'], 'abstract': False},
        ),
        migrations.RemoveConstraint(model_name='ladderrung', name='ladder_position'),
        migrations.AddField(
            model_name='ladderrung',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='own_ladder', to='mentorship.flagcategory'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.UniqueConstraint(condition=models.Q(('category', None)), fields=('clinic', 'route', 'position'), name='ladder_position'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.UniqueConstraint(fields=('category', 'position'), name='own_ladder_position'),
        ),
        migrations.AddField(
            model_name='redflag',
            name='rules',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='mentorship.flagrules'),
        ),
        migrations.AddField(model_name='redflag', name='handed_to', field=nobody_or(USER)),
        migrations.AddConstraint(
            model_name='redflag',
            constraint=models.CheckConstraint(condition=models.Q(('handed_to', None), ('status', 'acknowledged'), _connector='OR'), name='handed_flag_is_had'),
        ),
        migrations.AddField(model_name='rung', name='named', field=models.BooleanField(default=True)),
        migrations.AddField(model_name='rung', name='on_call', field=models.BooleanField(default=False)),
    ]
