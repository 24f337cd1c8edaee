"""Causes: what events count for together, the sums of days, and what was handed over."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_member_year_expiry'),
        ('rewards', '0062_paid_membership_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='setup',
            name='kind',
            field=models.CharField(choices=[('event_type', 'event type'), ('quest', 'card or challenge'), ('referral', 'referrals'), ('moments', "the programme's own moments"), ('conversion', 'conversion'), ('chosen_day', 'day that members choose'), ('plan', 'paid membership'), ('cause', 'cause')], max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='CauseDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('business_on', models.DateField(verbose_name='business day')),
                ('counted', models.BigIntegerField(verbose_name='counted')),
                ('cause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='cause')),
            ],
            options={
                'verbose_name': 'day of a cause',
                'verbose_name_plural': 'days of causes',
                'constraints': [models.UniqueConstraint(fields=('cause', 'business_on'), name='cause_day_once', violation_error_message='This day has its sum already.')],
            },
        ),
        migrations.CreateModel(
            name='CauseHandover',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('through_on', models.DateField(verbose_name='through')),
                ('given', models.PositiveBigIntegerField(verbose_name='units')),
                ('amount_minor', models.PositiveBigIntegerField(verbose_name='amount')),
                ('reference', models.CharField(max_length=120, verbose_name='reference')),
                ('document', models.CharField(max_length=300, verbose_name='proof')),
                ('handed_at', models.DateTimeField(verbose_name='when')),
                ('cause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='rewards.setup', verbose_name='cause')),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'hand-over to a cause',
                'verbose_name_plural': 'hand-overs to causes',
                'constraints': [models.UniqueConstraint(fields=('cause', 'number'), name='cause_handover_numbered_once', violation_error_message='Another one came first. Look at it again.'), models.UniqueConstraint(fields=('cause', 'reference'), name='cause_handover_reference_once', violation_error_message='This reference was used before.'), models.CheckConstraint(condition=models.Q(('given__gt', 0)), name='cause_handover_gives_something', violation_error_message='Hand over at least one.')],
            },
        ),
        migrations.CreateModel(
            name='CauseMark',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField(verbose_name='business day')),
                ('counted', models.BigIntegerField(verbose_name='counted')),
                ('evidence', models.UUIDField(verbose_name='event, or what undid it')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('cause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cause_marks', to='rewards.setup', verbose_name='cause')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cause_marks', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'count for a cause',
                'verbose_name_plural': 'counts for causes',
                'indexes': [models.Index(models.F('member'), models.F('cause'), name='cause_mark_of_member'), models.Index(models.F('cause'), models.F('business_on'), models.F('id'), name='cause_mark_by_day')],
                'constraints': [models.UniqueConstraint(fields=('evidence', 'cause'), name='cause_counts_an_event_once', violation_error_message='This event has counted before.'), models.CheckConstraint(condition=models.Q(('counted', 0), _negated=True), name='cause_mark_counts_something', violation_error_message='Count at least one.')],
            },
        ),
        migrations.CreateModel(
            name='CauseUntaken',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('business_on', models.DateField(verbose_name='business day')),
                ('counted', models.BigIntegerField(verbose_name='counted')),
                ('cause', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='cause')),
            ],
            options={
                'verbose_name': 'count that is in no sum yet',
                'verbose_name_plural': 'counts that are in no sum yet',
                'indexes': [models.Index(models.F('cause'), models.F('id'), name='cause_untaken_in_order')],
            },
        ),
    ]
