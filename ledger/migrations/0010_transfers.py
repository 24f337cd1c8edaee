"""Points move between two wallets of a programme; a lot that was received names the lot move that it came from."""

import re
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "points" / "sql"
ADD_COLUMN = "ALTER TABLE ledger_lot ADD COLUMN IF NOT EXISTS came_from_id uuid"
DROP_SPLIT = """
DROP FUNCTION IF EXISTS ledger_split_reversal(uuid, smallint, uuid, bigint, bigint, date);
DROP FUNCTION IF EXISTS ledger_split_reversal(uuid, smallint, uuid, bigint, bigint, bigint, date);
"""
UNDO = """
DROP FUNCTION ledger_transfer(uuid, smallint, uuid, smallint, text, bytea, uuid, bigint, smallint, timestamptz, date, smallint);
DROP FUNCTION ledger_transfer_back(uuid, smallint, uuid, smallint, text, bytea, uuid, uuid, bigint, smallint, timestamptz, date, smallint);
DROP FUNCTION ledger_begin_both(uuid, uuid, uuid, uuid, smallint, smallint, text, bytea);
DROP FUNCTION ledger_receive(uuid, uuid, smallint, uuid, bigint, smallint, timestamptz, date);
DROP FUNCTION ledger_received(uuid, uuid, smallint, uuid);
DROP FUNCTION ledger_send_home(uuid, uuid, smallint, uuid, uuid, bigint, smallint, date);
"""


def replacing(file: str, function: str) -> str:
    """Return the statement that puts one function as its file has it into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^(?:END )?\$\$;$", (SQL / f"{file}.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_tick_ends")]

    operations = [
        migrations.RunSQL(
            ADD_COLUMN,
            migrations.RunSQL.noop,
            [
                migrations.AddField(
                    model_name="lot",
                    name="came_from",
                    field=models.ForeignKey(
                        db_constraint=False, db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="ledger.lotmove"
                    ),
                )
            ],
        ),
        migrations.RunSQL(DROP_SPLIT, migrations.RunSQL.noop),
        migrations.RunSQL(replacing("reverse", "ledger_reversed_elsewhere"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("reverse", "ledger_split_reversal"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("reverse", "ledger_reverse"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("verify", "ledger_verify"), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "transfer.sql").read_text(), UNDO),
    ]
