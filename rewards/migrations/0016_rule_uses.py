"""Facts that rules ask for, flags of lines, and the uses of capped rules."""

import django.contrib.postgres.fields
import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0009_tick_ends'),
        ('rewards', '0015_transfers'),
    ]

    operations = [
        migrations.AddField(
            model_name='purchase',
            name='facts',
            field=models.JSONField(default=dict, help_text='What the rules asked for beside the lines.', verbose_name='facts of the evaluation'),
        ),
        migrations.AddField(
            model_name='purchaseline',
            name='flags',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None, verbose_name='flags'),
        ),
        migrations.CreateModel(
            name='RuleUse',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField(help_text='The day of the purchase, for a return too.', verbose_name='business day')),
                ('units', models.BigIntegerField(verbose_name='points')),
                ('uses', models.SmallIntegerField(verbose_name='times')),
                ('evidence', models.UUIDField(verbose_name='purchase or return')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
                ('rule', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='rewards.earningrule', verbose_name='rule')),
            ],
            options={
                'verbose_name': 'use of a rule',
                'verbose_name_plural': 'uses of rules',
                'constraints': [models.UniqueConstraint(fields=('points_account', 'rule', 'evidence'), name='rule_use_once_by_evidence', violation_error_message='This purchase or return has been counted before.')],
            },
        ),
    ]
