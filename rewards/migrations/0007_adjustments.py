"""Points given or taken by hand, and how much a key may adjust alone."""

import django.core.validators
import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_staff'),
        ('rewards', '0006_purchase_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AdjustmentLimit',
            fields=[
                ('partner_key', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='adjustment_limit', serialize=False, to='accounts.partnerkey', verbose_name='key')),
                ('units_a_day', models.PositiveBigIntegerField(default=1000, help_text='Given and taken points together. 0: everything waits for a second person.', verbose_name='points a day')),
            ],
            options={
                'verbose_name': 'adjustment limit',
                'verbose_name_plural': 'adjustment limits',
            },
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('add', 'give'), ('remove', 'take away')], max_length=10, verbose_name='direction')),
                ('units', models.PositiveBigIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000)], verbose_name='points')),
                ('reason', models.CharField(choices=[('goodwill', 'goodwill'), ('promotion', 'promotion'), ('correction', 'correction')], max_length=12, verbose_name='reason')),
                ('note', models.CharField(max_length=500, verbose_name='note')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('posted', 'posted'), ('refused', 'refused')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('requested_on', models.DateField(verbose_name='business day')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=500, verbose_name='why so decided')),
                ('movement', models.UUIDField(blank=True, editable=False, null=True, verbose_name='movement')),
                ('currency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.pointcurrency', verbose_name='currency')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='accounts.member', verbose_name='member')),
                ('partner_key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='accounts.partnerkey', verbose_name='asked with the key')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'adjustment',
                'verbose_name_plural': 'adjustments',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['requested_at', 'id'], name='adjustment_waiting'), models.Index(condition=models.Q(('partner_key__isnull', False)), fields=['partner_key', 'requested_on'], name='adjustment_by_key_and_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('units__gte', 1), ('units__lte', 1000000000)), name='adjustment_moves_points', violation_error_message='An adjustment moves 1 to 1,000,000,000 points.'), models.CheckConstraint(condition=models.Q(('direction', 'add'), ('reason', 'correction'), _connector='OR'), name='adjustment_takes_only_to_correct', violation_error_message='Points are taken away only to correct a mistake.'), models.CheckConstraint(condition=models.Q(models.Q(('partner_key__isnull', True), ('requested_by__isnull', False)), models.Q(('partner_key__isnull', False), ('requested_by__isnull', True)), _connector='OR'), name='adjustment_was_asked_by_one', violation_error_message='An adjustment is asked for by one person or with one key.'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('requested_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='adjustment_needs_two_people', violation_error_message='Another person must decide on this adjustment.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('movement__isnull', True), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('movement__isnull', True), ('state', 'refused')), models.Q(('decided_at__isnull', False), ('movement__isnull', False), ('state', 'posted')), _connector='OR'), name='adjustment_state_fits_its_facts', violation_error_message='What is decided says when; what is posted names its movement.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'posted'), _negated=True), ('partner_key__isnull', False), ('decided_by__isnull', False), _connector='OR'), name='adjustment_of_staff_is_approved', violation_error_message='What staff ask for is posted by a second person.')],
            },
        ),
    ]
