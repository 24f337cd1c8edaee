"""Sealing in one function that reads ranges, and receipts by a function whose plan is kept."""

import django.db.models.deletion
from django.db import migrations, models

from ledger.seals import statements

UNDO = """
DROP FUNCTION ledger_leaves_of_this_transaction(uuid), ledger_seal(smallint, xid8, integer, boolean);
ALTER TABLE ledger_sealleaf DROP CONSTRAINT movement_is_sealed_once, ADD CONSTRAINT movement_is_sealed_once UNIQUE (points_account_id, movement_id),
    ADD CONSTRAINT ledger_sealleaf_log_id_fkey FOREIGN KEY (log_id) REFERENCES ledger_seallog (id);
"""
STATE = [
    migrations.AlterField(
        model_name="sealleaf",
        name="log",
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="leaves",
            to="ledger.seallog",
        ),
    )
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_transfers")]

    operations = [migrations.RunSQL(statements.sealing(), UNDO, STATE)]
