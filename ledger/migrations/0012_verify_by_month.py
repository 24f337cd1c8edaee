"""The sums are verified month by month (ledger.ticks.verification): the function that did it in one statement goes."""

from pathlib import Path

from django.db import migrations

REBUILD = (Path(__file__).parent.parent / "ticks" / "sql" / "rebuild.sql").read_text()
OLD = REBUILD[REBUILD.index("-- Compares the sums") :]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_sealing")]

    operations = [migrations.RunSQL("DROP FUNCTION ledger_verify_rollup()", OLD)]
