"""Deferred money that goes with converted points; carried amounts are never edited."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER ledger_carry_append_only BEFORE UPDATE OR DELETE ON ledger_carry FOR EACH ROW EXECUTE FUNCTION ledger_books_refuse_change();
CREATE TRIGGER ledger_carry_no_truncate BEFORE TRUNCATE ON ledger_carry FOR EACH STATEMENT EXECUTE FUNCTION ledger_books_refuse_change();
"""

class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0020_conversions'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocation',
            name='carried_minor',
            field=models.BigIntegerField(default=0, help_text='Deferred money that came with converted points, or went with them.', verbose_name='carried, posted'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='converted',
            field=models.BigIntegerField(default=0, help_text='Points that came back from another currency, less those that became it.', verbose_name='converted'),
        ),
        migrations.AddField(
            model_name='poolstatement',
            name='converted',
            field=models.BigIntegerField(default=0, verbose_name='converted'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='to_unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency given'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='event_type',
            field=models.CharField(choices=[('sale', 'Sale'), ('tender', 'Tender'), ('award', 'Award'), ('refund', 'Refund'), ('award_revoked', 'Award revoked'), ('redemption', 'Redemption'), ('conversion', 'Conversion'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('point_of_sale', 'Point of sale'), ('reversal', 'Reversal'), ('manual', 'Manual')], max_length=16, verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='movement_type',
            field=models.CharField(choices=[('deferral', 'Deferral'), ('return', 'Return'), ('release', 'Release'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('conversion', 'Conversion'), ('taking', 'Taking'), ('other', 'Other')], max_length=15, verbose_name='kind of movement'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='from_state',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (6, 'Converted'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion')], verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='to_state',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (6, 'Converted'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='credit',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (6, 'Converted'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='debit',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (6, 'Converted'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='kind',
            field=models.SmallIntegerField(choices=[(1, 'Grant'), (2, 'Activate'), (3, 'Hold'), (4, 'Capture'), (5, 'Release'), (6, 'Redeem'), (7, 'Restore'), (8, 'Reverse'), (9, 'Adjust'), (10, 'Expire'), (11, 'Transfer'), (12, 'Settle'), (13, 'Convert')], verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement'), (37, 'Conversion')], verbose_name='reason'),
        ),
        migrations.CreateModel(
            name='Carry',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField(verbose_name='business day')),
                ('carried', models.DecimalField(decimal_places=14, max_digits=34, verbose_name='carried')),
                ('carried_minor', models.BigIntegerField(verbose_name='carried, posted')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carries', to='ledger.period', verbose_name='period')),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carries', to='ledger.pool', verbose_name='from')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carries', to='ledger.valuationrun', verbose_name='run')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carries_in', to='ledger.pool', verbose_name='to')),
            ],
            options={
                'verbose_name': 'carried money',
                'verbose_name_plural': 'carried money',
                'constraints': [models.UniqueConstraint(fields=('run', 'pool', 'target', 'business_on'), name='carry_once_a_run', violation_error_message="A run carries a pool's day once.")],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
