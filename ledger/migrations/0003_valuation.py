"""The valuation: pools, estimates, allocations and statements, with the guards that keep them."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import loyalty.kit.ids
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "valuation" / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_points'),
    ]

    operations = [
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('portfolio', models.SmallIntegerField(blank=True, help_text='Empty: every class of expiry terms.', null=True)),
                ('grant_month', models.DateField(blank=True, help_text='Empty: every grant month.', null=True)),
                ('method', models.CharField(choices=[('fixed_percentage', 'Fixed Percentage')], default='fixed_percentage', max_length=20)),
                ('percentage', models.DecimalField(decimal_places=20, max_digits=23)),
                ('valid_from', models.DateField(help_text='First day of the first period whose close uses it.')),
                ('evidence', models.TextField(blank=True, default='')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('superseded', 'Superseded')], default='draft', max_length=10)),
                ('prepared_by', models.UUIDField()),
                ('prepared_at', models.DateTimeField()),
                ('approved_by', models.UUIDField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='ledger.pointunit')),
            ],
        ),
        migrations.CreateModel(
            name='PlainSale',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('programme', models.UUIDField()),
                ('business_on', models.DateField()),
                ('paid_minor', models.BigIntegerField()),
                ('source', models.SmallIntegerField()),
                ('key', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plain_sales', to='ledger.book')),
            ],
        ),
        migrations.CreateModel(
            name='Pool',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('grant_month', models.DateField()),
                ('source_kind', models.SmallIntegerField()),
                ('portfolio', models.SmallIntegerField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='ledger.book')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='ledger.pointunit')),
            ],
        ),
        migrations.CreateModel(
            name='PoolStatement',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('percentage', models.DecimalField(decimal_places=20, help_text='Empty: no breakage recognised.', max_digits=23, null=True)),
                ('granted', models.BigIntegerField()),
                ('reversed', models.BigIntegerField()),
                ('redeemed', models.BigIntegerField()),
                ('expired', models.BigIntegerField()),
                ('adjusted', models.BigIntegerField()),
                ('expected', models.DecimalField(decimal_places=20, max_digits=40)),
                ('allocated_minor', models.BigIntegerField()),
                ('recognised_minor', models.BigIntegerField()),
                ('liability_minor', models.BigIntegerField()),
                ('opening_minor', models.BigIntegerField()),
                ('additions_minor', models.BigIntegerField()),
                ('revenue_minor', models.BigIntegerField()),
                ('revenue_from_opening_minor', models.BigIntegerField()),
                ('catch_up_minor', models.BigIntegerField()),
                ('catch_up_prior_minor', models.BigIntegerField(help_text='Of the catch-up, on redemptions of earlier periods.')),
                ('estimate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='ledger.estimate')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pool_statements', to='ledger.period')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='ledger.pool')),
            ],
        ),
        migrations.CreateModel(
            name='ValuationRun',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('through_on', models.DateField()),
                ('ran_at', models.DateTimeField()),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='valuation_runs', to='ledger.book')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='valuation_runs', to='ledger.period')),
            ],
        ),
        migrations.CreateModel(
            name='PoolRate',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField()),
                ('rate', models.DecimalField(decimal_places=20, max_digits=40)),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='ledger.pool')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='ledger.valuationrun')),
            ],
        ),
        migrations.CreateModel(
            name='DayTaking',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('programme', models.UUIDField()),
                ('business_on', models.DateField()),
                ('source_kind', models.SmallIntegerField(help_text='Reason of the grant; 0 for sales that earned nothing.')),
                ('paid_minor', models.BigIntegerField()),
                ('refunded_minor', models.BigIntegerField()),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='ledger.period')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='ledger.valuationrun')),
            ],
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField()),
                ('granted', models.BigIntegerField()),
                ('reversed', models.BigIntegerField()),
                ('redeemed', models.BigIntegerField()),
                ('tendered', models.BigIntegerField(help_text='Of the redeemed points, those that paid for a sale.')),
                ('expired', models.BigIntegerField()),
                ('adjusted', models.BigIntegerField()),
                ('face_minor', models.BigIntegerField()),
                ('deferred', models.DecimalField(decimal_places=14, max_digits=34)),
                ('returned', models.DecimalField(decimal_places=14, max_digits=34)),
                ('deferred_minor', models.BigIntegerField()),
                ('returned_minor', models.BigIntegerField()),
                ('tendered_minor', models.BigIntegerField()),
                ('released_minor', models.BigIntegerField()),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.period')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.pool')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.valuationrun')),
            ],
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('percentage__gte', 0), ('percentage__lte', 100)), name='estimate_percentage_0_to_100', violation_error_message='An estimate lies between 0 and 100 percent.'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='estimate_approved_by_somebody_else', violation_error_message='Whoever prepared an estimate cannot approve it.'),
        ),
        migrations.AddConstraint(
            model_name='estimate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='estimate_in_force_has_approver', violation_error_message='An estimate in force names its approver.'),
        ),
        migrations.AddConstraint(
            model_name='plainsale',
            constraint=models.UniqueConstraint(fields=('book', 'source', 'key'), name='plain_sale_once', violation_error_message='This sale was recorded before.'),
        ),
        migrations.AddConstraint(
            model_name='plainsale',
            constraint=models.CheckConstraint(condition=models.Q(('paid_minor', 0), _negated=True), name='plain_sale_is_not_zero', violation_error_message='A sale of nothing is not recorded.'),
        ),
        migrations.AddConstraint(
            model_name='pool',
            constraint=models.UniqueConstraint(fields=('unit', 'grant_month', 'source_kind', 'portfolio'), name='pool_is_unique', violation_error_message='This pool exists.'),
        ),
        migrations.AddConstraint(
            model_name='poolstatement',
            constraint=models.UniqueConstraint(fields=('period', 'pool'), name='pool_statement_once_a_period', violation_error_message='This pool has its statement for the period.'),
        ),
        migrations.AddConstraint(
            model_name='poolstatement',
            constraint=models.CheckConstraint(condition=models.Q(('liability_minor', models.expressions.CombinedExpression(models.F('allocated_minor'), '-', models.F('recognised_minor'))), ('liability_minor__gte', 0), ('recognised_minor__gte', 0)), name='pool_liability_between_0_and_allocated', violation_error_message='A liability lies between zero and what was allocated.'),
        ),
        migrations.AddConstraint(
            model_name='poolrate',
            constraint=models.UniqueConstraint(fields=('pool', 'business_on'), name='pool_rate_once_a_day', violation_error_message="A pool's rate of a day never changes."),
        ),
        migrations.AddConstraint(
            model_name='daytaking',
            constraint=models.UniqueConstraint(fields=('run', 'programme', 'business_on', 'source_kind'), name='taking_once_a_run', violation_error_message='A run takes a day once.'),
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(fields=['pool', 'business_on'], name='allocation_pool_day'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('run', 'pool', 'business_on'), name='allocation_once_a_run', violation_error_message="A run allocates a pool's day once."),
        ),
        migrations.RunSQL((SQL / "guards.sql").read_text(), (SQL / "guards_down.sql").read_text()),
    ]
