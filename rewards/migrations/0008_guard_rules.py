"""Approved rule versions and decided corrections are never changed."""

from pathlib import Path

from django.db import migrations

TOPICS = Path(__file__).parent.parent
SQL = (TOPICS / "earning" / "sql" / "guard_versions.sql").read_text() + (TOPICS / "adjustments" / "sql" / "guard.sql").read_text()
UNDO = """
DROP TRIGGER rule_versions_stand_once_approved ON rewards_earningruleversion;
DROP TRIGGER adjustments_stand_once_decided ON rewards_adjustment;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0007_adjustments")]

    operations = [migrations.RunSQL(SQL, UNDO)]
