"""Undos of imports and their lines."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
        ('rewards', '0047_privacy_wishes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportUndo',
            fields=[
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=300, verbose_name='why so decided')),
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('previewing', 'is being worked out'), ('waiting', 'waits for approval'), ('running', 'is being posted'), ('done', 'posted'), ('refused', 'refused')], default='previewing', max_length=12, verbose_name='state')),
                ('planned_through', models.PositiveIntegerField(default=1, editable=False, verbose_name='looked at through line')),
                ('figures', models.JSONField(default=dict, verbose_name='figures of the preview')),
                ('lines_count', models.PositiveIntegerField(default=0, verbose_name='lines')),
                ('run_through', models.PositiveIntegerField(default=1, editable=False, verbose_name='posted through line')),
                ('done_count', models.PositiveIntegerField(default=0, verbose_name='lines done')),
                ('results', models.JSONField(default=dict, verbose_name='figures of what was posted')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('balance_import', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='undos', to='rewards.balanceimport', verbose_name='import')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_undos', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'undo of an import',
                'verbose_name_plural': 'undos of imports',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('author', models.F('decided_by')), _negated=True), _connector='OR'), name='import_undo_needs_two_people', violation_error_message='Another person must decide on the undo.'),
                    models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('balance_import',), name='import_is_undone_once', violation_error_message='This import is undone, or its undo is asked for.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('done_at__isnull', True), ('state__in', ['previewing', 'waiting'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('done_at__isnull', True), ('state__in', ['running', 'refused'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('done_at__isnull', False), ('state', 'done')), _connector='OR'), name='import_undo_state_fits_its_facts', violation_error_message='What is decided says by whom and when; what is done says when.'),
                    models.CheckConstraint(condition=models.Q(('done_count__lte', models.F('lines_count')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_count', models.F('lines_count')), _connector='OR')), name='import_undo_posts_each_line_once', violation_error_message='More was done than there was to do.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportUndoLine',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('units', models.BigIntegerField(verbose_name='points in the preview')),
                ('spent_units', models.BigIntegerField(default=0, verbose_name='spent already')),
                ('ended_units', models.BigIntegerField(default=0, verbose_name='ended already')),
                ('held_units', models.BigIntegerField(default=0, verbose_name='on hold')),
                ('paid_minor', models.BigIntegerField(default=0, verbose_name='money that came with them')),
                ('outcome', models.CharField(blank=True, choices=[('posted', 'posted'), ('skipped', 'skipped'), ('failed', 'could not be posted')], max_length=8, verbose_name='result')),
                ('moved_units', models.BigIntegerField(null=True, verbose_name='points taken or given back')),
                ('owed_units', models.BigIntegerField(default=0, verbose_name='owed')),
                ('forgiven_units', models.BigIntegerField(default=0, verbose_name='forgiven')),
                ('movement', models.UUIDField(null=True, verbose_name='movement')),
                ('failure', models.CharField(blank=True, max_length=60, verbose_name='why not')),
                ('currency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.pointcurrency', verbose_name='currency')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.balanceimportrow', verbose_name='row')),
                ('undo', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='rewards.importundo', verbose_name='undo')),
            ],
            options={
                'verbose_name': 'line of an undo',
                'verbose_name_plural': 'lines of undos',
                'constraints': [
                    models.UniqueConstraint(fields=('undo', 'line'), name='import_undo_has_a_line_once', violation_error_message='This line is there already.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('moved_units__isnull', False), ('movement__isnull', False), ('outcome', 'posted')), models.Q(models.Q(('outcome', 'posted'), _negated=True), ('moved_units__isnull', True), ('movement__isnull', True)), _connector='OR'), name='import_undo_line_posted_names_its_movement', violation_error_message='What was posted names its movement.'),
                    models.CheckConstraint(condition=models.Q(('ended_units__gte', 0), ('forgiven_units__gte', 0), ('held_units__gte', 0), ('owed_units__gte', 0), ('spent_units__gte', 0)), name='import_undo_line_counts_from_zero', violation_error_message='Points are counted from 0.'),
                ],
            },
        ),
    ]
