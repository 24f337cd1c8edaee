"""Reviews, which stand once they are withdrawn."""

from pathlib import Path

import django.core.validators
import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


GUARD = Path(__file__).parent.parent / "reviews" / "sql" / "guard.sql"
UNDO = "DROP TRIGGER reviews_stand_once_withdrawn ON rewards_review;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_guard_kind'),
        ('rewards', '0029_event_undo_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=60, verbose_name='sent by')),
                ('external_id', models.CharField(max_length=100, verbose_name='number there')),
                ('fingerprint', models.BinaryField(max_length=16)),
                ('product', models.CharField(max_length=100, verbose_name='article')),
                ('stars', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='stars')),
                ('text', models.CharField(blank=True, max_length=4000, verbose_name='text')),
                ('occurred_at', models.DateTimeField(verbose_name='written')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a check'), ('accepted', 'accepted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='waiting', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, choices=[('advertising', 'advertising'), ('insulting', 'insulting'), ('off_topic', 'not about the product'), ('copied', 'copied from elsewhere'), ('not_own', "not the member's own experience")], max_length=12, verbose_name='why refused')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('event', models.UUIDField(blank=True, editable=False, null=True, verbose_name='event')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='accounts.member', verbose_name='member')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'indexes': [models.Index(models.F('programme'), models.F('state'), models.F('id'), name='review_by_state'), models.Index(models.F('programme'), models.F('business_on'), models.F('id'), name='review_by_day'), models.Index(models.F('member'), models.F('business_on'), models.F('id'), name='review_by_member')],
                'constraints': [models.UniqueConstraint(fields=('programme', 'source', 'external_id'), name='review_is_recorded_once', violation_error_message='This review has been sent before.'), models.UniqueConstraint(condition=models.Q(('event__isnull', False), ('state', 'accepted')), fields=('member', 'product'), name='review_of_a_product_is_rewarded_once', violation_error_message='A review of this product has been rewarded before.'), models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='review_gives_one_to_five_stars', violation_error_message='A review gives one to five stars.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('event__isnull', True), ('reason', ''), ('state', 'waiting'), ('withdrawn_at__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('reason', ''), ('state', 'accepted'), ('withdrawn_at__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('event__isnull', True), ('state', 'refused'), models.Q(('reason', ''), _negated=True)), models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), _connector='OR'), name='review_state_fits_its_facts', violation_error_message='What is decided says when and by whom; a refusal says why.')],
            },
        ),
        migrations.RunSQL(GUARD.read_text(), UNDO),
    ]
