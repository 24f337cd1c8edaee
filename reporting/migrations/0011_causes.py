"""What the books took in for causes, and one more check of a close."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_member_year_expiry'),
        ('ledger', '0031_cause_journals'),
        ('reporting', '0010_membership_fee_guards'),
        ('rewards', '0064_cause_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='closecheck',
            name='code',
            field=models.CharField(choices=[('units_tie', 'Units tie'), ('books_tie', 'Books tie'), ('clearing_is_zero', 'Clearing is zero'), ('gift_cards_tie', 'Gift cards tie'), ('gift_cards_cleared', 'Gift cards cleared'), ('gift_cards_estimated', 'Gift cards estimated'), ('fees_tie', 'Fees tie'), ('fees_cleared', 'Fees cleared'), ('causes_tie', 'Causes tie'), ('no_late_events', 'No late events'), ('no_arrears', 'No arrears'), ('estimates_approved', 'Estimates approved'), ('pools_large_enough', 'Pools large enough'), ('not_beyond_expected', 'Not beyond expected'), ('no_unvalued_points', 'No unvalued points')], max_length=24, verbose_name='code'),
        ),
        migrations.CreateModel(
            name='CausePosting',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='month')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('posted_at', models.DateTimeField(verbose_name='posted at')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book', verbose_name='book')),
                ('cause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='cause')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period', verbose_name='period')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'posting of a cause',
                'verbose_name_plural': 'postings of causes',
                'indexes': [models.Index(models.F('book'), models.F('cause'), models.F('month'), name='cause_posting_by_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='cause_posting_moves_something', violation_error_message='Post an amount.')],
            },
        ),
    ]
