"""An index by transaction: jobs that take movements exactly once ask for those below the transaction horizon."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_valuation")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX ledger_movement_by_xid ON ledger_movement (xid)",
            "DROP INDEX ledger_movement_by_xid",
        ),
    ]
