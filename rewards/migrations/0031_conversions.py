"""Conversions are set up in versions; rates that were decided, and runs."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0030_reviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='setup',
            name='kind',
            field=models.CharField(choices=[('event_type', 'event type'), ('quest', 'card or challenge'), ('referral', 'referrals'), ('moments', "the programme's own moments"), ('conversion', 'conversion')], max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='ConversionRate',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_on', models.DateField(verbose_name='first day of the period')),
                ('through_on', models.DateField(verbose_name='last day of the period')),
                ('rate', models.DecimalField(decimal_places=6, max_digits=12, verbose_name='rate')),
                ('evidence', models.CharField(blank=True, default='', max_length=400, verbose_name='evidence')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('setup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='rewards.setup', verbose_name='conversion')),
            ],
            options={
                'verbose_name': 'conversion rate',
                'verbose_name_plural': 'conversion rates',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('approved_at__isnull', False)), fields=('setup', 'first_on'), name='conversion_rate_once_a_period', violation_error_message='This period has a rate already.'),
                    models.CheckConstraint(condition=models.Q(('approver__isnull', True), models.Q(('author', models.F('approver')), _negated=True), _connector='OR'), name='conversion_rate_needs_two_people', violation_error_message='Another person must approve this.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approver__isnull', True)), models.Q(('approved_at__isnull', False), ('approver__isnull', False)), _connector='OR'), name='conversion_rate_in_force_has_approver', violation_error_message='A rate in force names its approver.'),
                    models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='conversion_rate_is_positive', violation_error_message='Write a number above 0.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ConversionRun',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('first_on', models.DateField(verbose_name='first day of the period')),
                ('through_on', models.DateField(verbose_name='last day of the period')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('expires_on', models.DateField(null=True, verbose_name='ends on')),
                ('state', models.CharField(choices=[('running', 'running'), ('done', 'done')], default='running', max_length=7, verbose_name='state')),
                ('last_wallet', models.UUIDField(null=True, verbose_name='last wallet')),
                ('expected', models.PositiveIntegerField(verbose_name='wallets at the beginning')),
                ('seen', models.PositiveIntegerField(default=0, verbose_name='wallets looked at')),
                ('wallets', models.PositiveIntegerField(default=0, verbose_name='wallets converted')),
                ('units', models.BigIntegerField(default=0, verbose_name='units taken')),
                ('given', models.BigIntegerField(default=0, verbose_name='units given')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('rate', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run', to='rewards.conversionrate', verbose_name='rate')),
                ('setup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversion_runs', to='rewards.setup', verbose_name='conversion')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'conversion run',
                'verbose_name_plural': 'conversion runs',
                'constraints': [
                    models.UniqueConstraint(fields=('setup', 'first_on'), name='conversion_run_once_a_period', violation_error_message='This period is converted once.'),
                ],
            },
        ),
    ]
