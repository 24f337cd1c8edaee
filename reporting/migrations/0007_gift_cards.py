"""What the books took in of gift cards, their estimates and statements; the checks of a close."""

import django.db.models.deletion
import django.db.models.expressions
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
        ('ledger', '0027_gift_card_journals'),
        ('reporting', '0006_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='closecheck',
            name='code',
            field=models.CharField(choices=[('units_tie', 'Units tie'), ('books_tie', 'Books tie'), ('clearing_is_zero', 'Clearing is zero'), ('gift_cards_tie', 'Gift cards tie'), ('gift_cards_cleared', 'Gift cards cleared'), ('gift_cards_estimated', 'Gift cards estimated'), ('no_late_events', 'No late events'), ('no_arrears', 'No arrears'), ('estimates_approved', 'Estimates approved'), ('pools_large_enough', 'Pools large enough'), ('not_beyond_expected', 'Not beyond expected'), ('no_unvalued_points', 'No unvalued points')], max_length=24, verbose_name='code'),
        ),
        migrations.CreateModel(
            name='CardEstimate',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('percentage', models.DecimalField(decimal_places=4, help_text='Empty: nothing before a card runs out.', max_digits=7, null=True, verbose_name='percentage that will be spent')),
                ('unclaimed_percentage', models.DecimalField(decimal_places=4, max_digits=7, verbose_name='share of the rest that the law gives to the state')),
                ('valid_from', models.DateField(verbose_name='from the close of')),
                ('evidence', models.TextField(verbose_name='evidence')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approved', 'In force'), ('superseded', 'Replaced')], default='draft', max_length=10, verbose_name='state')),
                ('prepared_by', models.UUIDField(verbose_name='prepared by')),
                ('prepared_at', models.DateTimeField(verbose_name='prepared at')),
                ('approved_by', models.UUIDField(null=True, verbose_name='approved by')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved at')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'estimate for gift cards',
                'verbose_name_plural': 'estimates for gift cards',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('percentage__isnull', True), models.Q(('percentage__gte', 0), ('percentage__lte', 100)), _connector='OR'), ('unclaimed_percentage__gte', 0), ('unclaimed_percentage__lte', 100)), name='card_estimate_0_to_100', violation_error_message='Write a percentage between 0 and 100.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('approved_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='card_estimate_in_force_has_another_approver', violation_error_message='Whoever prepared an estimate cannot approve it. Ask a colleague.'),
                    models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('programme', 'valid_from'), name='card_estimate_one_in_force_a_month', violation_error_message='Another estimate is in force from that month on.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CardPosting',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('card_month', models.DateField(verbose_name='month of issue')),
                ('card_kind', models.CharField(choices=[('sold', 'sold'), ('given', 'given')], max_length=5, verbose_name='kind')),
                ('what', models.CharField(choices=[('issued', 'issued'), ('charged', 'paid with it'), ('given_back', 'given back'), ('expired', 'ran out'), ('blocked', 'blocked'), ('unblocked', 'unblocked')], max_length=10, verbose_name='what happened')),
                ('beside', models.BooleanField(default=False, verbose_name='beside purchases')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('posted_at', models.DateTimeField(verbose_name='posted at')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book', verbose_name='book')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period', verbose_name='period')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'posting of gift cards',
                'verbose_name_plural': 'postings of gift cards',
                'indexes': [
                    models.Index(models.F('book'), models.F('programme'), models.F('business_on'), name='card_posting_by_day'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='card_posting_moves_something', violation_error_message='What happened to a card never gets less.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CardStatement',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('card_month', models.DateField(verbose_name='month of issue')),
                ('opening_minor', models.BigIntegerField(verbose_name='opening')),
                ('sold_minor', models.BigIntegerField(verbose_name='sold')),
                ('paid_minor', models.BigIntegerField(verbose_name='paid with them')),
                ('given_back_minor', models.BigIntegerField(verbose_name='given back')),
                ('breakage_minor', models.BigIntegerField(verbose_name='breakage')),
                ('unclaimed_minor', models.BigIntegerField(verbose_name='to the state')),
                ('liability_minor', models.BigIntegerField(verbose_name='liability')),
                ('breakage_total_minor', models.BigIntegerField(verbose_name='breakage so far')),
                ('unclaimed_total_minor', models.BigIntegerField(verbose_name='to the state so far')),
                ('estimate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.cardestimate', verbose_name='estimate')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period', verbose_name='period')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'statement of gift cards',
                'verbose_name_plural': 'statements of gift cards',
                'constraints': [
                    models.UniqueConstraint(fields=('period', 'programme', 'card_month'), name='card_statement_once_a_period', violation_error_message='These cards have their statement for the period.'),
                    models.CheckConstraint(condition=models.Q(('liability_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opening_minor'), '+', models.F('sold_minor')), '-', models.F('paid_minor')), '+', models.F('given_back_minor')), '-', models.F('breakage_minor')), '-', models.F('unclaimed_minor'))), ('liability_minor__gte', 0)), name='card_statement_rolls_forward', violation_error_message='The closing liability follows from the opening one and what moved it.'),
                ],
            },
        ),
    ]
