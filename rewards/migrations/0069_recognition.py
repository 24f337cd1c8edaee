"""Recognition of colleagues: allowances of months, and who recognised whom."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_allowances'),
        ('rewards', '0068_bands_over_periods'),
    ]

    operations = [
        migrations.AlterField(
            model_name='setup',
            name='kind',
            field=models.CharField(choices=[('event_type', 'event type'), ('quest', 'card or challenge'), ('referral', 'referrals'), ('moments', "the programme's own moments"), ('conversion', 'conversion'), ('chosen_day', 'day that members choose'), ('plan', 'paid membership'), ('cause', 'cause'), ('recognition', 'recognition')], max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='month')),
                ('units', models.PositiveBigIntegerField(verbose_name='points')),
                ('movement', models.UUIDField(editable=False, null=True, verbose_name='movement')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='allowances', to='accounts.member', verbose_name='member')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'allowance of a month',
                'verbose_name_plural': 'allowances of months',
                'constraints': [models.UniqueConstraint(fields=('member', 'month'), name='allowance_once_a_month', violation_error_message='The allowance of this month was given before.'), models.CheckConstraint(condition=models.Q(models.Q(('movement__isnull', True), ('units', 0)), models.Q(('movement__isnull', False), ('units__gt', 0)), _connector='OR'), name='allowance_has_its_movement', violation_error_message='An allowance of points has a movement.')],
            },
        ),
        migrations.CreateModel(
            name='Recognition',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('units', models.PositiveBigIntegerField(verbose_name='points')),
                ('value', models.CharField(blank=True, max_length=40, verbose_name='value')),
                ('message', models.CharField(max_length=500, verbose_name='message')),
                ('source', models.CharField(max_length=100, verbose_name='sent through')),
                ('external_id', models.CharField(max_length=255, verbose_name='number there')),
                ('given_movement', models.UUIDField(editable=False, unique=True, verbose_name='movement of who gave')),
                ('received_movement', models.UUIDField(editable=False, unique=True, verbose_name='movement of who received')),
                ('occurred_at', models.DateTimeField(verbose_name='when')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('giver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='given_recognitions', to='accounts.member', verbose_name='giver')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('receiver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='received_recognitions', to='accounts.member', verbose_name='receiver')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'recognition',
                'verbose_name_plural': 'recognitions',
                'indexes': [models.Index(models.F('giver'), models.F('business_on'), name='recognition_by_giver'), models.Index(models.F('receiver'), models.F('id'), name='recognition_by_receiver'), models.Index(models.F('programme'), models.F('business_on'), models.F('id'), name='recognition_by_day')],
                'constraints': [models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='recognition_number_once', violation_error_message='This number was used before.'), models.CheckConstraint(condition=models.Q(('units__gt', 0)), name='recognition_gives_points', violation_error_message='Give at least one point.'), models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='recognition_is_between_two', violation_error_message='Recognise somebody else.')],
            },
        ),
    ]
