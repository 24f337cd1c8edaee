"""Names of fields for people; nothing changes in the database."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0018_names'),
        ('reporting', '0005_note_close_hands'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='closecheck',
            options={'verbose_name': 'check of a close', 'verbose_name_plural': 'checks of a close'},
        ),
        migrations.AlterModelOptions(
            name='closehand',
            options={'verbose_name': 'hand in a close', 'verbose_name_plural': 'hands in closes'},
        ),
        migrations.AlterModelOptions(
            name='closerun',
            options={'verbose_name': 'close', 'verbose_name_plural': 'closes'},
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='acknowledged_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='accepted at'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='acknowledged_by',
            field=models.UUIDField(blank=True, null=True, verbose_name='accepted by'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='code',
            field=models.CharField(choices=[('units_tie', 'Units tie'), ('books_tie', 'Books tie'), ('clearing_is_zero', 'Clearing is zero'), ('no_late_events', 'No late events'), ('no_arrears', 'No arrears'), ('estimates_approved', 'Estimates approved'), ('pools_large_enough', 'Pools large enough'), ('not_beyond_expected', 'Not beyond expected'), ('no_unvalued_points', 'No unvalued points')], max_length=24, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='figures',
            field=models.JSONField(blank=True, default=dict, verbose_name='figures'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='note',
            field=models.TextField(blank=True, default='', verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='passed',
            field=models.BooleanField(verbose_name='passed'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='position',
            field=models.PositiveIntegerField(verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='reporting.closerun', verbose_name='run'),
        ),
        migrations.AlterField(
            model_name='closecheck',
            name='subject',
            field=models.CharField(blank=True, default='', max_length=80, verbose_name='subject'),
        ),
        migrations.AlterField(
            model_name='closehand',
            name='at',
            field=models.DateTimeField(verbose_name='at'),
        ),
        migrations.AlterField(
            model_name='closehand',
            name='did',
            field=models.CharField(choices=[('prepared', 'Prepared'), ('accepted', 'Accepted')], max_length=8, verbose_name='did'),
        ),
        migrations.AlterField(
            model_name='closehand',
            name='person',
            field=models.UUIDField(verbose_name='person'),
        ),
        migrations.AlterField(
            model_name='closehand',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hands', to='reporting.closerun', verbose_name='run'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved at'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='approver',
            field=models.UUIDField(blank=True, null=True, verbose_name='approver'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='done',
            field=models.BigIntegerField(default=0, verbose_name='done'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='fingerprint',
            field=models.CharField(blank=True, default='', max_length=64, verbose_name='fingerprint'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='heartbeat_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='last sign of life'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='known_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='known at'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='note',
            field=models.TextField(blank=True, default='', verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='period',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='close_run', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='prepared_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='prepared at'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='preparer',
            field=models.UUIDField(verbose_name='preparer'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='started at'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='state',
            field=models.CharField(choices=[('preparing', 'Preparing'), ('prepared', 'Prepared'), ('sent_back', 'Sent Back'), ('approved', 'Approved')], default='preparing', max_length=9, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='step',
            field=models.CharField(choices=[('expire', 'Expire'), ('value', 'Value'), ('check', 'Check'), ('done', 'Done')], default='expire', max_length=6, verbose_name='step'),
        ),
        migrations.AlterField(
            model_name='closerun',
            name='total',
            field=models.BigIntegerField(default=0, verbose_name='of'),
        ),
    ]
