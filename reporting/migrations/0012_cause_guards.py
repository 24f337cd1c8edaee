"""Postings of causes are only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "causes" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER reporting_causeposting_append_only ON reporting_causeposting; DROP TRIGGER reporting_causeposting_no_truncate ON reporting_causeposting;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0011_causes")]

    operations = [migrations.RunSQL(SQL, UNDO)]
