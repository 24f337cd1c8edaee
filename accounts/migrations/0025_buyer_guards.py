"""Buyers stay: purchases name them."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "buyers" / "sql" / "guard.sql").read_text()
UNDO = """
DROP TRIGGER refuse_change ON accounts_buyer; DROP TRIGGER refuse_delete ON accounts_buyer; DROP TRIGGER refuse_truncate ON accounts_buyer;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_buyers")]

    operations = [migrations.RunSQL(SQL, UNDO)]
