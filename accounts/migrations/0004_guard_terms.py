"""Approved and published terms refuse changes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "programmes" / "sql" / "guard_terms.sql"
UNDO = """
DROP TRIGGER currency_terms_stand_once_approved ON accounts_currencyterms;
DROP TRIGGER programme_terms_stand_once_published ON accounts_programmeterms;
DROP FUNCTION accounts_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_programmes")]
    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
