"""Whether a book accrues points for employees when they are given."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0031_cause_journals'),
    ]

    operations = [
        migrations.AddField(
            model_name='book',
            name='accrues_employee_points',
            field=models.BooleanField(default=True, help_text='Points for employees are a cost when they are given (IAS 19.11); without it when they are redeemed.', verbose_name='accrues employee points'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion'), (38, 'Recalculation'), (39, 'Recognition')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion'), (38, 'Recalculation'), (39, 'Recognition')], verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion'), (38, 'Recalculation'), (39, 'Recognition')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion'), (38, 'Recalculation'), (39, 'Recognition')], verbose_name='reason'),
        ),
    ]
