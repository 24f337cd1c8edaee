"""What was handed in as an import, decided and posted stands."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "imports" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER balance_imports_stand ON rewards_balanceimport; DROP TRIGGER balance_imports_stay ON rewards_balanceimport;
DROP TRIGGER import_rows_stand ON rewards_balanceimportrow; DROP TRIGGER import_rows_stay ON rewards_balanceimportrow;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0036_imports")]

    operations = [migrations.RunSQL(SQL, UNDO)]
