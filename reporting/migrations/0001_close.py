"""The close of a period and its checklist."""

import django.db.models.deletion
import django.db.models.functions.datetime
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0003_valuation'),
    ]

    operations = [
        migrations.CreateModel(
            name='CloseRun',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('preparing', 'Preparing'), ('prepared', 'Prepared'), ('sent_back', 'Sent Back'), ('approved', 'Approved')], default='preparing', max_length=9)),
                ('step', models.CharField(choices=[('expire', 'Expire'), ('value', 'Value'), ('check', 'Check'), ('done', 'Done')], default='expire', max_length=6)),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('heartbeat_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('preparer', models.UUIDField()),
                ('prepared_at', models.DateTimeField(blank=True, null=True)),
                ('known_at', models.DateTimeField(blank=True, null=True)),
                ('fingerprint', models.CharField(blank=True, default='', max_length=64)),
                ('approver', models.UUIDField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='close_run', to='ledger.period')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('approver__isnull', True), models.Q(('approver', models.F('preparer')), _negated=True), _connector='OR'), name='close_approved_by_somebody_else', violation_error_message='Whoever prepared a close cannot approve it.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('approved_at__isnull', False), ('approver__isnull', False), ('known_at__isnull', False)), _connector='OR'), name='close_approved_names_its_approver', violation_error_message='An approved close names its approver.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CloseCheck',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('code', models.CharField(choices=[('units_tie', 'Units tie'), ('books_tie', 'Books tie'), ('clearing_is_zero', 'Clearing is zero'), ('no_late_events', 'No late events'), ('no_arrears', 'No arrears'), ('estimates_approved', 'Estimates approved'), ('pools_large_enough', 'Pools large enough'), ('not_beyond_expected', 'Not beyond expected'), ('no_unvalued_points', 'No unvalued points')], max_length=24)),
                ('subject', models.CharField(blank=True, default='', max_length=80)),
                ('passed', models.BooleanField()),
                ('figures', models.JSONField(blank=True, default=dict)),
                ('acknowledged_by', models.UUIDField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='reporting.closerun')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('run', 'code', 'subject'), name='close_check_once', violation_error_message='This check was made for this close.'),
                    models.CheckConstraint(condition=models.Q(('acknowledged_by__isnull', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='close_exception_accepted_with_a_note', violation_error_message='Say why the exception is acceptable.'),
                ],
            },
        ),
    ]
