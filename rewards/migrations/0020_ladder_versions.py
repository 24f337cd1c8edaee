"""Ladders in versions, counts of members, tiers given by hand, and the runs that judge and check."""

import django.core.validators
import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_transfers'),
        ('rewards', '0019_programme_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TierAward',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('gift', 'given as a courtesy'), ('match', 'matches the status of another programme'), ('correction', 'puts a mistake right')], max_length=12, verbose_name='kind')),
                ('to_on', models.DateField(verbose_name='last day')),
                ('from_on', models.DateField(blank=True, help_text="The day of the second person's word.", null=True, verbose_name='first day')),
                ('note', models.CharField(max_length=500, verbose_name='reason')),
                ('proof', models.CharField(help_text='Where it can be seen: a letter, a card, a case.', max_length=500, verbose_name='evidence')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('granted', 'granted'), ('refused', 'refused')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=500, verbose_name='why so decided')),
            ],
            options={
                'verbose_name': 'tier given by hand',
                'verbose_name_plural': 'tiers given by hand',
            },
        ),
        migrations.CreateModel(
            name='TierCheck',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('after', models.UUIDField(null=True, verbose_name='last member looked at')),
                ('members', models.PositiveIntegerField(verbose_name='members in all')),
                ('looked_at', models.PositiveIntegerField(default=0, verbose_name='members looked at')),
                ('findings', models.PositiveIntegerField(default=0, verbose_name='differences')),
                ('began_at', models.DateTimeField(verbose_name='began')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 're-performance of tiers',
                'verbose_name_plural': 're-performances of tiers',
            },
        ),
        migrations.CreateModel(
            name='TierCount',
            fields=[
                ('pk', models.CompositePrimaryKey('member_id', 'key', 'counts_on', 'known_on', blank=True, editable=False, primary_key=True, serialize=False)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('key', models.CharField(max_length=80, verbose_name='what is counted')),
                ('counts_on', models.DateField(verbose_name='counts on')),
                ('known_on', models.DateField(verbose_name='known from')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('evidence', models.UUIDField(verbose_name='last purchase or return')),
            ],
            options={
                'verbose_name': 'count of a member',
                'verbose_name_plural': 'counts of members',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('known_on__gte', models.F('counts_on'))), name='tier_count_is_known_when_it_counts', violation_error_message='Nothing is known before it happens.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TierFinding',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('count', 'what was counted'), ('standing', 'the tier')], max_length=10, verbose_name='what differs')),
                ('subject', models.CharField(max_length=120, verbose_name='where')),
                ('stored', models.CharField(max_length=200, verbose_name='stored')),
                ('expected', models.CharField(max_length=200, verbose_name='worked out')),
            ],
            options={
                'verbose_name': 'difference of tiers',
                'verbose_name_plural': 'differences of tiers',
            },
        ),
        migrations.CreateModel(
            name='TierLadderVersion',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('definition', models.JSONField(verbose_name='definition')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
            ],
            options={
                'verbose_name': 'ladder version',
                'verbose_name_plural': 'ladder versions',
            },
        ),
        migrations.CreateModel(
            name='TierRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('versions', models.PositiveIntegerField(help_text='When there are more than the day before, everybody is judged.', verbose_name='versions in force')),
                ('everybody', models.BooleanField(verbose_name='judges everybody')),
                ('after', models.UUIDField(null=True, verbose_name='last member judged')),
                ('judged', models.PositiveIntegerField(default=0, verbose_name='members judged')),
                ('turned', models.PositiveIntegerField(default=0, verbose_name='members whose tier turned')),
                ('began_at', models.DateTimeField(verbose_name='began')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'judgement of a day',
                'verbose_name_plural': 'judgements of days',
            },
        ),
        migrations.RemoveConstraint(
            model_name='tierstanding',
            name='tier_standing_ends_after_it_begins',
        ),
        migrations.RemoveField(
            model_name='tierladder',
            name='metric',
        ),
        migrations.RemoveField(
            model_name='tierladder',
            name='window',
        ),
        migrations.AddField(
            model_name='tierladder',
            name='code',
            field=models.CharField(default='main', max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_]*\\Z', 'Use small letters, digits and underscores.')], verbose_name='code'),
        ),
        migrations.AddField(
            model_name='tierladder',
            name='is_main',
            field=models.BooleanField(default=True, verbose_name="the programme's main ladder"),
        ),
        migrations.AddField(
            model_name='tierladder',
            name='is_plain',
            field=models.BooleanField(default=True, help_text='Gross spend of the calendar year, in a single version, from the beginning.', verbose_name='counted with the purchase'),
        ),
        migrations.AddField(
            model_name='tierladder',
            name='other_names',
            field=models.JSONField(blank=True, default=dict, verbose_name='name in other languages'),
        ),
        migrations.AlterField(
            model_name='tier',
            name='threshold_minor',
            field=models.PositiveBigIntegerField(blank=True, help_text="Of a plain ladder: spend of a calendar year in the currency's smallest unit, for example cents.", null=True, verbose_name='threshold'),
        ),
        migrations.AlterField(
            model_name='tierladder',
            name='keeps_through',
            field=models.CharField(choices=[('end_of_year', 'To the end of the year'), ('end_of_next_year', 'To the end of the next year')], default='end_of_next_year', help_text='Of a plain ladder.', max_length=20, verbose_name='a tier is kept'),
        ),
        migrations.AlterField(
            model_name='tierladder',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tier_ladders', to='accounts.programme', verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='tierstanding',
            name='evidence',
            field=models.UUIDField(help_text='The purchase or return, the hand that gave it, or the version by which it was lowered.', verbose_name='evidence'),
        ),
        migrations.AlterField(
            model_name='tierstanding',
            name='reason',
            field=models.CharField(choices=[('reached', 'reached'), ('returned', 'lost by a return'), ('kept', 'kept'), ('lowered', 'lowered'), ('grace', 'days of grace'), ('given', 'given by hand'), ('ended', 'ended')], max_length=10, verbose_name='reason'),
        ),
        migrations.AddIndex(
            model_name='tierstanding',
            index=models.Index(condition=models.Q(('year', 0)), fields=['from_on'], name='tier_standing_judged_from'),
        ),
        migrations.AddConstraint(
            model_name='tierladder',
            constraint=models.UniqueConstraint(fields=('programme', 'code'), name='ladder_code_once_per_programme', violation_error_message='Another ladder of this programme has this code.'),
        ),
        migrations.AddConstraint(
            model_name='tierladder',
            constraint=models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('programme',), name='one_main_ladder_per_programme', violation_error_message='The programme has a main ladder.'),
        ),
        migrations.AddConstraint(
            model_name='tierladder',
            constraint=models.CheckConstraint(condition=models.Q(('is_main', True), ('is_plain', False), _connector='OR'), name='plain_ladder_is_the_main_one', violation_error_message='Only the main ladder is counted with the purchase.'),
        ),
        migrations.AddConstraint(
            model_name='tierstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_on__gte', models.F('from_on')), ('to_on__isnull', False), models.Q(('reason__in', ('returned', 'ended')), _negated=True)), models.Q(('reason__in', ('returned', 'ended')), ('to_on__isnull', True)), _connector='OR'), name='tier_standing_ends_after_it_begins', violation_error_message='A reached tier has a last day; a lost one has none.'),
        ),
        migrations.AddField(
            model_name='tieraward',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='tieraward',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tier_awards', to='accounts.member', verbose_name='member'),
        ),
        migrations.AddField(
            model_name='tieraward',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='tieraward',
            name='tier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='rewards.tier', verbose_name='tier'),
        ),
        migrations.AddField(
            model_name='tiercheck',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='tierfinding',
            name='check_run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='found', to='rewards.tiercheck', verbose_name='re-performance'),
        ),
        migrations.AddField(
            model_name='tierfinding',
            name='ladder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.tierladder', verbose_name='ladder'),
        ),
        migrations.AddField(
            model_name='tierfinding',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member'),
        ),
        migrations.AddField(
            model_name='tierladderversion',
            name='approver',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver'),
        ),
        migrations.AddField(
            model_name='tierladderversion',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='tierladderversion',
            name='ladder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rewards.tierladder', verbose_name='ladder'),
        ),
        migrations.AddField(
            model_name='tierrun',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme'),
        ),
        migrations.AddIndex(
            model_name='tieraward',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['requested_at', 'id'], name='tier_award_waiting'),
        ),
        migrations.AddConstraint(
            model_name='tieraward',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='tier_award_needs_two_people', violation_error_message='Another person must decide.'),
        ),
        migrations.AddConstraint(
            model_name='tieraward',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('from_on__isnull', True), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('from_on__isnull', True), ('state', 'refused')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('from_on__isnull', False), ('state', 'granted')), _connector='OR'), name='tier_award_state_fits_its_facts', violation_error_message='What is decided says when and by whom; what is granted has a first day.'),
        ),
        migrations.AddConstraint(
            model_name='tierladderversion',
            constraint=models.UniqueConstraint(fields=('ladder', 'version'), name='ladder_version_once', violation_error_message='Somebody else has just written this version. Reload the page.'),
        ),
        migrations.AddConstraint(
            model_name='tierladderversion',
            constraint=models.CheckConstraint(condition=models.Q(('author__isnull', True), ('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='ladder_version_needs_two_people', violation_error_message='Another person must approve the ladder.'),
        ),
        migrations.AddConstraint(
            model_name='tierrun',
            constraint=models.UniqueConstraint(fields=('programme', 'day'), name='tier_run_once_a_day', violation_error_message='This day is being judged.'),
        ),
    ]
