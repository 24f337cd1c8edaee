"""Redemptions and the claims that make them happen once."""

import django.db.models.deletion
import loyalty.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_members'),
        ('rewards', '0002_catalogue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('points_account', models.UUIDField(verbose_name='points account')),
                ('kind', models.CharField(choices=[('reward', 'Reward'), ('tender', 'Paid with points')], max_length=10, verbose_name='kind')),
                ('quantity', models.PositiveIntegerField(default=1, verbose_name='quantity')),
                ('units', models.PositiveBigIntegerField(verbose_name='points')),
                ('value_minor', models.PositiveBigIntegerField(verbose_name='value')),
                ('state', models.CharField(choices=[('held', 'Held'), ('issued', 'Ready to use'), ('used', 'Used'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], max_length=10, verbose_name='state')),
                ('code', models.CharField(blank=True, max_length=16, null=True, unique=True, verbose_name='code')),
                ('source', models.CharField(max_length=100, verbose_name='taken through')),
                ('external_id', models.CharField(blank=True, max_length=255, verbose_name='number there')),
                ('hold_movement', models.UUIDField(blank=True, null=True, verbose_name='movement of the hold')),
                ('redeem_movement', models.UUIDField(blank=True, null=True, verbose_name='movement of the redemption')),
                ('restored_units', models.PositiveBigIntegerField(default=0, verbose_name='points given back')),
                ('occurred_at', models.DateTimeField(verbose_name='taken')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('hold_expires_at', models.DateTimeField(blank=True, null=True, verbose_name='held until')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='last day of use')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled')),
                ('purchase', models.UUIDField(blank=True, null=True, verbose_name='purchase')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='accounts.member', verbose_name='member')),
                ('programme', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='redemptions', to='accounts.programme', verbose_name='programme')),
                ('reward_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='rewards.rewardversion', verbose_name='reward')),
                ('used_store', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.store', verbose_name='used in')),
            ],
            options={
                'verbose_name': 'redemption',
                'verbose_name_plural': 'redemptions',
                'indexes': [
                    models.Index(fields=['member', '-id'], name='redemption_of_member'),
                    models.Index(condition=models.Q(('state', 'held')), fields=['hold_expires_at'], name='redemption_holds'),
                    models.Index(condition=models.Q(('state', 'issued'), ('valid_until__isnull', False)), fields=['programme', 'valid_until'], name='redemption_unused'),
                    models.Index(condition=models.Q(('purchase__isnull', False)), fields=['purchase'], name='redemption_of_purchase'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('units__gt', 0)), name='redemption_takes_points', violation_error_message='A redemption takes at least one point.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reward'), ('reward_version__isnull', False)), models.Q(('kind', 'tender'), ('reward_version__isnull', True)), _connector='OR'), name='redemption_of_a_reward_names_it', violation_error_message='A redemption names its reward; a payment with points has none.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['issued', 'used']), _negated=True), ('redeem_movement__isnull', False), _connector='OR'), name='redemption_was_paid_with_points', violation_error_message='Nothing is handed out before its points are taken.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'held'), _negated=True), models.Q(('hold_expires_at__isnull', False), ('hold_movement__isnull', False)), _connector='OR'), name='redemption_hold_has_an_end', violation_error_message='A hold has points and an end.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'used'), ('used_at__isnull', False)), models.Q(models.Q(('state', 'used'), _negated=True), ('used_at__isnull', True)), _connector='OR'), name='redemption_used_once', violation_error_message='What is used says when; what is not says nothing.'),
                    models.CheckConstraint(condition=models.Q(('restored_units__lte', models.F('units'))), name='redemption_gives_back_what_it_took', violation_error_message='No more points can be given back than were taken.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RedemptionClaim',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=100, verbose_name='source')),
                ('external_id', models.CharField(max_length=255, verbose_name='number there')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('redemption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='rewards.redemption', verbose_name='redemption')),
            ],
            options={
                'verbose_name': 'redemption claim',
                'verbose_name_plural': 'redemption claims',
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='redemption_claimed_once', violation_error_message='This number was used before.'),
                ],
            },
        ),
    ]
