"""Allowances and recognitions are only added; a message may be forgotten with its member."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "recognition" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER refuse_change ON rewards_allowance; DROP TRIGGER refuse_truncate ON rewards_allowance;
DROP TRIGGER recognitions_stand ON rewards_recognition; DROP TRIGGER recognitions_stay ON rewards_recognition;
DROP TRIGGER recognitions_are_not_emptied ON rewards_recognition;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0069_recognition")]

    operations = [migrations.RunSQL(SQL, UNDO)]
