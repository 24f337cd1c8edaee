"""Approved prices and statements stand."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "coalition" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER partner_prices_stand_once_approved ON rewards_partnerprice;
DROP TRIGGER refuse_change ON rewards_partnerstatement; DROP TRIGGER refuse_truncate ON rewards_partnerstatement;
DROP TRIGGER refuse_change ON rewards_partnerstatementline; DROP TRIGGER refuse_truncate ON rewards_partnerstatementline;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0071_coalition")]

    operations = [migrations.RunSQL(SQL, UNDO)]
