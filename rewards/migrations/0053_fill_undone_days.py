"""Days that were undone before late purchases knew of it."""

from django.db import migrations
from django.db.migrations.state import StateApps


def fill(apps: StateApps, _editor: object) -> None:
    """Write the undone days of every undo that was approved."""
    undos = apps.get_model("rewards", "Recalculation").objects.filter(kind="undo", state__in=["running", "done"])
    days = apps.get_model("rewards", "UndoneDays")
    days.objects.bulk_create(
        days(
            programme_id=row.programme_id,
            rule_id=row.rule_id,
            campaign_id=row.campaign_id,
            store_id=row.store_id,
            first_on=row.first_on,
            last_on=row.last_on,
            decided_at=row.decided_at,
            cause=row.pk,
        )
        for row in undos.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("rewards", "0052_undone_days")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
