"""Points that are bought carry what was paid for them."""

import re
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "points" / "sql"


def replacing(file: str, function: str) -> str:
    """Return the statement that puts one function as its file has it into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^END \$\$;$", (SQL / f"{file}.sql").read_text(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_mature")]

    operations = [
        migrations.RunSQL(replacing("grant", "ledger_grant"), migrations.RunSQL.noop),
        migrations.RunSQL(replacing("many", "ledger_grant_many"), migrations.RunSQL.noop),
    ]
