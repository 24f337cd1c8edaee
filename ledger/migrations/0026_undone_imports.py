"""What a correction took can be given back to its lots, and what an undone import takes back has the reason of a correction."""

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "points" / "sql"
BROUGHT_BACK_BEFORE = """
DROP FUNCTION IF EXISTS ledger_redeemed_of(uuid, uuid);
DROP FUNCTION IF EXISTS ledger_bring_home(uuid, smallint, uuid, uuid, bigint, bigint, smallint, date);
DROP FUNCTION IF EXISTS ledger_bring_elsewhere(uuid, smallint, uuid, uuid, bigint, smallint, timestamptz, date);
DROP FUNCTION IF EXISTS ledger_bring_to_stand_ins(uuid, smallint, uuid, bigint, smallint, date);
"""


def replacing(file: str) -> str:
    """Return the statements that put the functions of a file as they are now into a database that was made before."""
    return (SQL / f"{file}.sql").read_text().replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def only(file: str, function: str) -> str:
    found = re.search(rf"^CREATE OR REPLACE FUNCTION {function}\(.*?^END \$\$;$", replacing(file), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0025_plain_lot_moves")]

    operations = [
        migrations.RunSQL(BROUGHT_BACK_BEFORE + replacing("restore"), migrations.RunSQL.noop),
        migrations.RunSQL(only("reverse", "ledger_reverse"), migrations.RunSQL.noop),
    ]
