"""Pending points mature in sets, as due ones expire."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "points" / "sql" / "mature.sql"
UNDO = "DROP FUNCTION ledger_mature(smallint, date, date, integer, timestamptz, uuid)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_movement_xid")]

    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
