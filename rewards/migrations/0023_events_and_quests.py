"""What is set up beside rules, events, and the marks and awards of cards and challenges."""


import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_transfers'),
        ('ledger', '0014_sets_without_joins'),
        ('rewards', '0022_guard_ladders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Setup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('event_type', 'event type'), ('quest', 'card or challenge'), ('referral', 'referrals'), ('moments', "the programme's own moments")], max_length=12, verbose_name='kind')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('other_names', models.JSONField(blank=True, default=dict, verbose_name='name in other languages')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='setups', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'setup',
                'verbose_name_plural': 'setups',
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'kind', 'code'), name='setup_code_once_per_programme', violation_error_message='Another one of this kind has this code.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='QuestAward',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('state', models.CharField(choices=[('given', 'given'), ('taken_back', 'taken back')], default='given', max_length=10, verbose_name='state')),
                ('units', models.BigIntegerField(verbose_name='points')),
                ('movement', models.UUIDField(verbose_name='movement')),
                ('redemption', models.UUIDField(null=True, verbose_name='voucher')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('evidence', models.UUIDField(verbose_name='purchase or event')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('taken_by', models.UUIDField(null=True, verbose_name='return')),
                ('owed_units', models.BigIntegerField(default=0, verbose_name='points owed')),
                ('currency', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.pointcurrency')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
                ('setup', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='card or challenge')),
            ],
            options={
                'verbose_name': 'award of a card or challenge',
                'verbose_name_plural': 'awards of cards and challenges',
                'constraints': [
                    models.UniqueConstraint(fields=('points_account', 'setup', 'number'), name='quest_award_once_by_number', violation_error_message='This has been given before.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'given'), ('taken_at__isnull', True), ('taken_by__isnull', True)), models.Q(('state', 'taken_back'), ('taken_at__isnull', False), ('taken_by__isnull', False)), _connector='OR'), name='quest_award_taken_back_says_when', violation_error_message='What is taken back says when and by which return.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SetupVersion',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('definition', models.JSONField(verbose_name='definition')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('setup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rewards.setup', verbose_name='setup')),
            ],
            options={
                'verbose_name': 'setup version',
                'verbose_name_plural': 'setup versions',
                'constraints': [
                    models.UniqueConstraint(fields=('setup', 'version'), name='setup_version_once', violation_error_message='Somebody else has just written this version. Reload the page.'),
                    models.CheckConstraint(condition=models.Q(('author__isnull', True), ('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='setup_version_needs_two_people', violation_error_message='Another person must approve this.'),
                    models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='setup_version_ends_after_it_begins', violation_error_message='Nothing can end before it begins.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='QuestMark',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('step', models.PositiveSmallIntegerField(verbose_name='step')),
                ('business_on', models.DateField(help_text='The day of the purchase or event, for a return too.', verbose_name='business day')),
                ('amount', models.BigIntegerField(verbose_name='counted')),
                ('origin', models.UUIDField(verbose_name='purchase or event')),
                ('evidence', models.UUIDField(help_text='The purchase or event, or the return.', verbose_name='what was recorded')),
                ('facts', models.JSONField(default=dict, verbose_name='facts of the evaluation')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
                ('setup', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='card or challenge')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion')),
            ],
            options={
                'verbose_name': 'mark of a card or challenge',
                'verbose_name_plural': 'marks of cards and challenges',
                'indexes': [
                    models.Index(models.F('points_account'), models.F('setup'), name='quest_mark_by_setup'),
                    models.Index(models.F('points_account'), models.F('origin'), name='quest_mark_by_origin'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('points_account', 'version', 'step', 'evidence'), name='quest_mark_once_by_evidence', violation_error_message='This has been counted before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('trigger', models.CharField(max_length=50, verbose_name='what happened')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=150, verbose_name='number there')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='happened')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('payload', models.JSONField(default=dict, verbose_name='particulars')),
                ('units', models.BigIntegerField(default=0, verbose_name='points earned')),
                ('earned', models.JSONField(default=list, verbose_name='earned')),
                ('evaluation', models.JSONField(default=list, verbose_name='evaluation')),
                ('facts', models.JSONField(default=dict, verbose_name='facts of the evaluation')),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='accounts.member', verbose_name='member')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
                ('programme', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme')),
                ('type_version', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion', verbose_name='event type')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [
                    models.Index(models.F('programme'), models.F('business_on'), models.F('id'), name='event_by_day'),
                    models.Index(models.F('member'), models.F('business_on'), models.F('id'), name='event_by_member'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='event_is_recorded_once', violation_error_message='This event has been sent before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EventUndo',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=60, verbose_name='why')),
                ('evidence', models.UUIDField(null=True, verbose_name='what it follows from')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('reversed', models.JSONField(default=list, verbose_name='taken back')),
                ('event', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='rewards.event', verbose_name='event')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
            ],
            options={
                'verbose_name': 'event taken back',
                'verbose_name_plural': 'events taken back',
                'constraints': [models.UniqueConstraint(fields=('points_account', 'event'), name='event_is_undone_once', violation_error_message='This event has been taken back before.')],
            },
        ),
    ]
