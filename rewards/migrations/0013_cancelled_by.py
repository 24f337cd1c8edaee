"""Who cancelled a redemption and why; what is cancelled stands."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).parent.parent / "redemptions" / "sql" / "guard_cancelled.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_may_cancel_redemptions'),
        ('rewards', '0012_claims_by_programme'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='redemption',
            name='cancel_note',
            field=models.CharField(blank=True, max_length=500, verbose_name='why it was cancelled'),
        ),
        migrations.AddField(
            model_name='redemption',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancel_note', ''), ('cancelled_by__isnull', True)), models.Q(('cancelled_by__isnull', False), ('state', 'cancelled'), models.Q(('cancel_note', ''), _negated=True)), _connector='OR'), name='redemption_cancelled_by_somebody_says_why', violation_error_message='Say why you cancel it.'),
        ),
        migrations.RunSQL(SQL.read_text(), "DROP TRIGGER redemptions_stand_once_cancelled ON rewards_redemption"),
    ]
