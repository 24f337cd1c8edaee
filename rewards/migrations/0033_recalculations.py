"""Recalculations, what they would move, what became of it, and the revisions of purchases."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_guard_kind'),
        ('ledger', '0022_recalculations'),
        ('rewards', '0032_conversion_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recalculation',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('undo', 'undo of rules'), ('retroactive', 'rule for the past')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('previewing', 'is being worked out'), ('waiting', 'waits for approval'), ('running', 'is being posted'), ('done', 'posted'), ('refused', 'refused')], default='previewing', max_length=12, verbose_name='state')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=300, verbose_name='why so decided')),
                ('swept_on', models.DateField(editable=False, null=True, verbose_name='looked at through')),
                ('swept_id', models.UUIDField(editable=False, null=True)),
                ('is_swept', models.BooleanField(default=False, editable=False, verbose_name='all looked at')),
                ('looked_at', models.BigIntegerField(default=0, verbose_name='purchases looked at')),
                ('items_count', models.BigIntegerField(default=0, verbose_name='purchases')),
                ('previewed_count', models.BigIntegerField(null=True, verbose_name='purchases in the preview')),
                ('figures', models.JSONField(default=dict, verbose_name='figures of the preview')),
                ('done_count', models.BigIntegerField(default=0, verbose_name='purchases done')),
                ('run_through', models.UUIDField(editable=False, null=True)),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.campaign', verbose_name='campaign')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalculations', to='accounts.programme', verbose_name='programme')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.earningrule', verbose_name='rule')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.store', verbose_name='store')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.earningruleversion', verbose_name='version of the rule')),
            ],
            options={
                'verbose_name': 'recalculation',
                'verbose_name_plural': 'recalculations',
                'indexes': [
                    models.Index(fields=['programme', 'id'], name='recalculation_by_programme'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('author', models.F('decided_by')), _negated=True), _connector='OR'), name='recalculation_needs_two_people', violation_error_message='Another person must decide on the recalculation.'),
                    models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='recalculation_ends_after_it_begins', violation_error_message='The last day is the first day or a later one.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'undo'), ('version__isnull', True), models.Q(('rule__isnull', True), ('campaign__isnull', True), _connector='OR')), models.Q(('campaign__isnull', True), ('kind', 'retroactive'), ('rule__isnull', True), ('version__isnull', False)), _connector='OR'), name='recalculation_names_what_it_changes', violation_error_message='An undo names a rule, a campaign or neither; a rule for the past names its version.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state__in', ['previewing', 'waiting'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['running', 'done', 'refused'])), _connector='OR'), name='recalculation_state_fits_its_facts', violation_error_message='What is decided says by whom and when.'),
                    models.CheckConstraint(condition=models.Q(('done_count__gte', 0), ('done_count__lte', models.F('items_count'))), name='recalculation_is_done_once', violation_error_message='More was done than there was to do.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecalculationItem',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField(verbose_name='business day')),
                ('units', models.JSONField(default=dict, verbose_name='points')),
                ('worth_minor', models.BigIntegerField(verbose_name='expected cost')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet')),
                ('purchase', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.purchase', verbose_name='purchase')),
                ('recalculation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='rewards.recalculation', verbose_name='recalculation')),
            ],
            options={
                'verbose_name': 'purchase of a recalculation',
                'verbose_name_plural': 'purchases of recalculations',
                'indexes': [
                    models.Index(fields=['recalculation', 'id'], name='recalculation_items'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('recalculation', 'points_account', 'purchase'), name='recalculation_counts_a_purchase_once', violation_error_message='This purchase is part of the recalculation already.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecalculationResult',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('posted', 'posted'), ('unchanged', 'nothing left to do')], max_length=10, verbose_name='result')),
                ('units', models.JSONField(default=dict, verbose_name='points')),
                ('owed_units', models.BigIntegerField(default=0, verbose_name='points owed')),
                ('forgiven_units', models.BigIntegerField(default=0, verbose_name='points forgiven')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet')),
                ('purchase', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.purchase', verbose_name='purchase')),
                ('recalculation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='rewards.recalculation', verbose_name='recalculation')),
            ],
            options={
                'verbose_name': 'result of a recalculation',
                'verbose_name_plural': 'results of recalculations',
                'constraints': [
                    models.UniqueConstraint(fields=('recalculation', 'points_account', 'purchase'), name='recalculation_posts_a_purchase_once', violation_error_message='This purchase has been recalculated before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PurchaseRevision',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('cause', models.UUIDField(verbose_name='recalculation')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('units', models.BigIntegerField(help_text='Given less taken back.', verbose_name='points')),
                ('arrears_units', models.BigIntegerField(default=0, verbose_name='points owed')),
                ('earned', models.JSONField(default=list, verbose_name='earned')),
                ('reversed', models.JSONField(default=list, verbose_name='taken back')),
                ('evaluation', models.JSONField(default=list, verbose_name='evaluation')),
                ('facts', models.JSONField(default=dict, verbose_name='facts of the evaluation')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet')),
                ('purchase', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='rewards.purchase', verbose_name='purchase')),
            ],
            options={
                'verbose_name': 'revision of a purchase',
                'verbose_name_plural': 'revisions of purchases',
                'constraints': [models.UniqueConstraint(fields=('points_account', 'purchase', 'number'), name='revision_numbers_are_unique', violation_error_message='Somebody else has just revised this purchase. Try again.'), models.UniqueConstraint(fields=('points_account', 'cause', 'purchase'), name='revision_once_by_cause', violation_error_message='This recalculation has revised the purchase before.')],
            },
        ),
    ]
