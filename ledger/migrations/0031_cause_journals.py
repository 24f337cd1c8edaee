"""Journals of what is owed to causes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0030_fee_clearing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journal',
            name='event_type',
            field=models.CharField(choices=[('sale', 'Sale'), ('tender', 'Tender'), ('award', 'Award'), ('refund', 'Refund'), ('award_revoked', 'Award revoked'), ('redemption', 'Redemption'), ('conversion', 'Conversion'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('gift_card_sale', 'Gift card sale'), ('gift_card_tender', 'Gift card tender'), ('gift_card_refund', 'Gift card refund'), ('breakage', 'Breakage'), ('fee_sale', 'Fee sale'), ('fee_refund', 'Fee refund'), ('fee_earned', 'Fee earned'), ('cause_accrual', 'Cause accrual'), ('point_of_sale', 'Point of sale'), ('reversal', 'Reversal'), ('manual', 'Manual')], max_length=16, verbose_name='event'),
        ),
    ]
