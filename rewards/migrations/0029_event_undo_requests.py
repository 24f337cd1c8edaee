"""Wishes to take events back, which stand once they are decided."""

from pathlib import Path

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


GUARD = Path(__file__).parent.parent / "events" / "sql" / "guard.sql"
UNDO = "DROP TRIGGER event_undo_requests_stand_once_decided ON rewards_eventundorequest;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_guard_kind'),
        ('rewards', '0028_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EventUndoRequest',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('units', models.BigIntegerField(verbose_name='points earned')),
                ('reason', models.CharField(choices=[('mistake', 'recorded by mistake'), ('duplicate', 'recorded twice'), ('withdrawn', 'withdrawn by who sent it'), ('dishonest', 'not honest')], max_length=10, verbose_name='why')),
                ('note', models.CharField(max_length=500, verbose_name='note')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('posted', 'taken back'), ('refused', 'refused')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(verbose_name='asked')),
                ('requested_on', models.DateField(verbose_name='business day')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decision_note', models.CharField(blank=True, max_length=500, verbose_name='why so decided')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('event', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='undo_requests', to='rewards.event', verbose_name='event')),
                ('partner_key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.partnerkey', verbose_name='asked with the key')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'event to be taken back',
                'verbose_name_plural': 'events to be taken back',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['programme', 'id'], name='event_undo_waiting'), models.Index(condition=models.Q(('requested_by__isnull', False)), fields=['requested_by', 'requested_on'], name='event_undo_by_person_and_day'), models.Index(condition=models.Q(('partner_key__isnull', False)), fields=['partner_key', 'requested_on'], name='event_undo_by_key_and_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('event',), name='event_undo_is_asked_once', violation_error_message='Somebody has asked for this before.'), models.CheckConstraint(condition=models.Q(models.Q(('partner_key__isnull', True), ('requested_by__isnull', False)), models.Q(('partner_key__isnull', False), ('requested_by__isnull', True)), _connector='OR'), name='event_undo_was_asked_by_one', violation_error_message='It is asked for by one person or with one key.'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('requested_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='event_undo_needs_two_people', violation_error_message='Another person must decide on this.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'refused')), models.Q(('decided_at__isnull', False), ('state', 'posted')), _connector='OR'), name='event_undo_state_fits_its_facts', violation_error_message='What is decided says when, and a refusal by whom.')],
            },
        ),
        migrations.RunSQL(GUARD.read_text(), UNDO),
    ]
