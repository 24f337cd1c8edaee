"""Consents refuse changes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "members" / "sql" / "guard_consents.sql"
UNDO = """
DROP TRIGGER consents_are_only_added ON accounts_consent;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_members")]
    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
