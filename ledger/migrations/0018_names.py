"""Names of fields for people; nothing changes in the database."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0017_lot_endings'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='act',
            options={'verbose_name': 'act', 'verbose_name_plural': 'acts'},
        ),
        migrations.AlterModelOptions(
            name='allocation',
            options={'verbose_name': 'allocation', 'verbose_name_plural': 'allocations'},
        ),
        migrations.AlterModelOptions(
            name='audit',
            options={'verbose_name': 'verification', 'verbose_name_plural': 'verifications'},
        ),
        migrations.AlterModelOptions(
            name='balance',
            options={'verbose_name': 'balance', 'verbose_name_plural': 'balances'},
        ),
        migrations.AlterModelOptions(
            name='book',
            options={'verbose_name': 'book', 'verbose_name_plural': 'books'},
        ),
        migrations.AlterModelOptions(
            name='bookaccount',
            options={'verbose_name': 'account of a book', 'verbose_name_plural': 'accounts of a book'},
        ),
        migrations.AlterModelOptions(
            name='daytaking',
            options={'verbose_name': 'takings of a day', 'verbose_name_plural': 'takings of days'},
        ),
        migrations.AlterModelOptions(
            name='estimate',
            options={'verbose_name': 'estimate', 'verbose_name_plural': 'estimates'},
        ),
        migrations.AlterModelOptions(
            name='journal',
            options={'verbose_name': 'journal', 'verbose_name_plural': 'journals'},
        ),
        migrations.AlterModelOptions(
            name='journalline',
            options={'verbose_name': 'journal line', 'verbose_name_plural': 'journal lines'},
        ),
        migrations.AlterModelOptions(
            name='journalsource',
            options={'verbose_name': 'source of a journal', 'verbose_name_plural': 'sources of journals'},
        ),
        migrations.AlterModelOptions(
            name='lot',
            options={'verbose_name': 'lot', 'verbose_name_plural': 'lots'},
        ),
        migrations.AlterModelOptions(
            name='lotending',
            options={'verbose_name': 'moved end', 'verbose_name_plural': 'moved ends'},
        ),
        migrations.AlterModelOptions(
            name='lotmove',
            options={'verbose_name': 'lot move', 'verbose_name_plural': 'lot moves'},
        ),
        migrations.AlterModelOptions(
            name='movement',
            options={'verbose_name': 'movement', 'verbose_name_plural': 'movements'},
        ),
        migrations.AlterModelOptions(
            name='period',
            options={'verbose_name': 'period', 'verbose_name_plural': 'periods'},
        ),
        migrations.AlterModelOptions(
            name='plainsale',
            options={'verbose_name': 'sale without points', 'verbose_name_plural': 'sales without points'},
        ),
        migrations.AlterModelOptions(
            name='pointsaccount',
            options={'verbose_name': 'wallet', 'verbose_name_plural': 'wallets'},
        ),
        migrations.AlterModelOptions(
            name='pointunit',
            options={'verbose_name': 'currency unit', 'verbose_name_plural': 'currency units'},
        ),
        migrations.AlterModelOptions(
            name='pool',
            options={'verbose_name': 'pool', 'verbose_name_plural': 'pools'},
        ),
        migrations.AlterModelOptions(
            name='poolrate',
            options={'verbose_name': 'rate of a pool', 'verbose_name_plural': 'rates of pools'},
        ),
        migrations.AlterModelOptions(
            name='poolstatement',
            options={'verbose_name': 'pool statement', 'verbose_name_plural': 'pool statements'},
        ),
        migrations.AlterModelOptions(
            name='sealcheckpoint',
            options={'verbose_name': 'checkpoint', 'verbose_name_plural': 'checkpoints'},
        ),
        migrations.AlterModelOptions(
            name='sealleaf',
            options={'verbose_name': 'sealed movement', 'verbose_name_plural': 'sealed movements'},
        ),
        migrations.AlterModelOptions(
            name='seallog',
            options={'verbose_name': 'seal log', 'verbose_name_plural': 'seal logs'},
        ),
        migrations.AlterModelOptions(
            name='sealpublication',
            options={'verbose_name': 'publication of a checkpoint', 'verbose_name_plural': 'publications of checkpoints'},
        ),
        migrations.AlterModelOptions(
            name='sealsecret',
            options={'verbose_name': 'seal secret', 'verbose_name_plural': 'seal secrets'},
        ),
        migrations.AlterModelOptions(
            name='tick',
            options={'verbose_name': 'tick', 'verbose_name_plural': 'ticks'},
        ),
        migrations.AlterModelOptions(
            name='valuationrun',
            options={'verbose_name': 'valuation run', 'verbose_name_plural': 'valuation runs'},
        ),
        migrations.AlterField(
            model_name='act',
            name='fingerprint',
            field=models.BinaryField(verbose_name='fingerprint'),
        ),
        migrations.AlterField(
            model_name='act',
            name='key',
            field=models.TextField(verbose_name='key'),
        ),
        migrations.AlterField(
            model_name='act',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='act',
            name='source',
            field=models.SmallIntegerField(verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='adjusted',
            field=models.BigIntegerField(verbose_name='adjusted'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='deferred',
            field=models.DecimalField(decimal_places=14, max_digits=34, verbose_name='deferred'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='deferred_minor',
            field=models.BigIntegerField(verbose_name='deferred, posted'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='expired',
            field=models.BigIntegerField(verbose_name='expired'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='face_minor',
            field=models.BigIntegerField(verbose_name='face value'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='granted',
            field=models.BigIntegerField(verbose_name='granted'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.pool', verbose_name='pool'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='redeemed',
            field=models.BigIntegerField(verbose_name='redeemed'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='released_minor',
            field=models.BigIntegerField(verbose_name='released, posted'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='returned',
            field=models.DecimalField(decimal_places=14, max_digits=34, verbose_name='returned'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='returned_minor',
            field=models.BigIntegerField(verbose_name='returned, posted'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='reversed',
            field=models.BigIntegerField(verbose_name='reversed'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.valuationrun', verbose_name='run'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='tendered',
            field=models.BigIntegerField(help_text='Of the redeemed points, those that paid for a sale.', verbose_name='paid with points'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='tendered_minor',
            field=models.BigIntegerField(verbose_name='paid with points, posted'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='began_at',
            field=models.DateTimeField(verbose_name='began at'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='ended_at',
            field=models.DateTimeField(verbose_name='ended at'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='findings',
            field=models.IntegerField(verbose_name='findings'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='kind',
            field=models.CharField(choices=[('ledger', 'Balances, lots and seals'), ('rollups', 'Sums of reports')], max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='looked_at',
            field=models.BigIntegerField(help_text='Sealed movements, or lot moves.', verbose_name='looked at'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='outside',
            field=models.IntegerField(default=0, help_text='Checkpoints kept outside that it was held against.', verbose_name='kept outside'),
        ),
        migrations.AlterField(
            model_name='audit',
            name='programme',
            field=models.UUIDField(help_text='Empty: all programmes.', null=True, verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='arrears',
            field=models.BigIntegerField(default=0, verbose_name='owed'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='available',
            field=models.BigIntegerField(default=0, verbose_name='available'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='held',
            field=models.BigIntegerField(default=0, verbose_name='held'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='pending',
            field=models.BigIntegerField(default=0, verbose_name='pending'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='seq',
            field=models.BigIntegerField(default=0, verbose_name='number in the wallet'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='book',
            name='allocation_basis',
            field=models.CharField(choices=[('paid', 'Paid'), ('continuation', 'Continuation')], default='paid', max_length=12, verbose_name='basis of allocation'),
        ),
        migrations.AlterField(
            model_name='book',
            name='award_cost_percentage',
            field=models.DecimalField(decimal_places=4, default=Decimal('100'), help_text='Cost of a granted point, of its value.', max_digits=7, verbose_name='cost of a reward, percent'),
        ),
        migrations.AlterField(
            model_name='book',
            name='currency',
            field=models.CharField(max_length=3, verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='book',
            name='min_pool_size',
            field=models.PositiveIntegerField(default=100, help_text='Members a pool must have before unused points may be estimated.', verbose_name='smallest pool'),
        ),
        migrations.AlterField(
            model_name='book',
            name='minor_digits',
            field=models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(4)], verbose_name='decimals'),
        ),
        migrations.AlterField(
            model_name='book',
            name='name',
            field=models.CharField(max_length=200, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='book',
            name='opened_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='opened at'),
        ),
        migrations.AlterField(
            model_name='book',
            name='profile',
            field=models.CharField(choices=[('full', 'Full'), ('overlay', 'Overlay')], default='overlay', max_length=8, verbose_name='profile'),
        ),
        migrations.AlterField(
            model_name='book',
            name='ratio_decimals',
            field=models.PositiveSmallIntegerField(blank=True, help_text="Round the points' share of a sale to so many decimals; empty keeps it exact.", null=True, verbose_name='decimals of ratios'),
        ),
        migrations.AlterField(
            model_name='book',
            name='time_zone',
            field=models.CharField(default='UTC', max_length=64, verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='bookaccount',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='book_accounts', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='bookaccount',
            name='code',
            field=models.CharField(max_length=16, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='bookaccount',
            name='erp_code',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='code in the ERP'),
        ),
        migrations.AlterField(
            model_name='bookaccount',
            name='name',
            field=models.CharField(max_length=120, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='bookaccount',
            name='type',
            field=models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense')], max_length=9, verbose_name='type'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='paid_minor',
            field=models.BigIntegerField(verbose_name='paid'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='programme',
            field=models.UUIDField(verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='refunded_minor',
            field=models.BigIntegerField(verbose_name='paid back'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='ledger.valuationrun', verbose_name='run'),
        ),
        migrations.AlterField(
            model_name='daytaking',
            name='source_kind',
            field=models.SmallIntegerField(help_text='Reason of the grant; 0 for sales that earned nothing.', verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved at'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='approved_by',
            field=models.UUIDField(blank=True, null=True, verbose_name='approved by'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='evidence',
            field=models.TextField(blank=True, default='', verbose_name='evidence'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='grant_month',
            field=models.DateField(blank=True, help_text='Empty: every grant month.', null=True, verbose_name='month of the grant'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='method',
            field=models.CharField(choices=[('fixed_percentage', 'Fixed Percentage')], default='fixed_percentage', max_length=20, verbose_name='method'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='percentage',
            field=models.DecimalField(decimal_places=20, max_digits=23, verbose_name='percentage'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='portfolio',
            field=models.SmallIntegerField(blank=True, help_text='Empty: every class of expiry terms.', null=True, verbose_name='portfolio'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='prepared_at',
            field=models.DateTimeField(verbose_name='prepared at'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='prepared_by',
            field=models.UUIDField(verbose_name='prepared by'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('superseded', 'Superseded')], default='draft', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='estimate',
            name='valid_from',
            field=models.DateField(help_text='First day of the first period whose close uses it.', verbose_name='valid from'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='basis',
            field=models.CharField(choices=[('event', 'Event'), ('close', 'Close')], max_length=5, verbose_name='basis'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='business_on',
            field=models.DateField(help_text='The day of the facts; earlier than the period for a late event.', verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='entry_on',
            field=models.DateField(help_text='The day inside the period.', verbose_name='entry day'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='event_type',
            field=models.CharField(choices=[('sale', 'Sale'), ('tender', 'Tender'), ('award', 'Award'), ('refund', 'Refund'), ('award_revoked', 'Award revoked'), ('redemption', 'Redemption'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('point_of_sale', 'Point of sale'), ('reversal', 'Reversal'), ('manual', 'Manual')], max_length=16, verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='line_count',
            field=models.PositiveIntegerField(verbose_name='lines'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='narration',
            field=models.CharField(max_length=200, verbose_name='narration'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='number',
            field=models.PositiveIntegerField(verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='posted_at',
            field=models.DateTimeField(verbose_name='posted at'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='posted_by',
            field=models.UUIDField(blank=True, null=True, verbose_name='posted by'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='programme',
            field=models.UUIDField(blank=True, null=True, verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='reverses',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.journal', verbose_name='takes back'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='total_minor',
            field=models.BigIntegerField(verbose_name='total'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='unit',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='journal',
            name='year',
            field=models.PositiveSmallIntegerField(verbose_name='year'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='book_account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.bookaccount', verbose_name='account'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='credit_minor',
            field=models.BigIntegerField(default=0, verbose_name='credit'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='debit_minor',
            field=models.BigIntegerField(default=0, verbose_name='debit'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='journal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.journal', verbose_name='journal'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='movement_type',
            field=models.CharField(choices=[('deferral', 'Deferral'), ('return', 'Return'), ('release', 'Release'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('taking', 'Taking'), ('other', 'Other')], max_length=15, verbose_name='kind of movement'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='pool_id',
            field=models.UUIDField(blank=True, db_index=True, null=True, verbose_name='pool'),
        ),
        migrations.AlterField(
            model_name='journalline',
            name='position',
            field=models.PositiveSmallIntegerField(verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='journalsource',
            name='journal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='ledger.journal', verbose_name='journal'),
        ),
        migrations.AlterField(
            model_name='journalsource',
            name='kind',
            field=models.CharField(max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='journalsource',
            name='source_id',
            field=models.UUIDField(db_index=True, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='came_from',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.lotmove', verbose_name='came from'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='ends_moved',
            field=models.BooleanField(default=False, verbose_name='end was moved'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='expires_on',
            field=models.DateField(null=True, verbose_name='ends on'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='first_expires_on',
            field=models.DateField(null=True, verbose_name='first end'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='grant_month',
            field=models.DateField(verbose_name='month of the grant'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='granted',
            field=models.BigIntegerField(verbose_name='granted'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='granted_on',
            field=models.DateField(verbose_name='granted on'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='held',
            field=models.BigIntegerField(verbose_name='held'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='is_pending',
            field=models.BooleanField(verbose_name='pending'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='matures_on',
            field=models.DateField(null=True, verbose_name='available from'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='portfolio',
            field=models.SmallIntegerField(verbose_name='portfolio'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='remaining',
            field=models.BigIntegerField(verbose_name='remaining'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='returned_on',
            field=models.DateField(null=True, verbose_name='given back on'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='reversed',
            field=models.BigIntegerField(verbose_name='reversed'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='terms',
            field=models.IntegerField(verbose_name='terms'),
        ),
        migrations.AlterField(
            model_name='lot',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='from_on',
            field=models.DateField(null=True, verbose_name='end before'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='lot',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='endings', to='ledger.lot', verbose_name='lot'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='recorded_at',
            field=models.DateTimeField(verbose_name='recorded at'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='to_on',
            field=models.DateField(null=True, verbose_name='end after'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='lotending',
            name='why',
            field=models.SmallIntegerField(choices=[(1, 'Activity'), (2, 'Tier')], verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='from_state',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='grant_month',
            field=models.DateField(verbose_name='month of the grant'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='lot',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='ledger.lot', verbose_name='lot'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='movement',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lot_moves', to='ledger.movement', verbose_name='movement'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='portfolio',
            field=models.SmallIntegerField(verbose_name='portfolio'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement')], verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='source_kind',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement')], verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='to_state',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='lotmove',
            name='units',
            field=models.BigIntegerField(verbose_name='units'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='act',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='ledger.act', verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='amount',
            field=models.BigIntegerField(verbose_name='amount'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='arrears_after',
            field=models.BigIntegerField(verbose_name='owed after it'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='available_after',
            field=models.BigIntegerField(verbose_name='available after it'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='credit',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='debit',
            field=models.SmallIntegerField(choices=[(1, 'Issued'), (2, 'Redeemed'), (3, 'Expired'), (4, 'Adjusted'), (5, 'Transferred'), (10, 'Available'), (11, 'Pending'), (12, 'Held'), (13, 'Arrears')], verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='estimate_id',
            field=models.IntegerField(null=True, verbose_name='estimate'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='face_minor',
            field=models.BigIntegerField(null=True, verbose_name='face value'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='held_after',
            field=models.BigIntegerField(verbose_name='held after it'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='kind',
            field=models.SmallIntegerField(choices=[(1, 'Grant'), (2, 'Activate'), (3, 'Hold'), (4, 'Capture'), (5, 'Release'), (6, 'Redeem'), (7, 'Restore'), (8, 'Reverse'), (9, 'Adjust'), (10, 'Expire'), (11, 'Transfer'), (12, 'Settle')], verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='occurred_at',
            field=models.DateTimeField(verbose_name='happened at'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='paid_minor',
            field=models.BigIntegerField(null=True, verbose_name='paid'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='pending_after',
            field=models.BigIntegerField(verbose_name='pending after it'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='reason',
            field=models.SmallIntegerField(choices=[(1, 'Sale'), (2, 'Promotion'), (3, 'Goodwill'), (4, 'Referral'), (5, 'Signup'), (6, 'Purchased'), (7, 'Partner'), (8, 'Employee'), (9, 'Migration'), (20, 'Reward'), (21, 'Tender'), (22, 'Third party'), (23, 'Donation'), (30, 'Expiry'), (31, 'Return'), (32, 'Cancellation'), (33, 'Correction'), (34, 'Maturation'), (35, 'Transfer'), (36, 'Settlement')], verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='recorded_at',
            field=models.DateTimeField(verbose_name='recorded at'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='reverses',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='ledger.movement', verbose_name='takes back'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='seq',
            field=models.BigIntegerField(verbose_name='number in the wallet'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='ssp_point',
            field=models.DecimalField(decimal_places=10, max_digits=20, null=True, verbose_name='stand-alone price of a point'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='standalone_minor',
            field=models.BigIntegerField(null=True, verbose_name='stand-alone price of the goods'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='tender',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.movement', verbose_name='payment with points'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='period',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='period',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closed at'),
        ),
        migrations.AlterField(
            model_name='period',
            name='closed_by',
            field=models.UUIDField(blank=True, null=True, verbose_name='closed by'),
        ),
        migrations.AlterField(
            model_name='period',
            name='ends_on',
            field=models.DateField(verbose_name='last day'),
        ),
        migrations.AlterField(
            model_name='period',
            name='known_at',
            field=models.DateTimeField(blank=True, help_text='Facts recorded later are not in this period.', null=True, verbose_name='known at'),
        ),
        migrations.AlterField(
            model_name='period',
            name='starts_on',
            field=models.DateField(verbose_name='first day'),
        ),
        migrations.AlterField(
            model_name='period',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('soft_closed', 'Soft closed'), ('closed', 'Closed')], default='open', max_length=11, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plain_sales', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='key',
            field=models.CharField(max_length=200, verbose_name='key'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='paid_minor',
            field=models.BigIntegerField(verbose_name='paid'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='programme',
            field=models.UUIDField(verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='recorded_at',
            field=models.DateTimeField(verbose_name='recorded at'),
        ),
        migrations.AlterField(
            model_name='plainsale',
            name='source',
            field=models.SmallIntegerField(verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='pointsaccount',
            name='opened_at',
            field=models.DateTimeField(verbose_name='opened at'),
        ),
        migrations.AlterField(
            model_name='pointsaccount',
            name='programme',
            field=models.UUIDField(verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='arrears_limit',
            field=models.BigIntegerField(blank=True, help_text='Empty: no limit.', null=True, verbose_name='limit of points owed'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='arrears_policy',
            field=models.PositiveSmallIntegerField(choices=[(1, 'refuse to take back spent points'), (2, 'owe spent points up to a limit'), (3, 'forgive spent points')], default=2, verbose_name='policy of points owed'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='code',
            field=models.CharField(max_length=20, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='consumption_order',
            field=models.PositiveSmallIntegerField(choices=[(1, 'earliest expiry first'), (2, 'oldest first'), (3, 'newest first')], default=1, verbose_name='order of use'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='ends_move',
            field=models.BooleanField(default=False, help_text='Whether an act of this wallet may move the end of points.', verbose_name='ends may move'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='is_valued',
            field=models.BooleanField(default=True, help_text='Whether the points are a promise that the books carry.', verbose_name='in the books'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='programme',
            field=models.UUIDField(help_text='The programme that this currency belongs to.', verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='scale',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='scale'),
        ),
        migrations.AlterField(
            model_name='pointunit',
            name='time_zone',
            field=models.CharField(max_length=50, verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='pool',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='pool',
            name='grant_month',
            field=models.DateField(verbose_name='month of the grant'),
        ),
        migrations.AlterField(
            model_name='pool',
            name='portfolio',
            field=models.SmallIntegerField(verbose_name='portfolio'),
        ),
        migrations.AlterField(
            model_name='pool',
            name='source_kind',
            field=models.SmallIntegerField(verbose_name='kind of source'),
        ),
        migrations.AlterField(
            model_name='pool',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='ledger.pointunit', verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='poolrate',
            name='business_on',
            field=models.DateField(verbose_name='business day'),
        ),
        migrations.AlterField(
            model_name='poolrate',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='ledger.pool', verbose_name='pool'),
        ),
        migrations.AlterField(
            model_name='poolrate',
            name='rate',
            field=models.DecimalField(decimal_places=20, max_digits=40, verbose_name='rate'),
        ),
        migrations.AlterField(
            model_name='poolrate',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='ledger.valuationrun', verbose_name='run'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='additions_minor',
            field=models.BigIntegerField(verbose_name='additions'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='adjusted',
            field=models.BigIntegerField(verbose_name='adjusted'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='allocated_minor',
            field=models.BigIntegerField(verbose_name='allocated'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='catch_up_minor',
            field=models.BigIntegerField(verbose_name='catch-up'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='catch_up_prior_minor',
            field=models.BigIntegerField(help_text='Of the catch-up, on redemptions of earlier periods.', verbose_name='catch-up of earlier years'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='estimate',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='ledger.estimate', verbose_name='estimate'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='expected',
            field=models.DecimalField(decimal_places=20, max_digits=40, verbose_name='expected to be redeemed'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='expired',
            field=models.BigIntegerField(verbose_name='expired'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='granted',
            field=models.BigIntegerField(verbose_name='granted'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='liability_minor',
            field=models.BigIntegerField(verbose_name='liability'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='opening_minor',
            field=models.BigIntegerField(verbose_name='opening'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='percentage',
            field=models.DecimalField(decimal_places=20, help_text='Empty: no breakage recognised.', max_digits=23, null=True, verbose_name='percentage'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pool_statements', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='ledger.pool', verbose_name='pool'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='recognised_minor',
            field=models.BigIntegerField(verbose_name='recognised'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='redeemed',
            field=models.BigIntegerField(verbose_name='redeemed'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='revenue_from_opening_minor',
            field=models.BigIntegerField(verbose_name='revenue from the opening'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='revenue_minor',
            field=models.BigIntegerField(verbose_name='revenue'),
        ),
        migrations.AlterField(
            model_name='poolstatement',
            name='reversed',
            field=models.BigIntegerField(verbose_name='reversed'),
        ),
        migrations.AlterField(
            model_name='sealcheckpoint',
            name='issued_at',
            field=models.DateTimeField(verbose_name='issued at'),
        ),
        migrations.AlterField(
            model_name='sealcheckpoint',
            name='log',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checkpoints', to='ledger.seallog', verbose_name='log'),
        ),
        migrations.AlterField(
            model_name='sealcheckpoint',
            name='note',
            field=models.TextField(help_text='The signed text (c2sp.org/tlog-checkpoint).', verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='sealcheckpoint',
            name='root',
            field=models.BinaryField(verbose_name='root'),
        ),
        migrations.AlterField(
            model_name='sealcheckpoint',
            name='size',
            field=models.BigIntegerField(verbose_name='size'),
        ),
        migrations.AlterField(
            model_name='sealleaf',
            name='hash',
            field=models.BinaryField(verbose_name='hash'),
        ),
        migrations.AlterField(
            model_name='sealleaf',
            name='index',
            field=models.BigIntegerField(verbose_name='index'),
        ),
        migrations.AlterField(
            model_name='sealleaf',
            name='log',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='ledger.seallog', verbose_name='log'),
        ),
        migrations.AlterField(
            model_name='sealleaf',
            name='movement',
            field=models.UUIDField(db_column='movement_id', primary_key=True, serialize=False, verbose_name='movement'),
        ),
        migrations.AlterField(
            model_name='sealleaf',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='cluster',
            field=models.BigIntegerField(help_text='The database server that counted the transactions.', verbose_name='server'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='movement',
            field=models.UUIDField(null=True, verbose_name='movement'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='opened_at',
            field=models.DateTimeField(verbose_name='opened at'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='origin',
            field=models.CharField(help_text="The log's name in its checkpoints; never changes.", max_length=200, unique=True, verbose_name='origin'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='programme',
            field=models.UUIDField(unique=True, verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='seallog',
            name='xid',
            field=models.BigIntegerField(default=0, verbose_name='transaction'),
        ),
        migrations.AlterField(
            model_name='sealpublication',
            name='checkpoint',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='ledger.sealcheckpoint', verbose_name='checkpoint'),
        ),
        migrations.AlterField(
            model_name='sealpublication',
            name='place',
            field=models.CharField(max_length=200, verbose_name='place'),
        ),
        migrations.AlterField(
            model_name='sealpublication',
            name='published_at',
            field=models.DateTimeField(verbose_name='published at'),
        ),
        migrations.AlterField(
            model_name='sealsecret',
            name='forgotten_at',
            field=models.DateTimeField(null=True, verbose_name='forgotten at'),
        ),
        migrations.AlterField(
            model_name='sealsecret',
            name='points_account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='sealsecret',
            name='secret',
            field=models.BinaryField(null=True, verbose_name='secret'),
        ),
        migrations.AlterField(
            model_name='tick',
            name='movements',
            field=models.BigIntegerField(verbose_name='movements'),
        ),
        migrations.AlterField(
            model_name='tick',
            name='no',
            field=models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number'),
        ),
        migrations.AlterField(
            model_name='tick',
            name='ticked_at',
            field=models.DateTimeField(verbose_name='counted at'),
        ),
        migrations.AlterField(
            model_name='tick',
            name='total',
            field=models.BigIntegerField(verbose_name='of'),
        ),
        migrations.AlterField(
            model_name='valuationrun',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='valuation_runs', to='ledger.book', verbose_name='book'),
        ),
        migrations.AlterField(
            model_name='valuationrun',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='valuation_runs', to='ledger.period', verbose_name='period'),
        ),
        migrations.AlterField(
            model_name='valuationrun',
            name='ran_at',
            field=models.DateTimeField(verbose_name='ran at'),
        ),
        migrations.AlterField(
            model_name='valuationrun',
            name='through_on',
            field=models.DateField(verbose_name='through'),
        ),
    ]
