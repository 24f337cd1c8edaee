"""Tier ladders, what members spend in a year, and the tiers that they reach; what was reached is append-only."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import loyalty.kit.ids
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "tiers" / "sql" / "guard_standings.sql"
UNDO = """
DROP TRIGGER refuse_change ON rewards_tierstanding;
DROP TRIGGER refuse_truncate ON rewards_tierstanding;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0006_members'),
        ('ledger', '0002_points'),
    ]

    operations = [
        migrations.CreateModel(
            name='TierLadder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('window', models.CharField(choices=[('calendar_year', 'Calendar year')], default='calendar_year', max_length=20, verbose_name='counted over')),
                ('metric', models.CharField(choices=[('gross_spend', 'Gross spend')], default='gross_spend', max_length=20, verbose_name='what counts')),
                ('keeps_through', models.CharField(choices=[('end_of_year', 'To the end of the year'), ('end_of_next_year', 'To the end of the next year')], default='end_of_next_year', max_length=20, verbose_name='a tier is kept')),
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tier_ladder', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'tier ladder',
                'verbose_name_plural': 'tier ladders',
            },
        ),
        migrations.CreateModel(
            name='Tier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_-]*\\Z', 'Use small letters, digits, hyphens and underscores.')], verbose_name='code')),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('other_names', models.JSONField(blank=True, default=dict, help_text='For example: {"tr": "Gümüş"}.', verbose_name='name in other languages')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='rank')),
                ('threshold_minor', models.PositiveBigIntegerField(help_text="Spend of a calendar year in the currency's smallest unit, for example cents.", verbose_name='threshold')),
                ('benefits', models.TextField(blank=True, verbose_name='benefits')),
                ('other_benefits', models.JSONField(blank=True, default=dict, verbose_name='benefits in other languages')),
                ('ladder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tiers', to='rewards.tierladder', verbose_name='ladder')),
            ],
            options={
                'verbose_name': 'tier',
                'verbose_name_plural': 'tiers',
            },
        ),
        migrations.CreateModel(
            name='TierStanding',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField(verbose_name='by the spend of')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='through')),
                ('reason', models.CharField(choices=[('reached', 'reached'), ('returned', 'lost by a return')], max_length=10, verbose_name='reason')),
                ('evidence', models.UUIDField(verbose_name='purchase or return')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tier_standings', to='accounts.member', verbose_name='member')),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='rewards.tier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'tier standing',
                'verbose_name_plural': 'tier standings',
            },
        ),
        migrations.CreateModel(
            name='MemberYear',
            fields=[
                ('pk', models.CompositePrimaryKey('member_id', 'year', blank=True, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('spend_minor', models.BigIntegerField(verbose_name='spend')),
                ('purchases', models.IntegerField(verbose_name='purchases')),
                ('last_on', models.DateField(verbose_name='last purchase or return')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='years', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': "member's year",
                'verbose_name_plural': "members' years",
                'constraints': [models.CheckConstraint(condition=models.Q(('spend_minor__gte', 0)), name='member_year_spend_is_not_negative', violation_error_message='Nobody can bring back more than they bought.'), models.CheckConstraint(condition=models.Q(('purchases__gte', 0)), name='member_year_purchases_are_not_negative', violation_error_message='Nobody can bring back more than they bought.')],
            },
        ),
        migrations.AddConstraint(
            model_name='tier',
            constraint=models.UniqueConstraint(fields=('ladder', 'code'), name='tier_code_once_per_ladder', violation_error_message='Another tier of this ladder has this code.'),
        ),
        migrations.AddConstraint(
            model_name='tier',
            constraint=models.UniqueConstraint(fields=('ladder', 'rank'), name='tier_rank_once_per_ladder', violation_error_message='Another tier of this ladder has this rank.'),
        ),
        migrations.AddConstraint(
            model_name='tier',
            constraint=models.UniqueConstraint(fields=('ladder', 'threshold_minor'), name='tier_threshold_once_per_ladder', violation_error_message='Another tier of this ladder has this threshold.'),
        ),
        migrations.AddIndex(
            model_name='tierstanding',
            index=models.Index(fields=['member', 'year', 'id'], name='tier_standing_of_member'),
        ),
        migrations.AddConstraint(
            model_name='tierstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', 'reached'), ('to_on__gte', models.F('from_on')), ('to_on__isnull', False)), models.Q(('reason', 'returned'), ('to_on__isnull', True)), _connector='OR'), name='tier_standing_ends_after_it_begins', violation_error_message='A reached tier has a last day; a lost one has none.'),
        ),
        migrations.RunSQL(SQL.read_text(), UNDO),
    ]
