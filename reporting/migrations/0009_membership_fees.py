"""What the books took in of membership fees, and two more checks of a close."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_former_notice'),
        ('ledger', '0030_fee_clearing'),
        ('reporting', '0008_gift_card_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='closecheck',
            name='code',
            field=models.CharField(choices=[('units_tie', 'Units tie'), ('books_tie', 'Books tie'), ('clearing_is_zero', 'Clearing is zero'), ('gift_cards_tie', 'Gift cards tie'), ('gift_cards_cleared', 'Gift cards cleared'), ('gift_cards_estimated', 'Gift cards estimated'), ('fees_tie', 'Fees tie'), ('fees_cleared', 'Fees cleared'), ('no_late_events', 'No late events'), ('no_arrears', 'No arrears'), ('estimates_approved', 'Estimates approved'), ('pools_large_enough', 'Pools large enough'), ('not_beyond_expected', 'Not beyond expected'), ('no_unvalued_points', 'No unvalued points')], max_length=24, verbose_name='code'),
        ),
        migrations.CreateModel(
            name='FeePosting',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='month')),
                ('what', models.CharField(choices=[('paid', 'paid'), ('refunded', 'given back'), ('earned', 'earned')], max_length=8, verbose_name='what happened')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('posted_at', models.DateTimeField(verbose_name='posted at')),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.book', verbose_name='book')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.period', verbose_name='period')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'posting of membership fees',
                'verbose_name_plural': 'postings of membership fees',
                'indexes': [models.Index(models.F('book'), models.F('programme'), models.F('month'), name='fee_posting_by_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), models.Q(('what', 'earned'), models.Q(('amount_minor', 0), _negated=True)), _connector='OR'), name='fee_posting_moves_something', violation_error_message='Only what was earned gets less, when a fee goes back.')],
            },
        ),
    ]
