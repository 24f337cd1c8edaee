"""Choices of a day are only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "chosen_days" / "sql" / "guard.sql").read_text()
UNDO = "DROP TRIGGER refuse_change ON rewards_daychoice; DROP TRIGGER refuse_truncate ON rewards_daychoice;"


class Migration(migrations.Migration):
    dependencies = [("rewards", "0040_chosen_days")]

    operations = [migrations.RunSQL(SQL, UNDO)]
