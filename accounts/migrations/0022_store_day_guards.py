"""Reports of days are only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "store_days" / "sql" / "guard.sql").read_text()
UNDO = "DROP TRIGGER refuse_change ON accounts_storeday; DROP TRIGGER refuse_truncate ON accounts_storeday;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_store_days")]

    operations = [migrations.RunSQL(SQL, UNDO)]
