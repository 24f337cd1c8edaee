"""Segments, campaigns with their budgets, audiences and uses, and the campaign of a rule."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_guard_kind'),
        ('ledger', '0015_acts_by_id'),
        ('rewards', '0024_event_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('other_names', models.JSONField(blank=True, default=dict, verbose_name='name in other languages')),
                ('key', models.BinaryField(max_length=32)),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('ended', 'ended')], default='running', max_length=10, verbose_name='state')),
                ('audience_through', models.UUIDField(editable=False, help_text='The last member who was looked at for the audience.', null=True)),
                ('audience_looked_at', models.PositiveIntegerField(default=0, verbose_name='members looked at')),
                ('audience_done_at', models.DateTimeField(null=True, verbose_name='audience assigned')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'campaign',
                'verbose_name_plural': 'campaigns',
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'code'), name='campaign_code_once_per_programme', violation_error_message='Another campaign of this programme has this code.'),
                ],
            },
        ),
        migrations.AddField(
            model_name='earningrule',
            name='campaign',
            field=models.ForeignKey(blank=True, help_text='The rule counts only for purchases that the campaign is for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='rewards.campaign', verbose_name='campaign'),
        ),
        migrations.CreateModel(
            name='CampaignAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_holdout', models.BooleanField(verbose_name='held out')),
                ('assigned_at', models.DateTimeField(verbose_name='assigned')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='audience', to='rewards.campaign', verbose_name='campaign')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'member of an audience',
                'verbose_name_plural': 'audiences of campaigns',
                'constraints': [
                    models.UniqueConstraint(fields=('campaign', 'member'), name='campaign_assigns_a_member_once', violation_error_message='This member has been assigned before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CampaignClip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clipped_at', models.DateTimeField(verbose_name='taken')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='clips', to='rewards.campaign', verbose_name='campaign')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'offer taken',
                'verbose_name_plural': 'offers taken',
                'constraints': [
                    models.UniqueConstraint(fields=('campaign', 'member'), name='campaign_is_clipped_once', violation_error_message='This offer has been taken before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CampaignTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('ended', 'ended')], max_length=10, verbose_name='state')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('turned_at', models.DateTimeField(verbose_name='when')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='rewards.campaign', verbose_name='campaign')),
                ('turned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'turn of a campaign',
                'verbose_name_plural': 'turns of campaigns',
            },
        ),
        migrations.CreateModel(
            name='CampaignUse',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('business_on', models.DateField(help_text='The day of the purchase, for a return too.', verbose_name='business day')),
                ('units', models.BigIntegerField(verbose_name='points')),
                ('cost_minor', models.BigIntegerField(verbose_name='expected cost')),
                ('uses', models.SmallIntegerField(verbose_name='purchases')),
                ('evidence', models.UUIDField(verbose_name='purchase or return')),
                ('campaign', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='rewards.campaign', verbose_name='campaign')),
                ('points_account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount')),
            ],
            options={
                'verbose_name': 'use of a campaign',
                'verbose_name_plural': 'uses of campaigns',
                'constraints': [
                    models.UniqueConstraint(fields=('points_account', 'campaign', 'evidence'), name='campaign_use_once_by_evidence', violation_error_message='This purchase or return has been counted before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CampaignVersion',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('definition', models.JSONField(verbose_name='definition')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rewards.campaign', verbose_name='campaign')),
            ],
            options={
                'verbose_name': 'version of a campaign',
                'verbose_name_plural': 'versions of campaigns',
                'constraints': [
                    models.UniqueConstraint(fields=('campaign', 'version'), name='campaign_version_once', violation_error_message='Somebody else has just written this version. Reload the page.'),
                    models.CheckConstraint(condition=models.Q(('author__isnull', True), ('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='campaign_version_needs_two_people', violation_error_message='Another person must approve the campaign.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('static', 'list of members'), ('rule', 'rule')], max_length=10, verbose_name='kind')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'segment',
                'verbose_name_plural': 'segments',
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'code'), name='segment_code_once_per_programme', violation_error_message='Another segment of this programme has this code.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SegmentMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('removed_at', models.DateTimeField(null=True, verbose_name='removed')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member', verbose_name='member')),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='listed', to='rewards.segment', verbose_name='segment')),
            ],
            options={
                'verbose_name': 'member of a segment',
                'verbose_name_plural': 'members of segments',
                'indexes': [
                    models.Index(fields=['segment', 'id'], name='segment_member_in_order'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('segment', 'member'), name='segment_lists_a_member_once', violation_error_message='This member is on the list already.'),
                    models.CheckConstraint(condition=models.Q(('removed_at__isnull', True), ('removed_at__gte', models.F('added_at')), _connector='OR'), name='segment_member_leaves_after_joining', violation_error_message='Nobody leaves a list before they join it.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SegmentVersion',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('definition', models.JSONField(verbose_name='definition')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rewards.segment', verbose_name='segment')),
            ],
            options={
                'verbose_name': 'version of a segment',
                'verbose_name_plural': 'versions of segments',
                'constraints': [
                    models.UniqueConstraint(fields=('segment', 'version'), name='segment_version_once', violation_error_message='Somebody else has just written this version. Reload the page.'),
                    models.CheckConstraint(condition=models.Q(('author__isnull', True), ('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='segment_version_needs_two_people', violation_error_message='Another person must approve the segment.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CampaignBudget',
            fields=[
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='budget', serialize=False, to='rewards.campaign', verbose_name='campaign')),
                ('used_units', models.BigIntegerField(default=0, verbose_name='points given')),
                ('used_minor', models.BigIntegerField(default=0, verbose_name='expected cost')),
                ('used_uses', models.BigIntegerField(default=0, verbose_name='purchases')),
                ('told_at', models.DateTimeField(null=True, verbose_name='author told that it is used up')),
            ],
            options={
                'verbose_name': 'budget of a campaign',
                'verbose_name_plural': 'budgets of campaigns',
                'constraints': [models.CheckConstraint(condition=models.Q(('used_minor__gte', 0), ('used_units__gte', 0), ('used_uses__gte', 0)), name='campaign_budget_is_never_negative', violation_error_message='A return cannot give back more than was given.')],
            },
        ),
    ]
