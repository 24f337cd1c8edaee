"""Rewards, their versions (which stand once approved), and stock."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "catalogue" / "sql" / "guard_versions.sql"
UNDO = """
DROP TRIGGER reward_versions_stand_once_approved ON rewards_rewardversion;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_members'),
        ('rewards', '0001_tiers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_-]*\\Z', 'Use small letters, digits, hyphens and underscores.')], verbose_name='code')),
                ('kind', models.CharField(choices=[('goods', 'Goods'), ('voucher', 'Voucher'), ('donation', 'Donation'), ('third_party', 'From another company')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('other_words', models.JSONField(blank=True, default=dict, help_text='For example: {"tr": {"name": "Kahve", "description": "Bir fincan kahve."}}.', verbose_name='words in other languages')),
                ('illustration', models.CharField(blank=True, help_text='Path of a static file, for example img/rewards/coffee.svg.', max_length=200, verbose_name='picture')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('active_from', models.DateField(blank=True, null=True, verbose_name='offered from')),
                ('active_to', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('is_active', models.BooleanField(default=True, verbose_name='is offered')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rewards', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'reward',
                'verbose_name_plural': 'rewards',
            },
        ),
        migrations.CreateModel(
            name='RewardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('price_points', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='price in points')),
                ('value_minor', models.PositiveBigIntegerField(help_text="What the reward is worth, in the currency's smallest unit, for example cents.", verbose_name='value')),
                ('limit_per_member', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='pieces for one member')),
                ('limit_window_days', models.PositiveIntegerField(blank=True, help_text='Empty: for ever.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='within days')),
                ('voucher_days', models.PositiveIntegerField(blank=True, help_text='How long a reward that was taken can be used. Empty: for ever.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='valid for days')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                ('approver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approved_reward_versions', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authored_reward_versions', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('min_tier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.tier', verbose_name='from tier')),
                ('reward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rewards.reward', verbose_name='reward')),
            ],
            options={
                'verbose_name': 'reward version',
                'verbose_name_plural': 'reward versions',
            },
        ),
        migrations.CreateModel(
            name='RewardStock',
            fields=[
                ('reward', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='stock', serialize=False, to='rewards.reward', verbose_name='reward')),
                ('left', models.IntegerField(verbose_name='left')),
            ],
            options={
                'verbose_name': 'stock',
                'verbose_name_plural': 'stock',
                'constraints': [models.CheckConstraint(condition=models.Q(('left__gte', 0)), name='stock_is_not_negative', violation_error_message='There cannot be fewer than no pieces.')],
            },
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.UniqueConstraint(fields=('programme', 'code'), name='reward_code_once_per_programme', violation_error_message='Another reward of this programme has this code.'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.CheckConstraint(condition=models.Q(('active_from__isnull', True), ('active_to__isnull', True), ('active_to__gte', models.F('active_from')), _connector='OR'), name='reward_ends_after_it_begins', violation_error_message='A reward cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.UniqueConstraint(fields=('reward', 'version'), name='reward_version_once', violation_error_message='Somebody else has just written this version. Reload the page.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.CheckConstraint(condition=models.Q(('price_points__gte', 1)), name='reward_costs_points', violation_error_message='A reward costs at least one point.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.CheckConstraint(condition=models.Q(('limit_window_days__isnull', True), ('limit_per_member__isnull', False), _connector='OR'), name='reward_window_needs_a_limit', violation_error_message='Say how many pieces a member may take within these days.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.CheckConstraint(condition=models.Q(('author__isnull', True), ('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='reward_version_needs_two_people', violation_error_message='Another person must approve the reward.'),
        ),
        migrations.AddConstraint(
            model_name='rewardversion',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), ('approved_at__isnull', True), models.Q(('approver__isnull', False), ('author__isnull', False)), _connector='OR'), name='reward_version_says_who_approved', violation_error_message='An approved version names its author and its approver.'),
        ),
        migrations.RunSQL(SQL.read_text(), UNDO),
    ]
