"""Expiry and maturing join no part of their statement with another: their cost is in proportion to the lots."""

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "points" / "sql"


def replacing(file: str, function: str) -> str:
    """Return the statement that puts one function as its file has it into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^(?:END )?\$\$;$", (SQL / f"{file}.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0013_audits")]

    operations = [
        migrations.RunSQL(replacing("expire", "ledger_expire"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("mature", "ledger_mature"), migrations.RunSQL.noop),
    ]
