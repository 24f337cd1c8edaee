"""Paid memberships: who has which plan until when, which days were paid for, what went back and what was used."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_former_notice'),
        ('rewards', '0060_fulfilled_on'),
    ]

    operations = [
        migrations.AlterField(
            model_name='setup',
            name='kind',
            field=models.CharField(choices=[('event_type', 'event type'), ('quest', 'card or challenge'), ('referral', 'referrals'), ('moments', "the programme's own moments"), ('conversion', 'conversion'), ('chosen_day', 'day that members choose'), ('plan', 'paid membership')], max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('variant', models.CharField(max_length=40, verbose_name='variant')),
                ('term', models.CharField(choices=[('month', 'by the month'), ('year', 'by the year')], max_length=5, verbose_name='term')),
                ('state', models.CharField(choices=[('active', 'runs'), ('ending', 'runs out'), ('ended', 'ended')], default='active', max_length=6, verbose_name='state')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='first day without it')),
                ('lapses_on', models.DateField(verbose_name='first day on which nobody can renew it')),
                ('anchor_on', models.DateField(verbose_name='first paid day')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=120, verbose_name='number')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='happened')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='accounts.member', verbose_name='member')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setup', verbose_name='plan')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'indexes': [
                    models.Index(models.F('member'), models.F('ends_on'), name='subscription_of_member'),
                    models.Index(models.F('programme'), models.F('lapses_on'), condition=models.Q(('state', 'ended'), _negated=True), name='subscription_to_end'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='subscription_number_once', violation_error_message='This number was used before.'),
                    models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('member', 'plan'), name='subscription_goes_on_once', violation_error_message='The member has this plan already.'),
                    models.CheckConstraint(condition=models.Q(('anchor_on__gte', models.F('starts_on')), ('ends_on__gt', models.F('starts_on')), ('lapses_on__gte', models.F('ends_on'))), name='subscription_ends_after_it_begins', violation_error_message='A subscription ends after its first day.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionCancellation',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('when', models.CharField(choices=[('now', 'at once'), ('period_end', 'when the paid time is over')], max_length=10, verbose_name='when')),
                ('ends_on', models.DateField(verbose_name='first day without it')),
                ('is_unused', models.BooleanField(verbose_name='unused')),
                ('refund_minor', models.BigIntegerField(verbose_name='goes back')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=120, verbose_name='number')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='happened')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cancellations', to='rewards.subscription', verbose_name='subscription')),
            ],
            options={
                'verbose_name': 'cancellation',
                'verbose_name_plural': 'cancellations',
                'constraints': [
                    models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='subscription_cancelled_once_by_number', violation_error_message='This number was used before.'),
                    models.CheckConstraint(condition=models.Q(('refund_minor__gte', 0), models.Q(('when', 'now'), ('refund_minor', 0), _connector='OR')), name='subscription_refund_when_it_ends_at_once', violation_error_message='What runs out is used up: nothing goes back.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionPeriod',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(verbose_name='period')),
                ('variant', models.CharField(max_length=40, verbose_name='variant')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('to_on', models.DateField(verbose_name='first day after it')),
                ('is_trial', models.BooleanField(default=False, verbose_name='trial')),
                ('paid_minor', models.BigIntegerField(verbose_name='paid')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=120, verbose_name='number')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='paid at')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='rewards.subscription', verbose_name='subscription')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.setupversion', verbose_name='version of the plan')),
            ],
            options={
                'verbose_name': 'paid period',
                'verbose_name_plural': 'paid periods',
                'indexes': [
                    models.Index(models.F('programme'), models.F('business_on'), name='subscription_period_by_day'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('subscription', 'number'), name='subscription_period_numbered_once', violation_error_message='Another period came first. Look at it again.'),
                    models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='subscription_period_paid_once', violation_error_message='This number was used before.'),
                    models.CheckConstraint(condition=models.Q(('paid_minor__gte', 0), ('to_on__gt', models.F('from_on')), models.Q(('is_trial', False), models.Q(('is_trial', True), ('paid_minor', 0)), _connector='OR')), name='subscription_period_has_days', violation_error_message='A period has days, and a trial costs nothing.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EntitlementUse',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('used', 'used'), ('given_back', 'given back')], max_length=10, verbose_name='what happened')),
                ('entitlement', models.CharField(max_length=40, verbose_name='entitlement')),
                ('window_on', models.DateField(verbose_name='first day of the window')),
                ('number', models.PositiveIntegerField(verbose_name='number in the window')),
                ('used', models.PositiveIntegerField(verbose_name='used after it')),
                ('most', models.PositiveIntegerField(null=True, verbose_name='at most')),
                ('order_minor', models.BigIntegerField(null=True, verbose_name='price of the order')),
                ('receipt', models.CharField(blank=True, max_length=120, verbose_name='receipt')),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=120, verbose_name='number')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('occurred_at', models.DateTimeField(verbose_name='happened')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('use', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_back', to='rewards.entitlementuse', verbose_name='gives back')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='rewards.subscription', verbose_name='subscription')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='rewards.subscriptionperiod', verbose_name='paid period')),
            ],
            options={
                'verbose_name': 'use of an entitlement',
                'verbose_name_plural': 'uses of entitlements',
                'indexes': [
                    models.Index(models.F('programme'), models.F('source'), models.F('receipt'), condition=models.Q(('receipt', ''), _negated=True), name='entitlement_use_by_receipt'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('subscription', 'entitlement', 'window_on', 'number'), name='entitlement_use_numbered_once', violation_error_message='Another use came first. Look at it again.'),
                    models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='entitlement_use_happens_once', violation_error_message='This number was used before.'),
                    models.CheckConstraint(condition=models.Q(('most__isnull', True), ('used__lte', models.F('most')), ('kind', 'given_back'), _connector='OR'), name='entitlement_used_within_its_limit', violation_error_message='It is used up.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'used'), ('use__isnull', True), ('used__gte', 1)), models.Q(('kind', 'given_back'), ('use__isnull', False)), _connector='OR'), name='entitlement_gives_back_a_use', violation_error_message='What is given back was used before.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionRefund',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('paid_minor', models.BigIntegerField(verbose_name='paid')),
                ('refunded_minor', models.BigIntegerField(verbose_name='goes back')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('cancellation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='rewards.subscriptioncancellation', verbose_name='cancellation')),
                ('period', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='rewards.subscriptionperiod', verbose_name='paid period')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'refund of a period',
                'verbose_name_plural': 'refunds of periods',
                'indexes': [
                    models.Index(models.F('programme'), models.F('business_on'), name='subscription_refund_by_day'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('refunded_minor__gte', 0), ('refunded_minor__lte', models.F('paid_minor'))), name='subscription_refund_within_what_was_paid', violation_error_message='At most what was paid goes back.'),
                ],
            },
        ),
    ]
