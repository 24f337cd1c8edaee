"""Check-ins are only added; a closed point stays closed."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "check_ins" / "sql" / "guard.sql").read_text()
UNDO = """
DROP TRIGGER refuse_change ON rewards_checkin; DROP TRIGGER refuse_truncate ON rewards_checkin;
DROP TRIGGER check_in_points_stand_once_closed ON rewards_checkinpoint;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0038_check_ins")]

    operations = [migrations.RunSQL(SQL, UNDO)]
