"""Imports of balances and the rows of their files."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_list_preferences'),
        ('rewards', '0035_devaluations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BalanceImport',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('mode', models.CharField(choices=[('add', 'add to balances'), ('reset', 'reset balances to the file')], max_length=8, verbose_name='mode')),
                ('state', models.CharField(choices=[('reading', 'is being read'), ('waiting', 'waits for approval'), ('running', 'is being posted'), ('done', 'posted'), ('refused', 'refused')], default='reading', max_length=8, verbose_name='state')),
                ('file_name', models.CharField(max_length=150, verbose_name='file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
                ('content', models.BinaryField()),
                ('header', models.TextField(editable=False, verbose_name='header')),
                ('lines_count', models.PositiveIntegerField(verbose_name='lines')),
                ('creates_missing', models.BooleanField(default=False, verbose_name='unknown members are created')),
                ('keeps_policy', models.BooleanField(default=False, verbose_name="rows without an end have the programme's")),
                ('counts_again', models.BooleanField(default=False, verbose_name='the same file counts once more')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=300, verbose_name='why so decided')),
                ('read_through', models.PositiveIntegerField(default=1, verbose_name='read through line')),
                ('figures', models.JSONField(default=dict, verbose_name='figures of the preview')),
                ('run_through', models.PositiveIntegerField(default=1, verbose_name='posted through line')),
                ('results', models.JSONField(default=dict, verbose_name='figures of what was posted')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='balance_imports', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'import of balances',
                'verbose_name_plural': 'imports of balances',
                'indexes': [
                    models.Index(fields=['programme', 'id'], name='balance_import_by_programme'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('author', models.F('decided_by')), _negated=True), _connector='OR'), name='balance_import_needs_two_people', violation_error_message='Another person must decide on the import.'),
                    models.UniqueConstraint(condition=models.Q(('counts_again', False), models.Q(('state', 'refused'), _negated=True)), fields=('programme', 'mode', 'sha256'), name='balance_import_counts_a_file_once', violation_error_message='This file has come in before.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('done_at__isnull', True), ('state__in', ['reading', 'waiting'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('done_at__isnull', True), ('state__in', ['running', 'refused'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('done_at__isnull', False), ('state', 'done')), _connector='OR'), name='balance_import_state_fits_its_facts', violation_error_message='What is decided says by whom and when; what is done says when.'),
                    models.CheckConstraint(condition=models.Q(('read_through__lte', models.F('lines_count')), ('run_through__lte', models.F('lines_count'))), name='balance_import_is_read_and_posted_once', violation_error_message='More was done than there was to do.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BalanceImportRow',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('kind', models.CharField(choices=[('found', 'member found'), ('create', 'member is created'), ('unknown', 'unknown member'), ('faulty', 'cannot be read')], max_length=8, verbose_name='kind')),
                ('named', models.CharField(blank=True, max_length=254, verbose_name='named')),
                ('identity', models.JSONField(default=dict, verbose_name='how the file names the member')),
                ('units', models.BigIntegerField(null=True, verbose_name='points in the file')),
                ('planned_units', models.BigIntegerField(null=True, verbose_name='points in the preview')),
                ('starts_on', models.DateField(null=True, verbose_name='first day')),
                ('ends_on', models.DateField(null=True, verbose_name='first day without the points')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('faults', models.JSONField(default=list, verbose_name='faults')),
                ('signature', models.BinaryField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('posted', 'posted'), ('equal', 'nothing to post'), ('skipped', 'skipped'), ('failed', 'could not be posted')], max_length=8, verbose_name='result')),
                ('moved_units', models.BigIntegerField(null=True, verbose_name='points posted')),
                ('movement', models.UUIDField(null=True, verbose_name='movement')),
                ('failure', models.CharField(blank=True, max_length=60, verbose_name='why it could not be posted')),
                ('balance_import', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='rewards.balanceimport', verbose_name='import')),
                ('currency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.pointcurrency', verbose_name='currency')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'row of an import',
                'verbose_name_plural': 'rows of imports',
                'indexes': [
                    models.Index(condition=models.Q(('signature__isnull', False)), fields=['balance_import', 'signature'], name='import_row_repeats'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('balance_import', 'line'), name='balance_import_reads_a_line_once', violation_error_message='This line was read before.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'found'), _negated=True), models.Q(('currency__isnull', False), ('member__isnull', False), ('units__isnull', False)), _connector='OR'), name='import_row_of_a_member_is_whole', violation_error_message='What is posted names its member, currency and points.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('moved_units__isnull', False), ('movement__isnull', False), ('outcome', 'posted'), models.Q(('moved_units', 0), _negated=True)), models.Q(models.Q(('outcome', 'posted'), _negated=True), ('moved_units__isnull', True), ('movement__isnull', True)), _connector='OR'), name='import_row_posted_names_its_movement', violation_error_message='What was posted names its movement.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['posted', 'equal']), _negated=True), ('kind__in', ['found', 'create']), _connector='OR'), name='import_row_posts_for_members_only', violation_error_message='What cannot be read, or names nobody, is not posted.'),
                ],
            },
        ),
    ]
