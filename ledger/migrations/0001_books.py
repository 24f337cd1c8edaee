"""The books: chart of accounts, periods and journals, with the guards that keep them."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import loyalty.kit.ids
from decimal import Decimal
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "books" / "sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('currency', models.CharField(max_length=3)),
                ('minor_digits', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(4)])),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('profile', models.CharField(choices=[('full', 'Full'), ('overlay', 'Overlay')], default='overlay', max_length=8)),
                ('allocation_basis', models.CharField(choices=[('paid', 'Paid'), ('continuation', 'Continuation')], default='paid', max_length=12)),
                ('ratio_decimals', models.PositiveSmallIntegerField(blank=True, help_text="Round the points' share of a sale to so many decimals; empty keeps it exact.", null=True)),
                ('min_pool_size', models.PositiveIntegerField(default=100, help_text='Members a pool must have before unused points may be estimated.')),
                ('award_cost_percentage', models.DecimalField(decimal_places=4, default=Decimal('100'), help_text='Cost of a granted point, of its value.', max_digits=7)),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('profile__in', ['full', 'overlay'])), name='book_profile_is_known', violation_error_message='A book posts in full or as an overlay.'), models.CheckConstraint(condition=models.Q(('allocation_basis__in', ['paid', 'continuation'])), name='book_allocation_basis_is_known', violation_error_message='Revenue is deferred on the amount paid or on the continuation view.'), models.CheckConstraint(condition=models.Q(('ratio_decimals__isnull', True), ('ratio_decimals__lte', 12), _connector='OR'), name='book_ratio_decimals_at_most_12', violation_error_message='Round the share to at most 12 decimals, or leave it exact.'), models.CheckConstraint(condition=models.Q(('award_cost_percentage__gte', 0)), name='book_award_cost_not_negative', violation_error_message='The cost of a granted point cannot be negative.')],
            },
        ),
        migrations.CreateModel(
            name='BookAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=120)),
                ('type', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense')], max_length=9)),
                ('erp_code', models.CharField(blank=True, default='', max_length=40)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='book_accounts', to='ledger.book')),
            ],
        ),
        migrations.CreateModel(
            name='Journal',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('entry_on', models.DateField(help_text='The day inside the period.')),
                ('business_on', models.DateField(help_text='The day of the facts; earlier than the period for a late event.')),
                ('event_type', models.CharField(choices=[('sale', 'Sale'), ('tender', 'Tender'), ('award', 'Award'), ('refund', 'Refund'), ('award_revoked', 'Award revoked'), ('redemption', 'Redemption'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('point_of_sale', 'Point of sale'), ('reversal', 'Reversal'), ('manual', 'Manual')], max_length=16)),
                ('basis', models.CharField(choices=[('event', 'Event'), ('close', 'Close')], max_length=5)),
                ('narration', models.CharField(max_length=200)),
                ('programme', models.UUIDField(blank=True, null=True)),
                ('unit', models.SmallIntegerField(blank=True, null=True)),
                ('line_count', models.PositiveIntegerField()),
                ('total_minor', models.BigIntegerField()),
                ('posted_at', models.DateTimeField()),
                ('posted_by', models.UUIDField(blank=True, null=True)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='ledger.book')),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.journal')),
            ],
        ),
        migrations.CreateModel(
            name='JournalLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('debit_minor', models.BigIntegerField(default=0)),
                ('credit_minor', models.BigIntegerField(default=0)),
                ('movement_type', models.CharField(choices=[('deferral', 'Deferral'), ('return', 'Return'), ('release', 'Release'), ('estimate_change', 'Estimate change'), ('expiry', 'Expiry'), ('taking', 'Taking'), ('other', 'Other')], max_length=15)),
                ('pool_id', models.UUIDField(blank=True, db_index=True, null=True)),
                ('book_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.bookaccount')),
                ('journal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.journal')),
            ],
        ),
        migrations.CreateModel(
            name='JournalSource',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('source_id', models.UUIDField(db_index=True)),
                ('journal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='ledger.journal')),
            ],
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('soft_closed', 'Soft closed'), ('closed', 'Closed')], default='open', max_length=11)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.UUIDField(blank=True, null=True)),
                ('known_at', models.DateTimeField(blank=True, help_text='Facts recorded later are not in this period.', null=True)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='ledger.book')),
            ],
        ),
        migrations.AddField(
            model_name='journal',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='ledger.period'),
        ),
        migrations.AddConstraint(
            model_name='bookaccount',
            constraint=models.UniqueConstraint(fields=('book', 'code'), name='book_account_code_unique_in_book', violation_error_message='This book already has an account with that code.'),
        ),
        migrations.AddConstraint(
            model_name='bookaccount',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['asset', 'liability', 'equity', 'income', 'expense'])), name='book_account_type_is_known', violation_error_message='An account is an asset, liability, equity, income or expense.'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.UniqueConstraint(fields=('journal', 'position'), name='journal_line_position_unique', violation_error_message='Two lines of a journal have the same position.'),
        ),
        migrations.AddConstraint(
            model_name='journalline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_minor', 0), ('debit_minor__gt', 0)), models.Q(('credit_minor__gt', 0), ('debit_minor', 0)), _connector='OR'), name='journal_line_is_debit_or_credit', violation_error_message='A line is either a debit or a credit, and more than zero.'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='period_ends_after_start', violation_error_message='A period cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'soft_closed', 'closed'])), name='period_state_is_known', violation_error_message='A period is open, soft-closed or closed.'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.UniqueConstraint(fields=('book', 'starts_on'), name='period_starts_once_in_book', violation_error_message='This book already has a period with that first day.'),
        ),
        migrations.AddConstraint(
            model_name='period',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('book',), name='period_one_at_a_time', violation_error_message='Close the earlier period first.'),
        ),
        migrations.AddIndex(
            model_name='journal',
            index=models.Index(fields=['period', 'event_type'], name='journal_period_event'),
        ),
        migrations.AddConstraint(
            model_name='journal',
            constraint=models.UniqueConstraint(fields=('book', 'year', 'number'), name='journal_number_unique_in_book_and_year', violation_error_message='This number is taken.'),
        ),
        migrations.AddConstraint(
            model_name='journal',
            constraint=models.CheckConstraint(condition=models.Q(('line_count__gte', 2), ('total_minor__gt', 0)), name='journal_moves_something', violation_error_message='A journal has at least two lines and an amount.'),
        ),
        migrations.RunSQL((SQL / "guards.sql").read_text(), (SQL / "guards_down.sql").read_text()),
    ]
