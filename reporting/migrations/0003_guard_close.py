"""The record of an approved close is never changed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "close" / "sql" / "guard.sql"
UNDO = """
DROP TRIGGER close_runs_stand_once_approved ON reporting_closerun;
DROP TRIGGER close_checks_stand_once_approved ON reporting_closecheck;
DROP FUNCTION reporting_refuse_approved();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_close_started_at")]

    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
