"""Postings of membership fees are only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "plans" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER reporting_feeposting_append_only ON reporting_feeposting; DROP TRIGGER reporting_feeposting_no_truncate ON reporting_feeposting;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0009_membership_fees")]

    operations = [migrations.RunSQL(SQL, UNDO)]
